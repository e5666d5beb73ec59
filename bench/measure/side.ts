import { readFileSync } from 'node:fs';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';

/** A measured server, in one process. */
export interface Side {
  origin: string;
  process: OwnProcess;
}

export interface SideOptions {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  logFile: string;
}

/** Starts a server and waits for the address in its log. The log is a file, so that reading it costs the server nothing. */
export async function startSide({ command, args, env, cwd, logFile }: SideOptions): Promise<Side> {
  const server = await startProcess({ command, args, env, cwd, logFile });
  const failure = (what: string) => new Error(`${args.at(-1)} ${what}:\n${readFileSync(logFile, 'utf8')}`);
  const origin = await waitUntil(
    () => {
      if (server.ending) throw failure('ended');
      return /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(logFile, 'utf8'))?.[0];
    },
    { timeoutMs: 60_000, onTimeout: () => failure('did not listen within a minute') },
  );
  return { origin, process: server };
}

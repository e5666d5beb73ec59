import { readFileSync } from 'node:fs';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';

/** One of the two compared servers, in one process. */
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

// Linux reports hundredths of a second, independent of the kernel's clock: USER_HZ in proc(5).
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far, in seconds, user and system, all threads; undefined where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Counted from the last closing bracket, because the command may contain blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

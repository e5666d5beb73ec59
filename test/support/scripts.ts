import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { root } from '../../scripts/root.js';

/** A script of package.json, as a user runs it; only npm itself is not run. */
export interface StartedScript {
  pid: number;
  /** All that it printed so far. */
  output(): string;
  /** Exit code; null when it was killed. */
  ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

const running = new Set<StartedScript>();

/** Stops what a test has started; for `afterEach` or `afterAll`. */
export async function stopScripts(): Promise<void> {
  for (const started of running) started.kill('SIGTERM');
  await Promise.all([...running].map(({ ended }) => ended));
}

/** Runs `npm run <name> -- <arguments>`. Of the environment of the test it gets PATH and HOME. */
export function startScript(args: string[], env: Record<string, string> = {}): StartedScript {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [join(root, 'scripts', 'run.mjs'), ...args], { env: { PATH, HOME, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const started: StartedScript = {
    pid: child.pid!,
    output: () => output,
    ended: once(child, 'close').then(([code]) => {
      running.delete(started);
      return code;
    }),
    kill: (signal) => void child.kill(signal),
  };
  running.add(started);
  return started;
}

export const untilPrinted = (started: StartedScript, words: string): Promise<boolean> =>
  waitUntil(() => started.output().includes(words), {
    timeoutMs: 120_000,
    onTimeout: () => new Error(`"${words}" was not printed, but:\n${started.output()}`),
  });

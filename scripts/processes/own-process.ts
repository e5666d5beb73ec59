import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { watch } from './watchdog.js';

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface OwnProcess {
  readonly pid: number;
  /** Exit code and signal; null while the process runs. */
  readonly ending: Ending | null;
  /** Resolves when the process has ended for any reason. */
  readonly ended: Promise<Ending>;
  /** The output of the process; null when it goes to a log file. */
  readonly output: { stdout: Readable; stderr: Readable } | null;
  /** Sends a signal, and SIGKILL when the process still runs after `graceMs`. Resolves when it has ended. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Ending>;
  /** Sends a signal and returns at once. */
  kill(signal: NodeJS.Signals): void;
}

export interface ProcessOptions {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as this user. Only root may set it. */
  user?: { uid: number; gid: number };
  /** Output is appended to this file. If not set, it can be read from `output`. */
  logFile?: string;
  /** The process prints to the terminal of this process. */
  inheritOutput?: boolean;
  stopSignal?: NodeJS.Signals;
  graceMs?: number;
  /** Folders to delete when this process ends without stopping the child. */
  removeAfterwards?: string[];
}

/**
 * Starts a child process that never outlives this process. It has a separate session, so Ctrl-C in the terminal reaches only
 * this process, which then stops its children in the right order.
 */
export async function startProcess(options: ProcessOptions): Promise<OwnProcess> {
  const { stopSignal = 'SIGTERM', graceMs = 10_000 } = options;
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
  const output = options.inheritOutput ? 'inherit' : (log ?? 'pipe');
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', output, output],
    ...options.user,
  });
  if (log !== undefined) closeSync(log);
  await started(child);

  const pid = child.pid!;
  const { release } = watch(pid, { signal: stopSignal.slice(3), graceMs, remove: options.removeAfterwards });
  let ending: Ending | null = null;
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = { code, signal };
      release();
      resolve(ending);
    });
  });

  return {
    pid,
    ended,
    get ending() {
      return ending;
    },
    output: child.stdout && child.stderr ? { stdout: child.stdout, stderr: child.stderr } : null,
    kill: (signal) => void child.kill(signal),
    stop(signal = stopSignal, grace = graceMs) {
      if (ending) return ended;
      child.kill(signal);
      const impatience = setTimeout(() => child.kill('SIGKILL'), grace);
      return ended.finally(() => clearTimeout(impatience));
    },
  };
}

const started = (child: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { leash } from './leash.js';

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface OwnProcess {
  readonly pid: number;
  /** How it ended; null as long as it runs. */
  readonly ending: Ending | null;
  /** Settles when it has ended, whatever ended it. */
  readonly ended: Promise<Ending>;
  /** Its output; null when it goes to a log file. */
  readonly output: { stdout: Readable; stderr: Readable } | null;
  /** Sends a signal, and SIGKILL when it still runs after `graceMs`; resolves when it has ended. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Ending>;
  /** Sends a signal and returns at once. */
  kill(signal: NodeJS.Signals): void;
}

export interface ProcessOptions {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as this user; only root may. */
  user?: { uid: number; gid: number };
  /** Output is appended here; without it, it can be read from `output`. */
  logFile?: string;
  /** It prints to our own terminal instead. */
  inheritOutput?: boolean;
  stopSignal?: NodeJS.Signals;
  graceMs?: number;
  /** Folders to remove when we end without having stopped it. */
  removeAfterwards?: string[];
}

/**
 * Starts a program that lives as long as we want it to and never longer than we do. It has a session of its own: Ctrl-C in
 * the terminal reaches us alone, and we stop what we started in the order that we choose.
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
  const { release } = leash(pid, { signal: stopSignal.slice(3), graceMs, remove: options.removeAfterwards });
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

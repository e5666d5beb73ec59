import { createInterface } from 'node:readline';
import { type App, entryOf } from '../build/build.js';
import { type Ending, type OwnProcess, startProcess } from './own-process.js';
import { waitUntil } from './wait-until.js';

/** A line of an app's log as pino writes it. A line that is not JSON has only `msg`. */
interface LogLine {
  level?: number;
  msg: string;
  [fact: string]: unknown;
}

export interface AppProcess extends OwnProcess {
  readonly app: App;
  /** All lines that the app has printed so far. */
  readonly log: readonly LogLine[];
  /** The same as text, for messages. */
  logText(): string;
  /** Waits for a line that `fits` (if it is a text: that contains it). Also finds a line that was printed before. */
  logged(fits: string | ((line: LogLine) => boolean), timeoutMs?: number): Promise<LogLine>;
}

export interface AppStart {
  app: App;
  /** The complete environment of the app. */
  env: NodeJS.ProcessEnv;
  /** The app reads `.env` from this folder. */
  cwd: string;
  graceMs?: number;
  /** A command that becomes the app, with its arguments, such as `ip netns exec <name>`. */
  through?: readonly string[];
}

/** The message that each app logs when it is ready. */
export const READY: Record<App, string> = { api: 'The api listens', worker: 'The worker takes jobs' };

export const NODE_OPTIONS = ['--enable-source-maps'];

/**
 * The worker parses in threads with separate heaps. Its main thread does not need Node's default young generation (20 MB). With the
 * default old generation (1 GB), its garbage grows to three times the memory in use. Parallel garbage collectors took 1.5 of the 7 s
 * of CPU that the worker needs for a million rows.
 */
export const OPTIONS_OF: Record<App, readonly string[]> = {
  api: [],
  worker: ['--max-semi-space-size=8', '--max-old-space-size=384', '--single-threaded-gc'],
};

/** By default glibc gives each thread an arena. Threads that start and end then leave 100 MB of fragmented memory. */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };

/** The command that starts a built app. */
export const appCommand = (app: App, env: NodeJS.ProcessEnv, entry = entryOf(app)) => ({
  command: process.execPath,
  args: [...NODE_OPTIONS, ...OPTIONS_OF[app], entry],
  env: { ...ALLOCATOR, ...env },
});

/** Starts a built app as a child process, which ends when this process ends. `logged(READY[app])` waits until it is ready. */
export async function startAppProcess({ app, env, cwd, graceMs, through = [] }: AppStart): Promise<AppProcess> {
  const { command, args, env: all } = appCommand(app, env);
  const [first = command, ...rest] = [...through, command, ...args];
  const child = await startProcess({ command: first, args: rest, env: all, cwd, graceMs });
  const log: LogLine[] = [];
  const drained = [child.output!.stdout, child.output!.stderr].map((input) => {
    const lines = createInterface({ input });
    lines.on('line', (text) => log.push(parsed(text)));
    return new Promise((resolve) => lines.once('close', resolve));
  });
  const ended = Promise.all([child.ended, ...drained]).then(([ending]) => ending);
  const logText = () => log.map(({ msg, err }) => [msg, (err as Error)?.stack].filter(Boolean).join('\n')).join('\n');
  const failure = (what: string) => new Error(`The ${app} ${what}. It printed:\n${logText() || '(nothing)'}`);

  return {
    ...child,
    // Getters do not survive the spread.
    get ending() {
      return child.ending;
    },
    app,
    ended,
    log,
    logText,
    logged(fits, timeoutMs = 30_000) {
      const matches = typeof fits === 'string' ? (line: LogLine) => line.msg.includes(fits) : fits;
      return waitUntil(
        async () => {
          const hasEnded = child.ending !== null && (await ended);
          const found = log.find(matches);
          if (!found && hasEnded) throw failure(`ended (${describeEnding(hasEnded)}) without logging "${fits}"`);
          return found;
        },
        { timeoutMs, everyMs: 10, onTimeout: () => failure(`did not log "${fits}" within ${timeoutMs} ms`) },
      );
    },
  };
}

/** The exit code or the signal of a process that has ended, for messages. */
export const describeEnding = ({ code, signal }: Ending): string => (signal === null ? `exit code ${code}` : signal);

function parsed(text: string): LogLine {
  try {
    const line = JSON.parse(text) as LogLine | null;
    return typeof line === 'object' && line !== null ? { ...line, msg: line.msg ?? '' } : { msg: text };
  } catch {
    return { msg: text };
  }
}

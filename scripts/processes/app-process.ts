import { createInterface } from 'node:readline';
import { type App, entryOf } from '../build/build.js';
import { type Ending, type OwnProcess, startProcess } from './own-process.js';
import { waitUntil } from './wait-until.js';

/** A line of an app's log, as pino wrote it; anything else it printed has only `msg`. */
interface LogLine {
  level?: number;
  msg: string;
  [fact: string]: unknown;
}

export interface AppProcess extends OwnProcess {
  readonly app: App;
  /** Everything it has printed so far. */
  readonly log: readonly LogLine[];
  /** The same as text, for messages. */
  logText(): string;
  /** The first line that `fits` (a text: contains it), printed already or yet to come. */
  logged(fits: string | ((line: LogLine) => boolean), timeoutMs?: number): Promise<LogLine>;
}

export interface AppStart {
  app: App;
  /** The whole environment it gets. */
  env: NodeJS.ProcessEnv;
  /** `.env` is read from here. */
  cwd: string;
  graceMs?: number;
}

/** What each app logs when it is up. */
export const READY: Record<App, string> = { api: 'The api listens', worker: 'The worker takes jobs' };

export const NODE_OPTIONS = ['--enable-source-maps'];

/**
 * The worker parses in threads with heaps of their own. For its main thread, Node's young generation is 20 MB of memory for nothing, and
 * with a gigabyte of old generation in view it would let its garbage grow to three times what is in use. Collectors that help each other
 * took 1.5 of the 7 s of CPU that a million rows cost the worker, which PostgreSQL can use better.
 */
export const OPTIONS_OF: Record<App, readonly string[]> = {
  api: [],
  worker: ['--max-semi-space-size=8', '--max-old-space-size=384', '--single-threaded-gc'],
};

/** Threads that come and go, each with an arena of its own by glibc's default, leave a hundred MB in pieces that nobody can use. */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };

/** How a built app is started. */
export const appCommand = (app: App, env: NodeJS.ProcessEnv, entry = entryOf(app)) => ({
  command: process.execPath,
  args: [...NODE_OPTIONS, ...OPTIONS_OF[app], entry],
  env: { ...ALLOCATOR, ...env },
});

/** A built app as a process of its own that ends when we do. It runs, but need not be ready yet: see `logged(READY[app])`. */
export async function startAppProcess({ app, env, cwd, graceMs }: AppStart): Promise<AppProcess> {
  const child = await startProcess({ ...appCommand(app, env), cwd, graceMs });
  const log: LogLine[] = [];
  const drained = [child.output!.stdout, child.output!.stderr].map((input) => {
    const lines = createInterface({ input });
    lines.on('line', (text) => log.push(parsed(text)));
    return new Promise((resolve) => lines.once('close', resolve));
  });
  const ended = Promise.all([child.ended, ...drained]).then(([ending]) => ending);
  const logText = () => log.map(({ msg, err }) => [msg, (err as Error)?.stack].filter(Boolean).join('\n')).join('\n');
  const told = (what: string) => new Error(`The ${app} ${what}. It printed:\n${logText() || '(nothing)'}`);

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
          if (!found && hasEnded) throw told(`ended (${describeEnding(hasEnded)}) without logging "${fits}"`);
          return found;
        },
        { timeoutMs, everyMs: 10, onTimeout: () => told(`did not log "${fits}" within ${timeoutMs} ms`) },
      );
    },
  };
}

export const describeEnding = ({ code, signal }: Ending): string => (signal === null ? `exit code ${code}` : signal);

function parsed(text: string): LogLine {
  try {
    const line = JSON.parse(text) as LogLine | null;
    return typeof line === 'object' && line !== null ? { ...line, msg: line.msg ?? '' } : { msg: text };
  } catch {
    return { msg: text };
  }
}

import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, inject } from 'vitest';
import { type App, entryOf } from '../../scripts/build/build.js';
import { type Ending, startProcess } from '../../scripts/processes/own-process.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';

/** A line of an app's log, as pino wrote it; anything else it printed has only `msg`. */
export interface LogLine {
  level?: number;
  msg: string;
  [fact: string]: unknown;
}

export interface AppProcess {
  readonly app: App;
  readonly pid: number;
  /** Everything it has printed so far. */
  readonly log: readonly LogLine[];
  /** The same as text, for messages of failed expectations. */
  logText(): string;
  /** Resolves with the first line that `fits`, printed already or yet to come. */
  logged(fits: string | ((line: LogLine) => boolean), timeoutMs?: number): Promise<LogLine>;
  readonly ending: Ending | null;
  readonly ended: Promise<Ending>;
  /** SIGTERM, and SIGKILL when that takes over 20 s. */
  stop(): Promise<Ending>;
  /** SIGKILL: what it was doing ends here. */
  kill(): Promise<Ending>;
  signal(signal: NodeJS.Signals): void;
}

export interface ApiProcess extends AppProcess {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
}

export interface AppOptions {
  /** At least DATABASE_URL and REDIS_URL; nothing else of our own environment but PATH and the like gets through. */
  env: Record<string, string>;
  readyTimeoutMs?: number;
  /** False: return as soon as it runs, for tests where it cannot become ready. */
  awaitReady?: boolean;
}

/** What each app logs when it is up. */
const READY: Record<App, string> = { api: 'The api listens', worker: 'The worker takes jobs' };
/** Sizes the young generation as `npm start` and the containers do. */
const NODE_OPTIONS = ['--max-semi-space-size=32', '--enable-source-maps'];
const STOP_GRACE_MS = 20_000;

const running = new Set<AppProcess>();
// Whatever a test forgot, or could not get to because it failed. Should even vitest be killed, `startProcess` sees to it.
afterAll(async () => {
  await Promise.all([...running].map((app) => app.kill()));
});

/**
 * The built api as a process of its own. Its port is chosen by the system (PORT to say otherwise), its files lie in a folder of
 * the run (DATA_DIR to share one with a worker).
 */
export async function startApi(options: AppOptions): Promise<ApiProcess> {
  const app = await startApp('api', { ...options, env: { HOST: '127.0.0.1', PORT: '0', ...options.env } });
  const address = options.awaitReady === false ? undefined : (await app.logged(READY.api, 1_000)).address;
  const url = new URL(typeof address === 'string' ? address : `http://127.0.0.1:${options.env.PORT ?? 0}`).origin;
  return Object.assign(app, { url, port: Number(new URL(url).port) });
}

/** The built worker as a process of its own. */
export const startWorker = (options: AppOptions): Promise<AppProcess> => startApp('worker', options);

/** A folder for DATA_DIR that an api and its workers share. */
export function sharedDataDir(): string {
  const parent = join(inject('runFolder'), 'data');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'dir-'));
}

async function startApp(
  app: App,
  { env, readyTimeoutMs = 60_000, awaitReady = true }: AppOptions,
): Promise<AppProcess> {
  const child = await startProcess({
    command: process.execPath,
    args: [...NODE_OPTIONS, entryOf(app)],
    // A folder without .env: what the developer has there is not what is tested.
    cwd: inject('runFolder'),
    env: { ...inherited(), NODE_ENV: 'test', DATA_DIR: env.DATA_DIR ?? sharedDataDir(), ...env },
    graceMs: STOP_GRACE_MS,
  });
  const log: LogLine[] = [];
  for (const stream of [child.output!.stdout, child.output!.stderr]) {
    createInterface({ input: stream }).on('line', (text) => log.push(parsed(text)));
  }
  const logText = () =>
    log.map(({ level, msg, err }) => [level, msg, (err as Error)?.stack].filter(Boolean).join(' ')).join('\n');
  const told = (what: string) => new Error(`The ${app} ${what}. It printed:\n${logText() || '(nothing)'}`);

  const running_: AppProcess = {
    app,
    pid: child.pid,
    log,
    logText,
    logged(fits, timeoutMs = 30_000) {
      const matches = typeof fits === 'string' ? (line: LogLine) => line.msg.includes(fits) : fits;
      return waitUntil(
        () => {
          const found = log.find(matches);
          if (!found && child.ending) throw told(`ended (${describe(child.ending)}) without logging ${fits}`);
          return found;
        },
        { timeoutMs, everyMs: 10, onTimeout: () => told(`did not log ${fits} within ${timeoutMs} ms`) },
      );
    },
    get ending() {
      return child.ending;
    },
    ended: child.ended,
    stop: () => child.stop(),
    kill: () => child.stop('SIGKILL'),
    signal: (signal) => child.kill(signal),
  };
  running.add(running_);
  void child.ended.then(() => running.delete(running_));
  if (awaitReady) {
    await running_.logged(READY[app], readyTimeoutMs).catch(async (error) => {
      await child.stop('SIGKILL');
      throw error;
    });
  }
  return running_;
}

/** What a program needs to run at all, and nothing that configures ours. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'].map((name) => [name, process.env[name]]));

const describe = ({ code, signal }: Ending) => (signal === null ? `exit code ${code}` : signal);

function parsed(text: string): LogLine {
  try {
    const line = JSON.parse(text) as LogLine;
    return typeof line === 'object' && line !== null ? { ...line, msg: line.msg ?? '' } : { msg: text };
  } catch {
    return { msg: text };
  }
}

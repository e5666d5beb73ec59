import './end-with-the-run.js';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { App } from '../../scripts/build/build.js';
import { type AppProcess, READY, startAppProcess } from '../../scripts/processes/app-process.js';
import { maybeBehindPgBouncer } from './pgbouncer.js';

export type { AppProcess } from '../../scripts/processes/app-process.js';

export interface ApiProcess extends AppProcess {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
}

export interface AppOptions {
  /** At least DATABASE_URL and REDIS_URL. From the environment of the test only PATH and similar variables are passed on. */
  env: Record<string, string>;
  readyTimeoutMs?: number;
  /** A command that becomes the app; see AppStart. */
  through?: readonly string[];
  /** False: return as soon as it runs, for tests where it cannot become ready. */
  awaitReady?: boolean;
}

const running = new Set<AppProcess>();

/** Stops the processes that a file of tests did not stop, for example because it failed. If vitest is killed, its processes end with it. */
export async function stopLeftApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.stop('SIGKILL')));
}

/**
 * The built api as a process of its own, listening. The system chooses its port unless PORT is given; its files lie in a folder of
 * the run unless DATA_DIR is given (an api and its workers share one: `sharedDataDir`).
 */
export async function startApi(options: AppOptions): Promise<ApiProcess> {
  const app = await startApp('api', { ...options, env: { HOST: '127.0.0.1', PORT: '0', ...options.env } });
  const listening = app.log.find(({ msg }) => msg.includes(READY.api));
  const url = new URL(String(listening?.address ?? `http://127.0.0.1:${options.env.PORT ?? 0}`));
  return Object.assign(app, { url: url.origin, port: Number(url.port) });
}

/** The built worker as a process of its own, taking jobs. */
export const startWorker = (options: AppOptions): Promise<AppProcess> => startApp('worker', options);

/** A fresh folder for DATA_DIR. */
export function sharedDataDir(): string {
  const parent = join(inject('runFolder'), 'data');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'dir-'));
}

async function startApp(name: App, { env, through, readyTimeoutMs = 60_000, awaitReady = true }: AppOptions) {
  const app = await startAppProcess({
    app: name,
    // A folder without .env, so that the developer's .env has no effect.
    cwd: inject('runFolder'),
    env: {
      ...inherited(),
      NODE_ENV: 'test',
      DATA_DIR: env.DATA_DIR ?? sharedDataDir(),
      ...(await maybeBehindPgBouncer(env)),
    },
    graceMs: 20_000,
    through,
  });
  running.add(app);
  void app.ended.then(() => running.delete(app));
  if (awaitReady) {
    await app.logged(READY[name], readyTimeoutMs).catch(async (error) => {
      await app.stop('SIGKILL');
      throw error;
    });
  }
  return app;
}

/** Variables that any program needs, and none that configures the service. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'].map((name) => [name, process.env[name]]));

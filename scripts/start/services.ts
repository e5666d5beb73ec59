import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Config } from '@app/config';
import type { App } from '../build/build.js';
import { appCommand, describeEnding } from '../processes/app-process.js';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { tryPort } from '../processes/ports.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { root } from '../root.js';
import { type OwnPostgres, type OwnRedis, socketFolder, startPostgres, startRedis } from '../servers/index.js';
import { LogView } from './log-view.js';
import { DATABASE } from './running-servers.js';

const READY_TIMEOUT_MS = 60_000;
/** Added to the time that the app itself may take to finish its work. */
const STOP_MARGIN_MS = 5_000;

/** The port to listen on; 0 becomes a free port. @throws Refusal when the port cannot be used. */
export async function claimPort({ PORT, HOST }: Pick<Config, 'PORT' | 'HOST'>): Promise<number> {
  const found = await tryPort(PORT, HOST);
  if ('port' in found) return found.port;
  throw new Refusal(portComplaint(found.reason, PORT, HOST));
}

/** What to tell the user about a port that cannot be used. @param reason a system error code, such as EADDRINUSE */
export function portComplaint(reason: string, port: number, host: string): string {
  if (reason === 'EADDRINUSE') {
    return `Port ${port} is taken by another program: choose another with PORT, as in "PORT=${port === 65_535 ? port - 1 : port + 1} npm start".`;
  }
  if (reason === 'EACCES') return `This user may not listen on port ${port}: choose one above 1023 with PORT.`;
  if (reason === 'EADDRNOTAVAIL' || reason === 'ENOTFOUND') return `HOST ${host} is not an address of this machine.`;
  return `Nothing can listen on port ${port} of ${host} (${reason}).`;
}

export interface Servers {
  postgres?: OwnPostgres;
  redis?: OwnRedis;
}

/** Starts PostgreSQL and Redis, except those whose URL is configured. */
export async function startServers(
  dataDir: string,
  given: { database: boolean; redis: boolean },
  announce: (what: string) => void,
): Promise<Servers> {
  if (given.database && given.redis) return {};
  const { folder, temporary } = socketFolder(join(dataDir, 'run'));
  const remove = temporary ? [folder] : undefined;
  const log = (name: string) => join(dataDir, 'logs', `${name}.log`);
  const [postgres, redis] = await Promise.allSettled([
    given.database
      ? undefined
      : startPostgres({
          directory: join(dataDir, 'postgres'),
          socketFolder: folder,
          logFile: log('postgres'),
          database: DATABASE,
          rotatesLog: true,
        }),
    given.redis
      ? undefined
      : startRedis({
          directory: join(dataDir, 'redis'),
          socketFolder: folder,
          logFile: log('redis'),
          persistent: true,
          announce,
          remove,
        }),
  ]);
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled') {
    return { postgres: postgres.value, redis: redis.value };
  }
  if (postgres.status === 'fulfilled') await postgres.value?.stop();
  if (redis.status === 'fulfilled') await redis.value?.stop();
  throw [postgres, redis].find((result) => result.status === 'rejected')?.reason;
}

/** Paths of the built programs. */
export interface Programs {
  entryOf(app: App): string;
  migrate: string;
}

/** @returns whether the schema is up to date, or what was applied. @throws Refusal with the reason of a failure. */
export function migrateDatabase(entry: string, env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) throw new Refusal(stderr.trim() || `The database could not be migrated (exit code ${status}).`);
  return stdout.trim();
}

export interface RunningApp extends OwnProcess {
  readonly app: App;
  readonly log: LogView;
}

/**
 * The app logs directly to a file, so that a busy api does not wait for this process. What it prints besides, such as the last words of
 * Node when memory is used up, is appended to the same file.
 */
export async function startApp(
  app: App,
  programs: Programs,
  env: NodeJS.ProcessEnv,
  config: Config,
  dataDir: string,
): Promise<RunningApp> {
  const logFile = join(dataDir, 'logs', `${app}.log`);
  const log = new LogView(logFile, app, config.LOG_ROTATE_KEEP, console.log);
  const child = await startProcess({
    ...appCommand(app, { ...env, LOG_FILE: logFile }, programs.entryOf(app)),
    cwd: root,
    graceMs: config.SHUTDOWN_TIMEOUT_MS + STOP_MARGIN_MS,
  });
  const { stdout, stderr } = child.output!;
  const printed = [stdout, stderr].map((output) => appendLines(output, logFile));
  void Promise.all([child.ended, ...printed]).then(() => log.close());
  return Object.assign(child, { app, log });
}

/** Resolves at the end of the output. */
async function appendLines(output: Readable, file: string): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    try {
      appendFileSync(file, `${line}\n`);
    } catch {
      console.log(line);
    }
  }
}

/** Waits until the api answers /readyz and its health check sees the worker. */
export async function untilReady(origin: string, apps: RunningApp[]): Promise<void> {
  await waitUntil(
    async () => {
      for (const app of apps) if (app.ending) throw endedUnexpectedly(app);
      return (await answer(`${origin}/readyz`))?.ok && (await seesWorker(origin));
    },
    {
      timeoutMs: READY_TIMEOUT_MS,
      everyMs: 100,
      onTimeout: () => new Refusal('The api and the worker did not become ready within a minute; see their logs.'),
    },
  );
}

/** The error for an app that ended although nothing stopped it. */
export const endedUnexpectedly = (app: RunningApp): Refusal =>
  new Refusal(`The ${app.app} ended unexpectedly (${describeEnding(app.ending!)}); its log: ${app.log.file}`);

async function seesWorker(origin: string): Promise<boolean> {
  const report = (await (await answer(`${origin}/api/v1/health-check/`))?.json()) as
    | { checks?: { worker?: { status?: string } } }
    | undefined;
  return report?.checks?.worker?.status === 'up';
}

const answer = (url: string) => fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);

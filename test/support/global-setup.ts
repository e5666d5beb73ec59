import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../libs/database/src/migrate.js';
import { ensureBuilt } from '../../scripts/build/build.js';
import { startPgBouncer, startPostgres, startRedis, throwawaySettings } from '../../scripts/servers/index.js';
import { databaseOf, execute } from './postgres-admin.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the migrated, empty database that every test database is copied from. */
    templateUrl: string;
    /** The same server as superuser. */
    superuserUrl: string;
    /** The run's shared Redis. */
    redisUrl: string;
    /** As templateUrl, through the run's PgBouncer; empty without E2E_THROUGH=pgbouncer. */
    pgBouncerUrl: string;
    /** Temporary folder of the whole run; removed at its end, however it ends. */
    runFolder: string;
  }
}

interface Servers {
  provided: ProvidedContext;
  stop(): Promise<void>;
}

/** Vitest sets up each project by itself, each with modules of its own; the servers are shared through the process. */
const shared = globalThis as typeof globalThis & { testServers?: { users: number; servers: Promise<Servers> } };

/** Starts one PostgreSQL and one Redis for the whole run, for as long as one project needs them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.testServers ??= { users: 0, servers: startServers() };
  const { testServers } = shared;
  testServers.users += 1;
  const [servers] = await Promise.all([
    testServers.servers,
    project.name !== 'int' ? ensureBuilt(console.log) : undefined,
  ]);
  for (const [name, value] of Object.entries(servers.provided)) project.provide(name as 'redisUrl', value);

  return async () => {
    testServers.users -= 1;
    if (testServers.users > 0) return;
    shared.testServers = undefined;
    await servers.stop();
  };
}

async function startServers(): Promise<Servers> {
  const runFolder = mkdtempSync(join(tmpdir(), 'csv-tests-'));
  const sockets = join(runFolder, 'run');
  mkdirSync(sockets);
  const remove = [runFolder];
  const [postgres, redis] = await Promise.all([
    startPostgres({
      directory: join(runFolder, 'postgres'),
      socketFolder: sockets,
      logFile: join(runFolder, 'postgres.log'),
      database: 'template_for_tests',
      settings: { ...throwawaySettings, max_connections: '500' },
      throwaway: { remove },
    }),
    startRedis({
      directory: join(runFolder, 'redis'),
      socketFolder: sockets,
      logFile: join(runFolder, 'redis.log'),
      persistent: false,
      announce: console.log,
      remove,
    }),
  ]);
  await migrate(postgres.url);
  const pgBouncer =
    process.env.E2E_THROUGH === 'pgbouncer'
      ? await startPgBouncer({
          server: postgres.urlOf('postgres', 'superuser'),
          folder: join(sockets, 'bouncer'),
          announce: console.log,
          remove,
        })
      : undefined;
  // Nobody may connect to it any more: CREATE DATABASE refuses to copy a database that somebody uses.
  await execute(
    postgres.urlOf('postgres', 'superuser'),
    `ALTER DATABASE ${databaseOf(postgres.url)} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`,
  );
  return {
    provided: {
      templateUrl: postgres.url,
      superuserUrl: postgres.urlOf('postgres', 'superuser'),
      redisUrl: redis.url,
      pgBouncerUrl: pgBouncer?.through(postgres.url) ?? '',
      runFolder,
    },
    async stop() {
      await pgBouncer?.stop();
      await Promise.all([redis.stop(), postgres.stop()]);
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
}

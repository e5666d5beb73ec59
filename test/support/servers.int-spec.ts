import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAlive, isRoot } from '../../scripts/processes/process-facts.js';
import { type OwnPostgres, startPostgres, throwawaySettings } from '../../scripts/servers/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { emptyRedis, startRedis, type TestRedis } from './redis.js';

// Real: PostgreSQL and Redis, started and stopped like `npm start` does.

const query = async (url: string, text: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

describe('the PostgreSQL of npm start', () => {
  let folder: string;
  let server: OwnPostgres;
  const start = () =>
    startPostgres({
      directory: join(folder, 'postgres'),
      socketFolder: join(folder, 'run'),
      logFile: join(folder, 'postgres.log'),
      database: 'app_data',
      settings: { ...throwawaySettings, work_mem: '5MB' },
    });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pg-'));
    mkdirSync(join(folder, 'run'));
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is version 17 or newer, with UTF-8, UTC and the same collation on every machine', async () => {
    const [facts] = await query(
      server.url,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale,
              current_setting('server_version_num')::int >= 170000 AS recent, current_setting('TimeZone') AS zone
         FROM pg_database WHERE datname = current_database()`,
    );
    expect(facts).toEqual({ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', recent: true, zone: 'UTC' });
  });

  it('gives the apps the role of the database owner, not of a superuser', async () => {
    const [role] = await query(server.url, `SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user`);
    expect(role).toEqual({ rolname: 'app', rolsuper: false });
    await query(server.url, 'CREATE TABLE owned (); DROP TABLE owned');
  });

  it('accepts settings', async () => {
    expect(await query(server.url, 'SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  });

  it('opens no port', async () => {
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
  });

  it.runIf(isRoot())('does not run as root', () => {
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
  });

  it('keeps its data after a stop, after a crash, and when another process has the pid in its pid file', async () => {
    await query(server.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    await server.stop();
    server = await start();
    await query(server.url, 'INSERT INTO kept VALUES (2)');
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    server = await start();
    await query(server.url, 'INSERT INTO kept VALUES (3)');
    await server.stop('immediate');
    writeFileSync(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(folder, 'postgres')}\n`);
    writeFileSync(join(folder, 'run', '.s.PGSQL.5432.lock'), `${process.pid}\n`);
    server = await start();
    expect(isAlive(process.pid)).toBe(true);
    expect(await query(server.url, 'SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('takes over from a postmaster of an earlier run', async () => {
    const earlier = server;
    server = await start();
    expect(isAlive(earlier.pid)).toBe(false);
    expect(await query(server.url, 'SELECT count(*)::int FROM kept')).toEqual([{ count: 3 }]);
  });

  it('refuses data of another version and does not change it', async () => {
    const old = join(folder, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'PG_VERSION'), '16\n');
    await expect(
      startPostgres({
        directory: old,
        socketFolder: join(folder, 'run'),
        logFile: join(folder, 'x.log'),
        database: 'x',
      }),
    ).rejects.toThrow(/created by PostgreSQL 16, but this is PostgreSQL 18: move the folder away/);
    expect(statSync(join(old, 'PG_VERSION')).size).toBe(3);
  });

  it('refuses a folder with other files and does not change it', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.txt'), 'all of it');
    await expect(
      startPostgres({
        directory: foreign,
        socketFolder: join(folder, 'run'),
        logFile: join(folder, 'x.log'),
        database: 'x',
      }),
    ).rejects.toThrow(/not empty and is not a data folder of PostgreSQL/);
    expect(statSync(join(foreign, 'thesis.txt')).size).toBe(9);
  });

  it('reports why it did not start', async () => {
    await expect(
      startPostgres({
        directory: join(folder, 'faulty'),
        // The socket folder of the other server: its answer must not count as an answer of this server.
        socketFolder: join(folder, 'run'),
        logFile: join(folder, 'faulty.log'),
        database: 'x',
        settings: { shared_buffers: 'much' },
        throwaway: { remove: [] },
      }),
    ).rejects.toThrow(/PostgreSQL did not start: invalid value for parameter "shared_buffers": "much"/);
  });
});

describe('a test database', () => {
  it('is migrated, empty and separate for each caller, also when many are created at once', async () => {
    const databases: TestDatabase[] = await Promise.all(Array.from({ length: 6 }, createTestDatabase));
    expect(new Set(databases.map(({ name }) => name)).size).toBe(6);
    await query(databases[0]!.url, `INSERT INTO csv_rows VALUES (gen_random_uuid(), 1, 'x')`);
    expect(await query(databases[1]!.url, 'SELECT count(*)::int FROM csv_rows')).toEqual([{ count: 0 }]);
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('is dropped although a client is still connected', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    const lost = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await lost;
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});

describe('the Redis of npm start', () => {
  let redis: TestRedis | undefined;
  let client: Redis | undefined;
  afterEach(async () => {
    client?.disconnect();
    await redis?.remove();
  });
  const connect = (url: string) => {
    client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => {});
    return client;
  };

  it('refuses writes when memory is full, and evicts nothing', async () => {
    redis = await startRedis();
    expect(await connect(redis.url).config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  });

  it('restarts at the same address, with its data only if it is persistent', async () => {
    for (const persistent of [true, false]) {
      redis = await startRedis({ persistent });
      await connect(redis.url).set('key', 'value');
      client!.disconnect();
      await redis.stop();
      await expect(connect(redis.url).ping()).rejects.toThrow();
      await redis.start();
      expect(await connect(redis.url).get('key')).toBe(persistent ? 'value' : null);
      client!.disconnect();
      await redis.remove();
    }
  });

  it('does not answer while it is paused, and answers afterwards', async () => {
    redis = await startRedis();
    const paused = connect(redis.url);
    await paused.ping();
    redis.pause();
    const answer = paused.ping();
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'silence'))]);
    expect(first).toBe('silence');
    redis.resume();
    expect(await answer).toBe('PONG');
  });

  it('is shared by the run, and empty for each file', async () => {
    const url = await emptyRedis();
    await connect(url).set('left', 'over');
    client!.disconnect();
    expect(await connect(await emptyRedis()).dbsize()).toBe(0);
  });
});

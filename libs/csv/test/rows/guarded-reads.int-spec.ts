import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '@app/config';
import { ClientGone, Deadline, newId, ReadReplica, Statements, sessionSettings, startupOptions } from '@app/database';
import { QueryTimeout } from '@app/problems';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { GuardedReads } from '../../src/rows/execute/guarded-reads.js';
import { ReadRouter } from '../../src/rows/execute/read-router.js';
import { ReadScheduler } from '../../src/rows/execute/read-scheduler.js';
import { ReplicaPosition } from '../../src/rows/execute/replica-position.js';
import { ScanQueue } from '../../src/rows/execute/scan-queue.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns, storeMadeUpload } from './store-upload.js';

// Real: PostgreSQL, and a pool of one connection, so that each read gets the connection that the one before has left.

let database: TestDatabase;
let dataSource: DataSource;
let observer: DataSource;
let reads: GuardedReads;
let scheduler: ReadScheduler;
beforeAll(async () => {
  database = await createTestDatabase();
  const config = loadConfig({});
  const options = { type: 'postgres', url: database.url } as const;
  dataSource = await new DataSource({
    ...options,
    poolSize: 1,
    extra: { options: startupOptions(sessionSettings(config)) },
  }).initialize();
  observer = await new DataSource(options).initialize();
  reads = new GuardedReads(config, dataSource, new Statements(config, dataSource));
  const replica = new ReadReplica(config, dataSource, 'test');
  scheduler = new ReadScheduler(new ReadRouter(reads, replica, new ReplicaPosition(dataSource)), new ScanQueue(config));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await Promise.all([dataSource.destroy(), observer.destroy()]);
  await database.drop();
});

const upload = {
  id: newId(),
  user_id: newId(),
  lease_epoch: 1,
  wal_position: null,
  wal_position_epoch: null,
};

const SLEEP = 'SELECT pg_sleep(600)';
const sleepers = async (): Promise<number> => {
  const [{ count }] = await observer.query(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
  );
  return count;
};
const soon = (signal?: AbortSignal) => Deadline.in(20_000, signal);
/** The connection that reads use is free, without a transaction, and has the settings of its session. */
const expectUsable = async () => {
  const rows = await reads.run(soon(), 'any', ({ sql }) =>
    sql(`SELECT current_setting('enable_indexscan') AS indexscan, current_setting('statement_timeout') AS timeout`, []),
  );
  expect(rows).toEqual([{ indexscan: 'on', timeout: '30s' }]);
  const [{ open }] = await observer.query(
    `SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
  );
  expect(open).toBe(0);
};

describe.each(['any', 'indexed', 'parallel', 'scan'] as const)('a read in mode %s', (mode) => {
  it('stops at its deadline, and leaves the connection usable', async () => {
    const read = reads.run(Deadline.in(300), mode, ({ sql }) => sql(SLEEP, []));
    await expect(read).rejects.toBeInstanceOf(QueryTimeout);
    expect(await sleepers()).toBe(0);
    await expectUsable();
  });

  it('is cancelled when its client disconnects, and leaves the connection usable', async () => {
    const client = new AbortController();
    const read = reads.run(soon(client.signal), mode, ({ sql }) => sql(SLEEP, [])).catch((error) => error);
    await expect.poll(sleepers).toBe(1);
    client.abort();
    expect(await read).toBeInstanceOf(ClientGone);
    expect(await sleepers()).toBe(0);
    await expectUsable();
  });

  it('is cancelled between two statements', async () => {
    const client = new AbortController();
    const read = reads.run(soon(client.signal), mode, async ({ sql }) => {
      await sql('SELECT 1', []);
      client.abort();
      await sleep(50);
      return sql(SLEEP, []);
    });
    await expect(read).rejects.toBeInstanceOf(ClientGone);
    await expectUsable();
  });

  it('leaves the connection usable when it fails', async () => {
    await expect(reads.run(soon(), mode, ({ sql }) => sql('SELECT 1 / 0', []))).rejects.toMatchObject({
      driverError: { code: '22012' },
    });
    await expectUsable();
  });

  it('fails when its connection is lost, and the next has another', async () => {
    const lost = reads.run(soon(), mode, ({ sql }) => sql('SELECT pg_terminate_backend(pg_backend_pid())', []));
    await expect(lost).rejects.toThrow();
    await expectUsable();
  });
});

describe('a read that should be quick', () => {
  it('is not heavy because it has waited for a connection', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.connect();
    const seen: string[] = [];
    const read = scheduler.quickFirst(upload, soon(), async ({ sql }) => {
      const [row] = await sql<{ cost: string }>(`SELECT current_setting('parallel_setup_cost') AS cost`, []);
      seen.push(row!.cost);
    });
    await sleep(300);
    await runner.release();
    await read;
    expect(seen).toEqual(['1000']);
  });

  it('starts again as a heavy one after 150 ms', async () => {
    const seen: string[] = [];
    await scheduler.quickFirst(upload, soon(), async ({ sql }) => {
      const [row] = await sql<{ cost: string }>(`SELECT current_setting('parallel_setup_cost') AS cost`, []);
      seen.push(row!.cost);
      await sql('SELECT pg_sleep(0.4)', []);
    });
    expect(seen).toEqual(['1000', '10']);
  });
});

describe('a page', () => {
  const columns = newColumns({ word: 'text', n: 'integer' });

  it.each([
    { page: 'of the file of a known upload', raw: { page: '3' }, trips: 1 },
    { page: 'that an index finds', raw: { filters: '{"n":7}', count: 'none' }, trips: 3 },
  ] as const)('$page takes $trips round trip(s)', async ({ raw, trips }) => {
    const harness = await RowsHarness.open(database.url);
    const upload = await storeMadeUpload(harness.dataSource, harness.userId, columns, 1_000, [
      'md5(n::text)',
      'n % 100',
    ]);
    await harness.ask(upload, raw);
    await harness.buildIndexes();
    for (let n = 0; n < 3; n++) await harness.ask(upload, raw);
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    await harness.ask(upload, raw);
    expect(queries).toHaveBeenCalledTimes(trips);
    await harness.close();
  });

  it('is the same without prepared statements', async () => {
    const [on, off] = await Promise.all([
      RowsHarness.open(database.url),
      RowsHarness.open(database.url, { DATABASE_PREPARED_STATEMENTS: 'off' }),
    ]);
    const upload = await storeMadeUpload(on.dataSource, off.userId, columns, 1_000, ['md5(n::text)', 'n % 100']);
    Object.assign(on, { userId: off.userId });
    for (let n = 0; n < 5; n++) {
      const raw = { page: String(n + 1), sort_by: '-n' };
      expect((await on.ask(upload, raw)).data).toEqual((await off.ask(upload, raw)).data);
    }
    await Promise.all([on.close(), off.close()]);
  });

  it('is 404, and never a part of itself, when its rows are deleted meanwhile', async () => {
    const harness = await RowsHarness.open(database.url);
    const rows = Array.from({ length: 50 }, (_, n) => [`w${n}`, String(n)]);
    const upload = await harness.newUpload(columns, rows);
    await harness.dataSource.query('DELETE FROM csv_rows WHERE upload_id = $1 AND row_number <= 10', [upload.id]);
    await expect(harness.ask(upload)).rejects.toMatchObject({ code: 'not_found' });
    const own = await harness.newBigUpload(columns, rows);
    await harness.dataSource.query(`DROP TABLE ${own.rows_table}`);
    await expect(harness.ask(own)).rejects.toMatchObject({ code: 'not_found' });
    await harness.close();
  });
});

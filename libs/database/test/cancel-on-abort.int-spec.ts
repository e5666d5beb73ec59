import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { cancelOnAbort } from '../src/cancel-on-abort.js';
import { sqlState } from '../src/errors.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** Runs `work` on a connection of its own, which it gets with its pid. */
async function onConnection<T>(
  work: (query: (sql: string) => Promise<unknown>, pid: number) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    const [{ pid }] = await runner.query('SELECT pg_backend_pid() AS pid');
    return await work((sql) => runner.query(sql), pid);
  } finally {
    await runner.release();
  }
}

const sleeps = async (pid: number) => {
  const [{ asleep }] = await dataSource.query(
    `SELECT wait_event = 'PgSleep' AS asleep FROM pg_stat_activity WHERE pid = $1`,
    [pid],
  );
  expect(asleep).toBe(true);
};

describe('a signal that is aborted', () => {
  it('cancels the statement in progress and leaves the connection usable', async () => {
    await onConnection(async (query, pid) => {
      const abort = new AbortController();
      const work = cancelOnAbort(dataSource, pid, abort.signal, () => query('SELECT pg_sleep(600)'));
      await vi.waitFor(() => sleeps(pid), { timeout: 10_000 });
      abort.abort();
      expect(sqlState(await work.catch((error) => error))).toBe('57014');
      expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  it('keeps the work from starting when it is aborted before', async () => {
    const work = vi.fn();
    await expect(cancelOnAbort(dataSource, 0, AbortSignal.abort(new Error('stop')), work)).rejects.toThrow('stop');
    expect(work).not.toHaveBeenCalled();
  });

  it('cancels nothing once the work has ended', async () => {
    await onConnection(async (query, pid) => {
      const abort = new AbortController();
      await cancelOnAbort(dataSource, pid, abort.signal, () => query('SELECT 1'));
      const later = query('SELECT pg_sleep(0.2)');
      abort.abort();
      await expect(later).resolves.toBeDefined();
    });
  });
});

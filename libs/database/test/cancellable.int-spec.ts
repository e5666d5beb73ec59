import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { cancellable } from '../src/cancellable.js';
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
async function onConnection<T>(work: (client: Client, pid: number) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    const [{ pid }] = await runner.query('SELECT pg_backend_pid() AS pid');
    return await work(await runner.connect(), pid);
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

const one = async (client: Client) => (await client.query('SELECT 1 AS one')).rows;

describe('a signal that is aborted', () => {
  it('cancels the statement in progress and leaves the connection usable', async () => {
    await onConnection(async (client, pid) => {
      const { signal, abort } = aborter();
      const work = cancellable(client, { signal }, () => client.query('SELECT pg_sleep(600)'));
      await vi.waitFor(() => sleeps(pid), { timeout: 10_000 });
      abort();
      expect(sqlState(await work.catch((error: unknown) => error))).toBe('57014');
      expect(await one(client)).toEqual([{ one: 1 }]);
    });
  });

  it('keeps the work from starting when it is aborted before', async () => {
    const work = vi.fn();
    await onConnection(async (client) => {
      await expect(cancellable(client, { signal: AbortSignal.abort(new Error('stop')) }, work)).rejects.toThrow('stop');
    });
    expect(work).not.toHaveBeenCalled();
  });

  it('cancels nothing once the work has ended', async () => {
    await onConnection(async (client) => {
      const { signal, abort } = aborter();
      await cancellable(client, { signal }, () => client.query('SELECT 1'));
      const later = client.query('SELECT pg_sleep(0.2)');
      abort();
      await expect(later).resolves.toBeDefined();
    });
  });

  it('cancels although every connection of the pool is in use', async () => {
    const small = await new DataSource({ type: 'postgres', url: database.url, poolSize: 1 }).initialize();
    const runner = small.createQueryRunner();
    const client: Client = await runner.connect();
    const { signal, abort } = aborter();
    const work = cancellable(client, { signal }, () => client.query('SELECT pg_sleep(600)'));
    setTimeout(abort, 50);
    expect(sqlState(await work.catch((error: unknown) => error))).toBe('57014');
    await runner.release();
    await small.destroy();
  });

  it('is repeated for a statement that is sent after the first request', async () => {
    await onConnection(async (client) => {
      const { signal, abort } = aborter();
      const work = cancellable(client, { signal }, async () => {
        abort();
        await new Promise((resolve) => setTimeout(resolve, 100));
        await client.query('SELECT pg_sleep(600)');
      });
      expect(sqlState(await work.catch((error: unknown) => error))).toBe('57014');
    });
  });
});

describe('a time limit', () => {
  it('cancels the statement that exceeds it, and the work knows', async () => {
    await onConnection(async (client) => {
      let cancelled: () => boolean = () => false;
      const work = cancellable(client, { afterMs: 50 }, (isCancelled) => {
        cancelled = isCancelled;
        return client.query('SELECT pg_sleep(600)');
      });
      expect(cancelled()).toBe(false);
      expect(sqlState(await work.catch((error: unknown) => error))).toBe('57014');
      expect(cancelled()).toBe(true);
      expect(await one(client)).toEqual([{ one: 1 }]);
    });
  });

  it('does not cancel work whose answer has come while the process was busy', async () => {
    await onConnection(async (client) => {
      let cancelled: () => boolean = () => false;
      await cancellable(client, { afterMs: 20 }, async (isCancelled) => {
        cancelled = isCancelled;
        const answer = client.query('SELECT 1');
        await new Promise((resolve) => setImmediate(resolve));
        const until = performance.now() + 300;
        while (performance.now() < until);
        await answer;
      });
      expect(cancelled()).toBe(false);
    });
  });

  it('does nothing to work that ends before', async () => {
    await onConnection(async (client) => {
      await cancellable(client, { afterMs: 30 }, () => client.query('SELECT 1'));
      await expect(client.query('SELECT pg_sleep(0.2)')).resolves.toBeDefined();
    });
  });
});

function aborter() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

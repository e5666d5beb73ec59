import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline, newId, Transactions } from '@app/database';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { ScanQueue } from '../../src/rows/execute/scan-queue.js';
import { WaitingScans } from '../../src/rows/execute/waiting-scans.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns, storeMadeUpload } from './store-upload.js';

// Real: PostgreSQL, the slot, builds and profiles. Two harnesses stand for two worker processes: they share nothing but the database.

let database: TestDatabase;
let one: RowsHarness;
let other: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  [one, other] = await Promise.all([RowsHarness.open(database.url), RowsHarness.open(database.url)]);
});
afterEach(async () => {
  await one.dataSource.query('DELETE FROM outbox; DELETE FROM csv_waiting_scans');
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await database.drop();
});

const never = new AbortController().signal;
const LONG_AGO = new Date(0);

/** Work that runs until `finish` is called. */
function heldWork() {
  const held = { started: false, finish: () => {}, run: async () => {} };
  const finished = new Promise<void>((resolve) => {
    held.finish = resolve;
  });
  held.run = async () => {
    held.started = true;
    await finished;
  };
  return held;
}

/** An ingest job that a worker holds for a minute. */
const addIngest = (facts = `lease_until = now() + interval '1 minute'`) =>
  one.dataSource
    .query(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'csv.ingest', '{}')`, [newId()])
    .then(() => one.dataSource.query(`UPDATE outbox SET ${facts}`));

describe('background work', () => {
  it('runs one at a time, in whatever process', async () => {
    const [first, second] = [heldWork(), heldWork()];
    const running = one.slot.run(new Date(), never, first.run);
    await expect.poll(() => first.started).toBe(true);
    // It has waited long enough for ingests and scans, but other background work must still end.
    const waiting = other.slot.run(LONG_AGO, never, second.run);
    await sleep(500);
    expect(second.started).toBe(false);
    first.finish();
    await expect.poll(() => second.started).toBe(true);
    second.finish();
    await Promise.all([running, waiting]);
  });

  it.each([
    ['runs', `lease_until = now() + interval '1 minute'`],
    ['is due', `run_at = now()`],
  ])('waits while an ingest %s, and starts when it has ended', async (_, facts) => {
    await addIngest(facts);
    const work = heldWork();
    const waiting = one.slot.run(new Date(), never, work.run);
    await sleep(500);
    expect(work.started).toBe(false);
    await one.dataSource.query('DELETE FROM outbox');
    await expect.poll(() => work.started).toBe(true);
    work.finish();
    await waiting;
  });

  it.each([
    ['waits for its next attempt', `run_at = now() + interval '1 hour'`],
    ['is dead', `dead_at = now()`],
  ])('does not wait for an ingest that %s', async (_, facts) => {
    await addIngest(facts);
    expect(await one.slot.run(new Date(), never, async () => 'done')).toBe('done');
  });

  it('waits while a scan waits for its turn in another process, and starts when it has it', async () => {
    const scans = new ScanQueue({ SCAN_LIMIT: 1, SCAN_LIMIT_PER_USER: 1 }, new WaitingScans(other.dataSource));
    const [running, queued, work] = [heldWork(), heldWork(), heldWork()];
    const soon = () => Deadline.in(60_000);
    const scanning = [scans.run('anna', soon(), running.run), scans.run('bob', soon(), queued.run)];
    await expect
      .poll(() => one.dataSource.query('SELECT count(*)::int AS waiting FROM csv_waiting_scans'))
      .toEqual([{ waiting: 1 }]);
    const waiting = one.slot.run(new Date(), never, work.run);
    await sleep(500);
    expect(work.started).toBe(false);
    running.finish();
    await expect.poll(() => work.started).toBe(true);
    queued.finish();
    work.finish();
    await Promise.all([...scanning, waiting]);
    await expect
      .poll(() => one.dataSource.query('SELECT count(*)::int AS waiting FROM csv_waiting_scans'))
      .toEqual([{ waiting: 0 }]);
  });

  it('does not wait for a scan whose process was killed, once the scan would have ended', async () => {
    await one.dataSource.query(`INSERT INTO csv_waiting_scans VALUES ($1, now() - interval '1 s')`, [newId()]);
    expect(await one.slot.run(new Date(), never, async () => 'done')).toBe('done');
  });

  it('starts at the latest when it has waited BACKGROUND_WAIT_MS since it was requested', async () => {
    const hasty = await RowsHarness.open(database.url, { BACKGROUND_WAIT_MS: '700' });
    await addIngest();
    const startedAt = performance.now();
    await hasty.slot.run(new Date(), never, async () => {});
    expect(performance.now() - startedAt).toBeGreaterThan(600);
    // The time that it has waited in a worker that was killed counts too.
    expect(await hasty.slot.run(LONG_AGO, never, async () => 'at once')).toBe('at once');
    await hasty.close();
  });

  it('stops waiting when its worker stops', async () => {
    await addIngest();
    const controller = new AbortController();
    const work = heldWork();
    const waiting = one.slot.run(new Date(), controller.signal, work.run);
    setTimeout(() => controller.abort(new Error('stopping')), 50);
    await expect(waiting).rejects.toThrow('stopping');
    expect(work.started).toBe(false);
  });

  it('frees the slot when it fails, and when its worker is killed', async () => {
    await expect(one.slot.run(new Date(), never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const killed = one.slot.run(new Date(), never, async ({ manager }) => {
      await manager.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(killed).rejects.toThrow();
    expect(await other.slot.run(new Date(), never, async () => 'free')).toBe('free');
  });
});

describe('an index that is requested while an ingest runs', () => {
  const columns = newColumns({ word: 'text', n: 'integer' });
  const made = () => storeMadeUpload(one.dataSource, one.userId, columns, 500, ['md5(n::text)', 'n']);
  const statusOf = (id: string): Promise<{ status: string }[]> =>
    one.dataSource.query('SELECT status FROM csv_indexes WHERE upload_id = $1', [id]);

  it('is built when the ingest has ended', async () => {
    const upload = await made();
    await addIngest();
    await one.ask(upload, { sort_by: 'n' });
    const building = one.buildIndexes();
    await sleep(500);
    expect(await statusOf(upload.id)).toEqual([{ status: 'building' }]);
    await one.dataSource.query('DELETE FROM outbox');
    await building;
    expect(await statusOf(upload.id)).toEqual([{ status: 'ready' }]);
  });

  it('is forgotten when its upload is deleted meanwhile', async () => {
    const upload = await made();
    await addIngest();
    await one.ask(upload, { sort_by: 'n' });
    const [job] = one.indexJobs.splice(0);
    const building = one.builder.build(job!, never);
    await one.dataSource.query('DELETE FROM csv_uploads WHERE id = $1', [upload.id]);
    await one.dataSource.query('DELETE FROM outbox');
    await building;
    expect(await statusOf(upload.id)).toEqual([]);
  });
});

describe('a profile of a big upload', () => {
  const made = (rows = 50) => storeMadeUpload(one.dataSource, one.userId, newColumns({ n: 'integer' }), rows, ['n']);

  it('is computed once when its job runs in two workers, and is not made before it is asked for', async () => {
    const upload = await made();
    await one.profiles.compute(upload.id, never);
    expect(await one.dataSource.query('SELECT FROM csv_profiles WHERE upload_id = $1', [upload.id])).toEqual([]);
    expect(await one.profiles.get(upload)).toBeNull();
    const passes = vi.spyOn(one.profiler, 'profileIn');
    const otherPasses = vi.spyOn(other.profiler, 'profileIn');
    await Promise.all([one.profiles.compute(upload.id, never), other.profiles.compute(upload.id, never)]);
    expect(passes.mock.calls.length + otherPasses.mock.calls.length).toBe(1);
    expect(await one.profiles.get(upload)).toMatchObject([{ key: 'n', filled: 50, distinct: 50 }]);
  });

  it('ends without an error when its upload is deleted meanwhile, and is computed again when its session was killed', async () => {
    const upload = await made();
    await one.profiles.get(upload);
    const lock = other.dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query(`LOCK TABLE ${upload.rows_table} IN ACCESS EXCLUSIVE MODE`);
    // Not on the locking connection: a transaction sees the activity of its first look.
    const untilItWaits = () =>
      expect
        .poll(
          () =>
            other.dataSource.query(
              `SELECT 1 AS waits FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
              [`%${upload.rows_table}%`],
            ),
          { timeout: 20_000 },
        )
        .toEqual([{ waits: 1 }]);
    const end = (how: 'pg_terminate_backend' | 'pg_cancel_backend') =>
      expect
        .poll(
          () =>
            other.dataSource.query(
              `SELECT ${how}(pid) AS ended FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
              [`%${upload.rows_table}%`],
            ),
          { timeout: 20_000 },
        )
        .toEqual([{ ended: true }]);
    const killed = one.profiles.compute(upload.id, never).catch((error: unknown) => error);
    await end('pg_terminate_backend');
    expect(await killed).toBeInstanceOf(Error);

    const again = one.profiles.compute(upload.id, never);
    await untilItWaits();
    await one.dataSource.query('DELETE FROM csv_uploads WHERE id = $1', [upload.id]);
    await end('pg_cancel_backend');
    await again;
    await lock.rollbackTransaction();
    await lock.release();
  });
});

describe('a transaction of background work', () => {
  it('has no statement timeout, and leaves none behind', async () => {
    const timeout = (manager = one.dataSource.manager) => manager.query('SHOW statement_timeout');
    expect(await one.slot.run(new Date(), never, ({ manager }) => timeout(manager))).toEqual([
      { statement_timeout: '0' },
    ]);
    expect(await new Transactions(one.dataSource).run(({ manager }) => timeout(manager))).toEqual([
      { statement_timeout: '30s' },
    ]);
  });
});

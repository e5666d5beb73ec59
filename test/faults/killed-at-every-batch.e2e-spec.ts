import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type DataSet, writeDataSet } from '../../bench/data-sets.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { BatchGate } from '../support/batch-gate.js';
import { hashCsv, type RowsHash } from '../support/csv/oracle.js';
import { Service } from '../support/service.js';
import {
  committedBatches,
  expectExactRows,
  expectOneMail,
  remainsOf,
  untilBatches,
} from '../support/stored-uploads.js';

/**
 * Workers are killed again and again, and the next worker knows only what is committed. FAULTS=full kills at each of the 30 batch
 * boundaries, for both kinds of table, and 20 times at random moments, in about ten minutes; otherwise a sample of these.
 */
const FULL = process.env.FAULTS === 'full';
const BATCH_ROWS = 5_000;
const BATCHES = 30;
const CONNECTIONS = 3;
const ALL_BOUNDARIES = Array.from({ length: BATCHES }, (_, boundary) => boundary);
const RANDOM_KILLS = FULL ? 20 : 3;
/** From the claim until after the mail; an ingest of the file takes about a second. */
const LATEST_KILL_MS = 1_500;

/** What is escaped in a stored row, what ends a record or a cell, and what takes two units of UTF-16. */
const SHARP = [...'\u0001\u0002\u0003\u001d\u001e\u001f"\n', '\r\n', '😀', '👩‍👩‍👧‍👦'];
const LINES_A_CHUNK = 5_000;

/** Five cells of some 60 bytes a record, of which each second one has something of this, next to anything else of it. */
const SHARP_FILE: DataSet = {
  columns: [],
  rows: BATCH_ROWS * BATCHES,
  probes: {},
  sorts: { text: '', number: '' },
  *chunks(rows) {
    const sharp = (n: number) => SHARP[n % SHARP.length]!.replaceAll('"', '""');
    const record = (n: number) =>
      n % 2 === 0
        ? `${n + 1},plain ${n},${n % 97}.5,Paris ${n % 1000},a note about number ${n}`
        : `${n + 1},"${sharp(n)}${sharp(Math.floor(n / 2 / SHARP.length))}",${n % 97}.5,"Paris${sharp(n * 3)}","note ${n}${sharp(n * 5)}end"`;
    yield Buffer.from('id,name,price,city,note\n');
    for (let from = 0; from < rows; from += LINES_A_CHUNK) {
      const lines = Array.from({ length: Math.min(LINES_A_CHUNK, rows - from) }, (_, line) => record(from + line));
      yield Buffer.from(`${lines.join('\n')}\n`);
    }
  },
};

let service: Service;
let path: string;
let expected: RowsHash;

beforeAll(async () => {
  const file = await writeDataSet(SHARP_FILE, join(inject('runFolder'), 'killed-at-batch.csv'));
  path = file.path;
  expected = await hashCsv(path);
});
afterEach(() => service?.stop());

const start = (env: Record<string, string> = {}) =>
  Service.start({
    workers: 0,
    env: {
      JOBS_LEASE_MS: '600',
      JOBS_SWEEP_MS: '100',
      INGEST_BATCH_ROWS: String(BATCH_ROWS),
      INGEST_CONNECTIONS: String(CONNECTIONS),
      ...env,
    },
  });

const rowNumbers = (uploadId: string, table: string) =>
  service.sql.query(
    `SELECT count(*)::int AS rows, coalesce(max(row_number), 0)::int AS last FROM ${table}
      ${table === 'csv_rows' ? `WHERE upload_id = '${uploadId}'` : ''}`,
  );

describe('an ingest whose worker is killed at', { timeout: 1_200_000 }, () => {
  it.each([
    { where: 'a table of its own', ownTableBytes: '1000000', sample: [0, 1, 29] },
    { where: 'the shared table', ownTableBytes: '100000000', sample: [0, 9, 28] },
  ])(
    'each batch boundary in turn ends with exactly the rows of the file, in $where',
    async ({ ownTableBytes, sample }) => {
      service = await start({ OWN_TABLE_BYTES: ownTableBytes });
      const person = await service.client.withAccount();
      const gate = await BatchGate.closed(service.database.url);
      try {
        const id: string = (await person.upload({ path }, 'boundaries.csv')).body.id;
        for (const [turn, boundary] of (FULL ? ALL_BOUNDARIES : sample).entries()) {
          await gate.openUpTo(boundary);
          const worker = await service.addWorker();
          const inFlight = await gate.untilWaiting(Math.min(CONNECTIONS, BATCHES - boundary));
          expect(inFlight[0]).toBe(boundary + 1);
          // Near the end fewer connections wait, because one may still commit the last batch before the boundary.
          await untilBatches(service, id, boundary + 1);
          await worker.stop('SIGKILL');
          expect(await committedBatches(service, id)).toBe(boundary + 1);
          // Every second time the batches after the first are committed, which leaves a gap for the next worker.
          const gap = turn % 2 === 1;
          await gate.lose(gap ? inFlight.slice(0, 1) : inFlight);
          if (gap) await gate.letThrough(inFlight.slice(1));
          const [{ rows_table }] = await service.sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [id]);
          const [stored] = await rowNumbers(id, rows_table);
          expect(stored.rows).toBe((boundary + (gap ? inFlight.length - 1 : 0)) * BATCH_ROWS);
        }
        await gate.openUpTo(Number.POSITIVE_INFINITY);
        await service.addWorker();
        await expectExactRows(service, await person.untilFinal(id), expected);
        await expectOneMail(service, person.email, 'boundaries.csv');
        expect(await remainsOf(service, id)).toMatchObject({
          jobs: [],
          orphanedTables: [],
          orphanedFiles: [],
          locks: [],
        });
      } finally {
        await gate.remove();
      }
    },
  );

  it('the point between its last batch and its completion is completed by the next worker, which adds no row', async () => {
    service = await start();
    const person = await service.client.withAccount();
    // The completion waits for a lock that the test holds, and the worker is killed while it waits.
    const runner = service.sql.createQueryRunner();
    await service.sql.query(`
      CREATE FUNCTION wait_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.status = 'completed' THEN PERFORM pg_advisory_xact_lock(4712); END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER wait_at_the_end BEFORE UPDATE ON csv_uploads FOR EACH ROW EXECUTE FUNCTION wait_at_the_end();
    `);
    await runner.query('SELECT pg_advisory_lock(4712)');
    const worker = await service.addWorker();
    const id: string = (await person.upload({ path }, 'at-the-end.csv')).body.id;
    const atTheEnd = await waitUntil(
      async () =>
        (
          await runner.query(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712 AND NOT granted`)
        )[0],
      { timeoutMs: 60_000, everyMs: 5, onTimeout: () => new Error('The ingest did not come to its end.') },
    );
    await worker.stop('SIGKILL');
    await runner.query('SELECT pg_terminate_backend($1, 10000)', [atTheEnd.pid]);
    expect((await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body.status).toBe('processing');
    await runner.query('SELECT pg_advisory_unlock(4712)');
    await runner.release();
    await service.addWorker();
    await expectExactRows(service, await person.untilFinal(id), expected);
    await expectOneMail(service, person.email, 'at-the-end.csv');
  });

  it('the point between its completion and its mail sends the mail once', async () => {
    service = await start();
    const person = await service.client.withAccount();
    service.inbox.behave({ kind: 'slow', ms: Number.POSITIVE_INFINITY });
    const worker = await service.addWorker();
    const upload = await person.ingest({ path }, 'unsent.csv');
    await expect.poll(() => service.inbox.connections, { timeout: 15_000 }).toBeGreaterThan(0);
    await worker.stop('SIGKILL');
    service.inbox.behave({ kind: 'accept' });
    await service.addWorker();
    await expectExactRows(service, upload, expected);
    await service.inbox.waitForExactly(1, ({ to, text }) => to.includes(person.email) && text.includes('unsent.csv'), {
      timeoutMs: 30_000,
    });
  });

  it('random moments ends with exactly the rows of the file, after any number of kills', async () => {
    service = await start();
    const person = await service.client.withAccount();
    const moments: number[] = [];
    for (let upload = 1; moments.length < RANDOM_KILLS; upload++) {
      const filename = `random-${upload}.csv`;
      const id: string = (await person.upload({ path }, filename)).body.id;
      /** How often a worker has claimed the upload; null when the upload has ended. */
      const claims = async (): Promise<number | null> => {
        const [job] = await service.sql.query(
          `SELECT claims FROM outbox WHERE job = 'csv.ingest' AND payload ->> 'upload_id' = $1`,
          [id],
        );
        return job?.claims ?? null;
      };
      for (let before = await claims(); before !== null && moments.length < RANDOM_KILLS; before = await claims()) {
        const worker = await service.addWorker();
        await waitUntil(async () => (await claims()) !== before, {
          timeoutMs: 60_000,
          everyMs: 2,
          onTimeout: () =>
            new Error(`No worker claimed the upload after ${moments.join(', ')} ms.\n${worker.logText()}`),
        });
        moments.push(Math.round(Math.random() * LATEST_KILL_MS));
        await sleep(moments.at(-1)!);
        await worker.stop('SIGKILL');
      }
      const last = await service.addWorker();
      const context = `killed after ${moments.join(', ')} ms`;
      await expectExactRows(service, await person.untilFinal(id), expected).catch((cause) => {
        throw new Error(context, { cause });
      });
      await expectOneMail(service, person.email, filename);
      expect(await remainsOf(service, id), context).toMatchObject({
        jobs: [],
        orphanedTables: [],
        orphanedFiles: [],
        locks: [],
      });
      await last.stop('SIGKILL');
    }
  });
});

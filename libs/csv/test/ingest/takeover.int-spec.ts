import { JobInterrupted } from '@app/jobs/worker';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../src/ingest/batches/batch.js';
import { createKey, rowsOfUpload } from '../../src/uploads/upload-tables.js';
import { IngestBench, type Interference } from './ingest-bench.js';

const ROWS = 95;
const BATCH_ROWS = 10;
/** One batch per ten records, rounded up. */
const BATCHES = 10;

const never = { signal: new AbortController().signal };
/** What is escaped in a stored row, what ends a record or a cell, and what takes two units of UTF-16: each beside each other one. */
const SHARP = [...'\u0001\u0002\u0003\u001d\u001e\u001f"\n', '\r\n', '😀', '👩‍👩‍👧‍👦'];
const sharp = (i: number) => SHARP[i % SHARP.length]!;
const rows = Array.from({ length: ROWS }, (_, i) => [
  `${i + 1}`,
  `${sharp(i)}${sharp(Math.floor(i / SHARP.length))}name ${i}${sharp(3 * i + 1)}`,
]);
const file = ['id,name', ...rows.map(([id, name]) => `${id},"${name!.replaceAll('"', '""')}"`)].join('\n');

let shared: IngestBench;
let own: IngestBench;
beforeAll(async () => {
  shared = await IngestBench.start({ INGEST_BATCH_ROWS: `${BATCH_ROWS}`, INGEST_SMALL_BYTES: '0' });
  own = await IngestBench.start({ INGEST_BATCH_ROWS: `${BATCH_ROWS}`, INGEST_SMALL_BYTES: '0', OWN_TABLE_BYTES: '0' });
});
afterAll(() => Promise.all([shared?.stop(), own?.stop()]));

/** Dies before or after batch `at` is committed. With `gap`, it dies only after the next batch is committed. */
function dying(at: number, when: 'before' | 'after', gap = false): Interference {
  let nextIsCommitted = () => {};
  const next = new Promise<void>((resolve) => {
    nextIsCommitted = resolve;
  });
  const isLast = (batch: Batch) => batch.rowCount < BATCH_ROWS;
  return {
    async beforeBatch(batch) {
      if (batch.end.batch !== at || when !== 'before') return;
      if (gap && !isLast(batch)) await next;
      throw new Error('killed');
    },
    async afterBatch({ end: { batch } }) {
      if (batch === at + 1) nextIsCommitted();
      if (batch === at && when === 'after') throw new Error('killed');
    },
  };
}

async function expectWhole(bench: IngestBench, id: string): Promise<void> {
  const upload = await bench.find(id);
  expect(upload).toMatchObject({ status: 'completed', processed_rows: ROWS, rejected_rows: 0 });
  expect(upload.numbers).toEqual(rows.map((_, i) => i + 1));
  expect(upload.cells).toEqual(rows);
  expect(upload.mails.length).toBe(1);
  const [{ left }] = await bench.db.query('SELECT count(*)::int AS left FROM csv_batches WHERE upload_id = $1', [id]);
  expect(left).toBe(BATCHES + 1);
}

describe.each([
  ['the shared table', () => shared],
  ['a table of its own', () => own],
])('an ingest into %s', (_, bench) => {
  it.each(Array.from({ length: BATCHES }, (_, i) => i + 1))(
    'is completed by the next worker without a lost or doubled row if it dies at batch %i',
    async (at) => {
      for (const [when, gap] of [
        ['before', false],
        ['before', true],
        ['after', false],
      ] as const) {
        const id = await bench().upload(file);
        await expect(
          bench()
            .worker(dying(at, when, gap))
            .ingest(id, never),
        ).rejects.toThrow('killed');
        expect(await bench().find(id)).toMatchObject({ status: 'processing', mails: [] });
        await bench().worker().ingest(id, never);
        await expectWhole(bench(), id);
      }
    },
  );

  it('completes even if each worker dies after one batch', async () => {
    const id = await bench().upload(file);
    const dies = () => {
      throw new Error('killed');
    };
    let attempts = 0;
    while ((await bench().find(id)).processed_rows === 0 && ++attempts <= 2 * BATCHES) {
      await bench()
        .worker({ afterBatch: dies })
        .ingest(id, never)
        .catch(() => {});
    }
    expect(attempts).toBeGreaterThan(BATCHES / 3);
    await expectWhole(bench(), id);
  });

  it('continues behind the last committed batch', async () => {
    const id = await bench().upload(file);
    await expect(bench().worker(dying(6, 'before')).ingest(id, never)).rejects.toThrow('killed');
    const again: number[] = [];
    await bench()
      .worker({ afterBatch: ({ end }) => void again.push(end.batch) })
      .ingest(id, never);
    expect(again.sort((a, b) => a - b)).toEqual([6, 7, 8, 9, 10]);
  });

  it.each([1, 5, 10])('commits nothing after a takeover when it wakes up at batch %i', async (at) => {
    const id = await bench().upload(file);
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let fellAsleep = () => {};
    const sleeping = new Promise<void>((resolve) => {
      fellAsleep = resolve;
    });
    const sleeper = bench().worker({
      beforeBatch: async ({ end }) => {
        if (end.batch !== at) return;
        fellAsleep();
        await asleep;
      },
    });
    const slept = sleeper.ingest(id, never);
    await sleeping;

    // The sleeper wakes up when its successor holds the upload and reaches the same batch, or completes.
    const successor = bench().worker({
      beforeBatch: async ({ end }) => {
        if (end.batch !== at) return;
        wake();
        await slept;
      },
    });
    await successor.ingest(id, never);
    await expectWhole(bench(), id);
  });

  it('cannot complete the upload after a takeover', async () => {
    const id = await bench().upload(file);
    const first = bench().worker({
      afterBatch: async ({ end }) => {
        if (end.batch === BATCHES) await bench().worker().ingest(id, never);
      },
    });
    await first.ingest(id, never);
    await expectWhole(bench(), id);
  });

  it.each([
    [
      'cancelled',
      `UPDATE csv_uploads SET status = 'cancelled', stage = 'cancelled', lease_epoch = lease_epoch + 1 WHERE id = $1`,
    ],
    ['deleted', 'DELETE FROM csv_uploads WHERE id = $1'],
  ])('commits nothing after the upload is %s, and ends', async (_, sql) => {
    const id = await bench().upload(file);
    let taken: Promise<unknown> | undefined;
    const committed: number[] = [];
    const worker = bench().worker({
      beforeBatch: async ({ end }) => {
        // PostgreSQL grants shared row locks while a writer waits, so the test holds later batches back until the statement has run.
        if (end.batch === 4) taken = bench().db.query(sql, [id]);
        await taken;
      },
      afterBatch: ({ end }) => void committed.push(end.batch),
    });
    await worker.ingest(id, never);
    expect(committed.every((batch) => batch < 4)).toBe(true);
    const uploads = await bench().db.query('SELECT status, stage FROM csv_uploads WHERE id = $1', [id]);
    expect(uploads).toEqual(sql.startsWith('DELETE') ? [] : [{ status: 'cancelled', stage: 'cancelled' }]);
    expect(await bench().db.query(`SELECT FROM mails WHERE context->>'upload_id' = $1`, [id])).toEqual([]);
  });

  it('leaves the upload as it is when the worker stops', async () => {
    const id = await bench().upload(file);
    const controller = new AbortController();
    const worker = bench().worker({
      afterBatch: ({ end }) => {
        if (end.batch === 3) controller.abort(new JobInterrupted('shutdown'));
      },
    });
    await expect(worker.ingest(id, controller)).rejects.toThrow('The worker is stopping.');
    expect(await bench().find(id)).toMatchObject({ status: 'processing', errors: [], mails: [] });
    await bench().worker().ingest(id, never);
    await expectWhole(bench(), id);
  });

  it('does nothing to an upload that has ended or was deleted', async () => {
    const { id } = await bench().ingest(file);
    await bench().worker().ingest(id, never);
    await expectWhole(bench(), id);
    await bench().worker().ingest('01890000-0000-7000-8000-000000000000', never);
  });

  it('fails and mails the owner after the last attempt', async () => {
    const id = await bench().upload(file);
    await expect(bench().worker(dying(5, 'after')).ingest(id, never)).rejects.toThrow('killed');
    await bench().db.transaction((manager) =>
      bench()
        .worker()
        .giveUp({ manager, afterCommit: () => {} }, id),
    );
    const upload = await bench().find(id);
    expect(upload).toMatchObject({
      status: 'failed',
      processed_rows: 0,
      rows_table: 'csv_rows',
      errors: [{ code: 'internal_error' }],
      mails: [{ template: 'csv-failed', context: { code: 'internal_error' } }],
    });
  });
});

describe('the end of an ingest', () => {
  it.each([
    ['the shared table', () => shared],
    ['a table of its own', () => own],
  ])('is refused when %s does not have the rows of each batch', async (_, bench) => {
    const id = await bench().upload(file);
    const worker = bench().worker({
      afterBatch: async ({ end }) => {
        if (end.batch !== 4) return;
        const [{ rows_table }] = await bench().db.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [id]);
        await bench().db.query(
          `DELETE FROM ${rows_table} WHERE ${rowsOfUpload(rows_table, `'${id}'`)} AND row_number = $1`,
          [end.row],
        );
      },
    });
    await expect(worker.ingest(id, never)).rejects.toThrow('do not add up');
    expect(await bench().find(id)).toMatchObject({ status: 'processing', mails: [] });
  });

  it('keeps the rows in the table where they are when OWN_TABLE_BYTES is lowered meanwhile', async () => {
    const id = await shared.upload(file);
    await expect(shared.worker(dying(5, 'after')).ingest(id, never)).rejects.toThrow('killed');
    await shared.worker({}, { ...shared.config, OWN_TABLE_BYTES: 0 }).ingest(id, never);
    await expectWhole(shared, id);
    expect(await shared.find(id)).toMatchObject({ rows_table: 'csv_rows' });
  });
});

describe('several workers with the same upload', () => {
  it('store its rows once', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await own.upload(file);
      await Promise.all([1, 2, 3].map(() => own.worker().ingest(id, never)));
      await expectWhole(own, id);
    }
  });

  it('do not hold it together when one claims it during the claim of the other', async () => {
    const id = await own.upload(file);
    const committed: number[] = [];
    let letSecondGoOn = () => {};
    const secondGoesOn = new Promise<void>((resolve) => {
      letSecondGoOn = resolve;
    });
    let second: Promise<void> | undefined;
    const first = own.worker({
      duringClaim: () =>
        new Promise((claimed) => {
          const afterClaim = () => {
            claimed();
            return secondGoesOn;
          };
          second = own.worker({ afterClaim }).ingest(id, never);
        }),
      // If both held the upload, the second would give it another table when all rows are in the first one's table.
      afterBatch: async ({ end }) => {
        committed.push(end.batch);
        if (committed.length < BATCHES) return;
        letSecondGoOn();
        await second;
      },
    });
    await first.ingest(id, never);
    letSecondGoOn();
    await second;
    expect(committed).toEqual([]);
    await expectWhole(own, id);
  });
});

describe('a file in another encoding', () => {
  const lines = Array.from({ length: 55 }, (_, i) => `${i},日本語${'ー'.repeat(i % 5)},"a\n${i}"`);
  const text = `番号,名前,x\n${lines.join('\n')}\n`;

  it.each(['utf-16le', 'utf-16be', 'shift_jis', 'euc-jp', 'gb18030'])(
    'continues in the middle of the file after a takeover: %s',
    async (encoding) => {
      const bytes = iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf-16') });
      for (const at of [1, 3, 6]) {
        const id = await own.upload(bytes, { encoding });
        await expect(own.worker(dying(at, 'before', true)).ingest(id, never)).rejects.toThrow('killed');
        await own.worker().ingest(id, never);
        const upload = await own.find(id);
        expect(upload).toMatchObject({ status: 'completed', processed_rows: 55 });
        expect(upload.cells.map((cells) => cells.join())).toEqual(lines.map((line) => line.replaceAll('"', '')));
        const [{ end }] = await own.db.query('SELECT max(byte_end)::int AS end FROM csv_batches WHERE upload_id = $1', [
          id,
        ]);
        expect(end).toBe(bytes.length);
      }
    },
  );
});

describe('the key of an own table', () => {
  const tableOf = async (id: string): Promise<string> =>
    (await own.db.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [id]))[0].rows_table;
  const keysOf = (table: string) =>
    own.db.query(
      `SELECT indisunique AS is_unique, indisvalid AS is_valid FROM pg_index WHERE indrelid = $1::regclass`,
      [table],
    );
  const VALID_KEY = [{ is_unique: true, is_valid: true }];

  it('is not there while rows are stored, and is there when the upload is completed', async () => {
    const id = await own.upload(file);
    const during: unknown[] = [];
    await own
      .worker({ afterBatch: async () => void during.push(...(await keysOf(await tableOf(id)))) })
      .ingest(id, never);
    expect(during).toEqual([]);
    expect(await keysOf(await tableOf(id))).toEqual(VALID_KEY);
  });

  it('prevents the completion of an upload that has a row twice', async () => {
    const id = await own.upload(file);
    const worker = own.worker({
      afterBatch: async ({ end }) => {
        if (end.batch === 7) await own.db.query(`INSERT INTO ${await tableOf(id)} VALUES (13, 'again')`);
      },
    });
    await expect(worker.ingest(id, never)).rejects.toMatchObject({ driverError: { code: '23505' } });
    expect(await own.find(id)).toMatchObject({ status: 'processing', stage: 'analyzing', mails: [] });
  });

  it('may exist already, when the previous worker died after building it', async () => {
    const id = await own.upload(file);
    await expect(own.worker(dying(BATCHES, 'after')).ingest(id, never)).rejects.toThrow('killed');
    await createKey(own.db.manager, await tableOf(id));
    await own.worker().ingest(id, never);
    await expectWhole(own, id);
    expect(await keysOf(await tableOf(id))).toEqual(VALID_KEY);
  });

  it('ends without a failure when the upload is deleted and its table dropped meanwhile', async () => {
    const id = await own.upload(file);
    let purged: Promise<unknown> | undefined;
    // The build waits for this transaction, which writes to the table.
    const runner = own.db.createQueryRunner();
    const worker = own.worker({
      afterBatch: async ({ end }) => {
        if (end.batch !== BATCHES) return;
        await runner.startTransaction();
        await runner.query(`LOCK TABLE ${await tableOf(id)} IN ROW EXCLUSIVE MODE`);
        purged = (async () => {
          await expect.poll(() => waitingBuilds()).toBe(1);
          await own.db.query('DELETE FROM csv_uploads WHERE id = $1', [id]);
          await own.db.query(
            `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX%' AND state = 'active'
                AND datname = current_database()`,
          );
        })();
      },
    });
    await worker.ingest(id, never);
    await purged;
    await runner.rollbackTransaction();
    await runner.release();
  });

  const waitingBuilds = async (): Promise<number> =>
    (
      await own.db.query(
        `SELECT count(*)::int AS builds FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX%' AND wait_event_type = 'Lock'
            AND datname = current_database()`,
      )
    )[0].builds;
});

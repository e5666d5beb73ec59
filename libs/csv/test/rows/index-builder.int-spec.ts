import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ColumnType } from '@app/csv-format';
import type { PayloadOf } from '@app/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../../scripts/processes/wait-until.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Columns } from '../../src/rows/request/columns.js';
import { CursorCodec } from '../../src/rows/request/cursor-codec.js';
import { parseExportQuery, parseRowsQuery, type RawRowsQuery } from '../../src/rows/request/parse-rows-query.js';
import { CountStatements } from '../../src/rows/sql/count-statements.js';
import { SelectionSql } from '../../src/rows/sql/selection-sql.js';
import { Parameters } from '../../src/rows/sql/sql-values.js';
import { CsvUpload } from '../../src/uploads/upload.entity.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns, storeMadeUpload } from './store-upload.js';

// Real: PostgreSQL, planner, catalogue, builder. Fake: the job queue, which only collects, and the cache.

let database: TestDatabase;
let harness: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url);
});
afterAll(async () => {
  await harness.close();
  await database.drop();
});

const columns = newColumns({ word: 'text', n: 'integer' });
const made = (rows: number, own = harness) =>
  storeMadeUpload(own.dataSource, own.userId, columns, rows, ['md5(n::text)', 'n % 100']);

const indexesOf = async (upload: CsvUpload): Promise<string[]> => {
  const rows = await harness.dataSource.query(
    `SELECT indexname FROM pg_indexes WHERE schemaname || '.' || tablename = $1 AND indexname !~ 'pkey' ORDER BY 1`,
    [upload.rows_table],
  );
  return rows.map((row: { indexname: string }) => row.indexname.replace(/^rows_\d+_|_0$/g, ''));
};
const statusOf = (upload: CsvUpload): Promise<{ kind: string; status: string }[]> =>
  harness.dataSource.query('SELECT kind, status FROM csv_indexes WHERE upload_id = $1 ORDER BY 1', [upload.id]);
const use = async (upload: CsvUpload, raw: Record<string, string>, own = harness) =>
  (await own.ask(upload, raw)).performance.index;

/**
 * A build whose CREATE INDEX waits for a lock. `end` ends that statement and releases the lock, `release` lets it go on; `building`
 * resolves to the error of the build.
 */
async function heldBuild(upload: CsvUpload, job: PayloadOf<'csv.index'>) {
  const lock = harness.dataSource.createQueryRunner();
  await lock.startTransaction();
  await lock.query(`LOCK TABLE ${upload.rows_table} IN ROW EXCLUSIVE MODE`);
  const building = harness.builder.build(job, new AbortController().signal).catch((error: unknown) => error);
  const waiting = await waitUntil(
    async () => {
      const [row] = await harness.dataSource.query(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'`,
      );
      return row;
    },
    { timeoutMs: 30_000, onTimeout: () => new Error('no build was seen') },
  );
  const end = async (how: 'pg_terminate_backend' | 'pg_cancel_backend') => {
    await harness.dataSource.query(`SELECT ${how}($1)`, [waiting.pid]);
    await building;
    await lock.rollbackTransaction();
    await lock.release();
  };
  const release = async () => {
    await lock.rollbackTransaction();
    await lock.release();
  };
  return { building, end, release };
}

describe('an index', () => {
  it('is requested by the first query, built by the job, and then used', async () => {
    const upload = await made(2_000);
    const asked = { filters: '{"n": 7}', sort_by: 'word' };
    const before = await harness.ask(upload, asked);
    expect(before.performance.index).toBe('building');
    expect(await use(upload, asked)).toBe('building');
    expect(harness.indexJobs).toHaveLength(2);
    await harness.buildIndexes();
    const after = await harness.ask(upload, asked);
    expect(after.performance.index).toBe('used');
    expect(after.data).toEqual(before.data);
    expect(await indexesOf(upload)).toEqual(['order_asc_1', 'order_asc_2']);
    // Without statistics of the indexed values PostgreSQL guesses.
    const [{ known }] = await harness.dataSource.query(
      'SELECT count(*)::int AS known FROM pg_stats WHERE tablename ~ $1',
      [`^${upload.rows_table.split('.')[1]}_order`],
    );
    expect(known).toBe(2);
  });

  it('is built again when its column was changed meanwhile, and the job drops the old one', async () => {
    const upload = await made(2_000);
    await harness.ask(upload, { sort_by: 'word' });
    const { building, release } = await heldBuild(upload, harness.indexJobs.splice(0)[0]!);
    await harness.dataSource.query(
      `UPDATE csv_uploads SET lease_epoch = 7, columns = jsonb_set(columns, '{0,null_values}', '["x"]') WHERE id = $1`,
      [upload.id],
    );
    await release();
    expect(await building).toBeUndefined();
    expect(await statusOf(upload)).toEqual([{ kind: 'order_asc', status: 'ready' }]);
    expect(await indexesOf(upload)).toEqual(['order_asc_1_7']);
    const [{ index_name }] = await harness.dataSource.query('SELECT index_name FROM csv_indexes WHERE upload_id = $1', [
      upload.id,
    ]);
    await harness.builder.drop({ index_name });
    await harness.builder.drop({ index_name });
    expect(await indexesOf(upload)).toEqual([]);
    await expect(harness.builder.drop({ index_name: 'csv_uploads_user' })).rejects.toThrow('Not the name');
  });

  it('has the expression by which PostgreSQL recognizes it, for each type and kind', async () => {
    const cells: Record<ColumnType, string> = {
      text: 'md5(n::text)',
      integer: 'n % 100',
      number: `(n % 100) || '.5'`,
      boolean: `(n % 2 = 0)::text`,
      date: `'2024-01-' || lpad((n % 28 + 1)::text, 2, '0')`,
      datetime: `'2024-01-01T00:00:' || lpad((n % 60)::text, 2, '0') || 'Z'`,
    };
    const types = Object.keys(cells) as ColumnType[];
    const typed = newColumns({
      ...Object.fromEntries(types.map((type) => [type, type])),
      amount: { type: 'number', format: '1.234,56' },
      local_day: { type: 'date', format: 'DD.MM.YYYY' },
      local_time: { type: 'datetime', format: 'MM/DD/YY HH:MM:SS', null_values: ['NA'] },
    });
    const upload = await storeMadeUpload(harness.dataSource, harness.userId, typed, 5_000, [
      ...Object.values(cells),
      `'1.' || lpad((n % 1000)::text, 3, '0') || ',5'`,
      `lpad((n % 28 + 1)::text, 2, '0') || '.01.2024'`,
      `CASE WHEN n % 7 = 0 THEN 'NA' ELSE '1/' || (n % 28 + 1) || '/24 10:30' END`,
    ]);
    const asked: [RawRowsQuery, string][] = [
      [{ filters: '{"text": "a"}' }, 'order_asc_1'],
      [{ filters: '{"integer": 7}' }, 'order_(asc|desc)_2'],
      [{ filters: '{"number": {"lt": 3}}' }, 'order_asc_3'],
      [{ filters: '{"boolean": true}' }, 'order_asc_4'],
      [{ filters: '{"date": "2024-01-02"}' }, 'order_asc_5'],
      [{ filters: '{"datetime": {"gte": "2024-01-01T00:00:58Z"}}' }, 'order_asc_6'],
      [{ filters: '{"text": {"contains": "abcdef"}}' }, 'contains_1'],
      [{ search: 'abcdef' }, 'search'],
      [{ sort_by: '-integer' }, 'order_desc_2'],
      [{ filters: '{"amount": {"gte": 1995}}' }, 'order_asc_7'],
      [{ filters: '{"local_day": "2024-01-02"}' }, 'order_asc_8'],
      [{ filters: '{"local_time": "2024-01-02T10:30:00"}' }, 'order_asc_9'],
    ];
    for (const [raw] of asked) await harness.ask(upload, raw);
    await harness.buildIndexes();
    const runner = harness.dataSource.createQueryRunner();
    await runner.query('SET enable_seqscan = off');
    for (const [raw, index] of asked) {
      const query = parseRowsQuery(raw, new Columns(upload.columns), new CursorCodec('secret'));
      const selected = new SelectionSql(harness.dataSource, upload, query);
      const parameters = new Parameters();
      const statement = raw.sort_by
        ? selected.ordered(selected.predicates(parameters), 10)
        : selected.filtered().select('count(*)');
      const [sql, values] = statement.getQueryAndParameters();
      const plan = await runner.query(`EXPLAIN ${sql}`, values);
      expect(JSON.stringify(plan), JSON.stringify(raw)).toMatch(new RegExp(`rows_\\d+_${index}_0 `));
    }
    await runner.query('RESET enable_seqscan');
    await runner.release();
  });

  it('serves a filter in either direction, and a sort in one direction only', async () => {
    const upload = await made(500);
    await use(upload, { sort_by: '-n' });
    await harness.buildIndexes();
    expect(await use(upload, { filters: '{"n": 7}' })).toBe('used');
    expect(await use(upload, { sort_by: '-n' })).toBe('used');
    expect(await use(upload, { sort_by: 'n' })).toBe('building');
  });

  it('is not requested by small uploads, nor by conditions that no index serves', async () => {
    harness.indexJobs.length = 0;
    const small = await harness.newUpload(columns, [['a', '1']]);
    expect(await use(small, { filters: '{"n": 1}', search: 'abc' })).toBe('none');
    const big = await made(10);
    expect(await use(big, { filters: '{"n": {"ne": 1}}', search: 'ab' })).toBe('none');
    expect(await use(big, {})).toBe('used');
    expect(harness.indexJobs).toEqual([]);
  });

  it('is requested for each alternative of a group, and all of them together find the rows', async () => {
    const upload = await made(50_000);
    const filters = '{"$or": [{"n": 7, "word": {"ne": "x"}}, {"word": {"contains": "c4ca4"}}]}';
    expect(await use(upload, { filters })).toBe('building');
    expect(harness.indexJobs.map(({ kind, column_key }) => `${kind} ${column_key}`)).toEqual([
      'order_asc n',
      'contains word',
    ]);
    const contains = harness.indexJobs.pop()!;
    await harness.buildIndexes();
    expect(await use(upload, { filters })).toBe('building');
    harness.indexJobs.push(contains);
    await harness.buildIndexes();
    const answer = await harness.ask(upload, { filters });
    expect([answer.performance.index, answer.pagination.total_count]).toEqual(['used', 502]);

    const selection = parseExportQuery(
      { filters, format: 'csv', values: 'text', escape_formulas: 'false' },
      new Columns(upload.columns),
    );
    const { sql, parameters } = new CountStatements(harness.dataSource, upload, selection).explain();
    expect(JSON.stringify(await harness.dataSource.query(sql, parameters))).toContain('"Node Type":"BitmapOr"');
  });

  it('is not requested for a group with an alternative that no index serves', async () => {
    const upload = await made(500);
    harness.indexJobs.length = 0;
    for (const filters of ['{"$or": [{"n": 7}, {"word": {"ne": "x"}}]}', '{"$not": {"n": 7}}'])
      expect(await use(upload, { filters })).toBe('none');
    await use(upload, { sort_by: 'n' });
    await harness.buildIndexes();
    // The index of the other alternative is ready, and does not help.
    expect(await use(upload, { filters: '{"$or": [{"n": 7}, {"word": {"ne": "x"}}]}' })).toBe('none');
    expect(harness.indexJobs).toEqual([]);
  });

  it('is built once when its job runs twice', async () => {
    const upload = await made(500);
    await use(upload, { sort_by: 'n' });
    const [job] = harness.indexJobs.splice(0);
    const { signal } = new AbortController();
    await Promise.all([harness.builder.build(job!, signal), harness.builder.build(job!, signal)]);
    await harness.builder.build(job!, signal);
    expect(await indexesOf(upload)).toEqual(['order_asc_2']);
  });

  it('is refused where a value is too long, and queries run without it', async () => {
    const upload = await storeMadeUpload(harness.dataSource, harness.userId, columns, 3, [
      `(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2000) i)`,
      'n',
    ]);
    expect(await use(upload, { sort_by: 'word' })).toBe('building');
    await harness.buildIndexes();
    expect(await statusOf(upload)).toEqual([{ kind: 'order_asc', status: 'refused' }]);
    expect(await use(upload, { sort_by: 'word' })).toBe('none');
    expect(harness.indexJobs).toEqual([]);
    expect(await use(upload, { sort_by: 'word', filters: '{"n": 1}' })).toBe('building');
    await harness.buildIndexes();
    expect(await use(upload, { sort_by: 'word', filters: '{"n": 1}' })).toBe('used');
  });

  it('leaves nothing behind when its build is killed, and the next run builds it', async () => {
    const upload = await made(500);
    await use(upload, { search: 'abcdef' });
    const [job] = harness.indexJobs.splice(0);
    const { signal } = new AbortController();
    const { building, end } = await heldBuild(upload, job!);
    await end('pg_terminate_backend');
    expect(await building).toBeInstanceOf(Error);
    expect(await indexesOf(upload)).toEqual([]);
    expect(await statusOf(upload)).toEqual([{ kind: 'search', status: 'building' }]);
    expect(await use(upload, { search: 'abcdef' })).toBe('building');

    await harness.builder.build(job!, signal);
    expect(await indexesOf(upload)).toEqual(['search']);
    expect(await use(upload, { search: 'abcdef' })).toBe('used');
  });

  it('does not block queries while it is built, and stops when the worker stops', async () => {
    const upload = await made(60_000);
    await use(upload, { search: 'abcdef' });
    const [job] = harness.indexJobs.splice(0);
    const controller = new AbortController();
    const building = harness.builder.build(job!, controller.signal).catch((error) => error);
    await sleep(50);
    expect((await harness.ask(upload, { page: '600', page_size: '100' })).data).toHaveLength(100);
    controller.abort(new Error('stopping'));
    expect(await building).toBeInstanceOf(Error);
    expect(await indexesOf(upload)).toEqual([]);
  });

  it('is dropped without an error when its upload is deleted meanwhile', async () => {
    const upload = await made(500);
    await use(upload, { search: 'abcdef' });
    const [job] = harness.indexJobs.splice(0);
    const { building, end } = await heldBuild(upload, job!);
    await harness.dataSource.manager.delete(CsvUpload, { id: upload.id });
    await end('pg_cancel_backend');
    expect(await building).toBeUndefined();
    expect(await statusOf(upload)).toEqual([]);
  });
});

describe('the index budget', () => {
  it('limits the number of indexes of one upload', async () => {
    const frugal = await RowsHarness.open(database.url, { INDEX_MAX_COUNT: '1' });
    const upload = await made(100, frugal);
    expect(await use(upload, { sort_by: 'n' }, frugal)).toBe('building');
    expect(await use(upload, { sort_by: 'word' }, frugal)).toBe('none');
    expect(frugal.indexJobs).toHaveLength(1);
    await frugal.close();
  });

  it('limits the size: an index that exceeds it is rolled back and not built again', async () => {
    const frugal = await RowsHarness.open(database.url, { INDEX_MAX_BYTES: String(20_000) });
    const upload = await made(100, frugal);
    await use(upload, { sort_by: 'n' }, frugal);
    await use(upload, { sort_by: 'word' }, frugal);
    await frugal.buildIndexes();
    expect(await indexesOf(upload)).toHaveLength(1);
    expect((await statusOf(upload)).map(({ status }) => status).sort()).toEqual(['ready', 'refused']);
    expect(await use(upload, { sort_by: 'word' }, frugal)).toBe('none');
    expect(frugal.indexJobs).toEqual([]);
    await frugal.close();
  });

  it('keeps the reserve of the disk: an index that would need it is not built, and queries go on without it', async () => {
    const full = await RowsHarness.open(database.url, {
      DATABASE_DIR: tmpdir(),
      STORAGE_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER),
    });
    const upload = await made(100, full);
    expect(await use(upload, { sort_by: 'n' }, full)).toBe('building');
    await full.buildIndexes();
    expect(await indexesOf(upload)).toEqual([]);
    expect(await statusOf(upload)).toEqual([{ kind: 'order_asc', status: 'refused' }]);
    expect(await use(upload, { sort_by: 'n' }, full)).toBe('none');
    await full.close();
  });
});

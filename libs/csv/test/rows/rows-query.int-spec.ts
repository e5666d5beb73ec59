import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { rankQuery } from '../../src/rows/plan/rank-query.js';
import { Columns } from '../../src/rows/request/columns.js';
import { parseExportQuery, type RawRowsQuery } from '../../src/rows/request/parse-rows-query.js';
import { PageTooLarge } from '../../src/rows/rows.problems.js';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { type AskedQuery, type ReferenceTable, referenceAnswer } from './reference-answer.js';
import { queriesOn, tables } from './rows.arbitraries.js';
import { RowsHarness } from './rows-harness.js';
import { newColumn, newColumns } from './store-upload.js';

// Real: PostgreSQL, parser, compiler, service. Fake: the cache (keeps nothing) and the uploads' repository.

let database: TestDatabase;
let harness: RowsHarness;
/** Here PostgreSQL uses every index, however small the table. */
let indexedHarness: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url);
  indexedHarness = await RowsHarness.open(database.url, {}, { enable_seqscan: 'off', enable_sort: 'off' });
});
afterAll(async () => {
  await harness.close();
  await indexedHarness.close();
  await database.drop();
});

/** ROWS_QUERY_CASES=2000 for the whole run; a few by default. */
const CASES = Number(process.env.ROWS_QUERY_CASES ?? 150);

const rawOf = (asked: AskedQuery): RawRowsQuery => ({
  ...(Object.keys(asked.filters).length > 0 && { filters: JSON.stringify(asked.filters) }),
  ...(asked.search !== '' && { search: asked.search }),
  ...(asked.sort.length > 0 && {
    sort_by: asked.sort.map(({ key, descending }) => (descending ? '-' : '') + key).join(','),
  }),
  ...(asked.rowOrder === 'desc' && { sort_order: 'desc' }),
});

const AS_CSV = { format: 'csv', values: 'text', escape_formulas: 'false' } as const;

const askedTables = tables.chain((table) =>
  fc.record({
    table: fc.constant(table),
    queries: fc.array(queriesOn(table), { minLength: 4, maxLength: 4 }),
    pageSize: fc.integer({ min: 1, max: 9 }),
  }),
);

/** Cells as the response must show them, with values=text. */
const shown = (table: ReferenceTable, row: number) =>
  Object.fromEntries(table.columns.map(({ key }, index) => [key, table.rows[row - 1]![index]]));

/** Reads all pages, by cursor and by number, and compares them with the reference answer. */
async function expectSameAnswer(
  { ask }: { ask: RowsHarness['ask'] },
  upload: CsvUpload,
  table: ReferenceTable,
  asked: AskedQuery,
  pageSize: number,
): Promise<void> {
  const expected = referenceAnswer(table, asked);
  const raw = { ...rawOf(asked), page_size: String(pageSize), values: 'text' };
  const first = await ask(upload, raw);
  expect(first.pagination).toMatchObject({ total_count: expected.length, total_count_is_estimate: false });

  const byCursor = [...first.data];
  for (let page = first; page.pagination.next_cursor; ) {
    page = await ask(upload, { ...raw, cursor: page.pagination.next_cursor, count: 'none' });
    byCursor.push(...page.data);
  }
  expect(byCursor.map((row) => row.row_id)).toEqual(expected);
  expect(byCursor.map((row) => row.data)).toEqual(expected.map((row) => shown(table, row)));

  const byPage = [...first.data];
  for (let page = first; page.pagination.has_next; ) {
    page = await ask(upload, { ...raw, page: String(page.pagination.next_page), count: 'none' });
    byPage.push(...page.data);
  }
  expect(byPage.map((row) => row.row_id)).toEqual(expected);
}

describe('a query returns the rows, order and count of the reference implementation', () => {
  it('in the shared table', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(askedTables, async ({ table, queries, pageSize }) => {
        const upload = await harness.newUpload(table.columns, table.rows);
        for (const asked of queries) await expectSameAnswer(harness, upload, table, asked, pageSize);
      }),
      { numRuns: CASES },
    );
  });

  it('in an own table, before and after its indexes are built', { timeout: 1_200_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(askedTables, async ({ table, queries, pageSize }) => {
        const upload = await indexedHarness.newBigUpload(table.columns, table.rows);
        for (const asked of queries) await expectSameAnswer(indexedHarness, upload, table, asked, pageSize);
        // Counts request text blocks when the indexes are there.
        for (let builds = 0; builds < 2; builds += 1) {
          await indexedHarness.buildIndexes();
          for (const asked of queries) await expectSameAnswer(indexedHarness, upload, table, asked, pageSize);
        }
        await indexedHarness.dataSource.query(`DROP TABLE ${upload.rows_table} CASCADE`);
      }),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });
});

describe('a page in file order of the rows in a range', () => {
  const SIZE = 120;
  const numbers = Array.from({ length: SIZE }, (_, n) => n);
  it.each<[where: string, isSelected: (row: number) => boolean]>([
    ['nowhere', () => false],
    ['everywhere', () => true],
    ['in every third row', (row) => row % 3 === 0],
    ['in a few rows', (row) => row % 29 === 28],
    ['at the beginning', (row) => row < 20],
    ['in the middle', (row) => row >= 50 && row < 80],
    ['at the end', (row) => row >= 100],
    ['at the beginning once, and at the end', (row) => row === 3 || row >= 70],
  ])('is found where they are %s', async (_where, isSelected) => {
    const columns = newColumns({ n: 'integer', t: 'text' });
    const rows = numbers.map((row) => [String(isSelected(row) ? 100 + (row % 7) : row % 90), row % 2 ? 'x' : 'y']);
    const table: ReferenceTable = { columns, rows };
    const upload = await harness.newBigUpload(columns, rows);
    for (const filters of [{ n: { gte: 100 } }, { n: { gte: 100 }, t: { in: ['x'] } }, { n: [101, 103, 105] }]) {
      await harness.ask(upload, { filters: JSON.stringify(filters) });
      await harness.buildIndexes();
      for (const rowOrder of ['asc', 'desc'] as const) {
        const asked: AskedQuery = { filters, search: '', sort: [], rowOrder };
        for (const pageSize of [1, 4, 200]) await expectSameAnswer(harness, upload, table, asked, pageSize);
      }
    }
  });
});

it('finds the first pages by number in file order of the rows in a range, wherever they are', async () => {
  const columns = newColumns({ n: 'integer' });
  const places: ((row: number) => boolean)[] = [
    (row) => row % 100 === 0,
    (row) => row < 7,
    (row) => row >= 2_000,
    (row) => row === 5 || row > 2_395,
  ];
  for (const isSelected of places) {
    const rows = Array.from({ length: 2_400 }, (_, row) => [String(isSelected(row) ? 100 + (row % 7) : row % 90)]);
    const upload = await harness.newBigUpload(columns, rows);
    const raw = { filters: '{"n":{"gte":100}}', page_size: '1' };
    await harness.ask(upload, raw);
    await harness.buildIndexes();
    const numbers = rows.flatMap(([n], row) => (Number(n) >= 100 ? row + 1 : []));
    for (const sort_order of ['asc', 'desc']) {
      const found: number[] = [];
      // Up to the eighth, 300 rows for each that is wanted are in the file.
      for (let page = 1; page <= Math.min(9, numbers.length); page++) {
        const { data, pagination } = await harness.ask(upload, { ...raw, sort_order, page: String(page) });
        expect(pagination.has_next).toBe(page < numbers.length);
        found.push(...data.map(({ row_id }) => row_id));
      }
      expect(found).toEqual((sort_order === 'asc' ? numbers : numbers.toReversed()).slice(0, 9));
    }
  }
});

it('refuses a page whose rows are too long together, however many statements find them', async () => {
  const rows = Array.from({ length: 40 }, (_, row) => [String(row), 'x'.repeat(1_000_000)]);
  const upload = await harness.newBigUpload(newColumns({ n: 'integer', a: 'text' }), rows);
  const raw = { filters: '{"n":{"gte":0}}', count: 'none' };
  await harness.ask(upload, { ...raw, page_size: '1' });
  await harness.buildIndexes();
  expect((await harness.ask(upload, { ...raw, page_size: '20' })).data).toHaveLength(20);
  await expect(harness.ask(upload, { ...raw, page_size: '40' })).rejects.toThrow(PageTooLarge);
});

it('counts trees of conditions on one column by its order', async () => {
  const columns = newColumns({ n: 'integer', t: 'text' });
  const rows = Array.from({ length: 40 }, (_, i) => [i % 7 === 0 ? null : String(i % 10), 'x']);
  const table: ReferenceTable = { columns, rows };
  const upload = await harness.newBigUpload(columns, rows);
  await harness.ask(upload, { sort_by: 'n' });
  await harness.buildIndexes();
  for (const filters of [
    { n: { ne: 3 } },
    { n: { not_in: [3, 4, 3, 77] } },
    { n: { not_in: [] } },
    { $or: [{ n: 1 }, { n: [2, 1] }] },
    { $or: [{ n: 1 }, { n: { is_null: true } }] },
    { $or: [{ n: { is_null: true } }, { n: { gt: 2, lte: 5 } }, { n: { is_null: true } }] },
    { $or: [{ n: { is_null: false } }, { n: { is_null: true } }] },
    { $not: { n: 3 } },
    { $not: { n: { between: [2, 5] } } },
    { $not: { n: { between: [5, 2] } } },
    { $not: { n: { gte: 2, lt: 5 } } },
    { $not: { n: { ne: 3 } } },
    { $not: { n: { is_null: true } } },
    { $not: { $or: [{ n: 1 }, { n: { is_null: true } }] } },
  ]) {
    const raw = { filters: JSON.stringify(filters) };
    const selection = parseExportQuery({ ...raw, ...AS_CSV }, new Columns(columns));
    expect(rankQuery(selection), raw.filters).not.toBeNull();
    // The page is not the last one, so it does not show the count.
    const { pagination } = await harness.ask(upload, { ...raw, page_size: '1' });
    const asked: AskedQuery = { filters, search: '', sort: [] };
    expect([raw.filters, pagination.total_count]).toEqual([raw.filters, referenceAnswer(table, asked).length]);
  }
});

it('finds text in any letter case, however many of its characters the prefilter can use', async () => {
  // The prefilter relies on this: folding makes ASCII characters of no other characters than these.
  const folded: { code: number; to: string }[] = await harness.dataSource.query(
    `SELECT code, lower(chr(code) COLLATE "pg_c_utf8") AS to FROM generate_series(128, 1114111) AS code
      WHERE code NOT BETWEEN 55296 AND 57343 AND octet_length(lower(chr(code) COLLATE "pg_c_utf8")) = 1`,
  );
  expect(folded).toEqual([
    { code: 0x130, to: 'i' },
    { code: 0x212a, to: 'k' },
  ]);

  const columns = newColumns({ a: 'text', b: 'text' });
  const texts = [
    'ZÜRICH 100%',
    'zürich 1000',
    'PARİS-2024',
    'paris_2024',
    '\u212aELVIN',
    'MÜLLER\\',
    'x\u001f\u0003ab',
    'ΣΑΣ abc',
  ];
  const upload = await harness.newUpload(
    columns,
    texts.map((text) => [null, text]),
    { has_escapes: true },
  );
  for (const search of [
    ...texts,
    ...texts.map((text) => text.toLowerCase()),
    ...[
      '100%',
      '0%',
      's_2',
      's-2024',
      'kelvin',
      'ELV',
      'paris',
      'müll',
      'LLER\\',
      '\u0003AB',
      '\u001f\u0003',
      'B\u001fc',
      'ς abc',
    ],
  ]) {
    const expected = referenceAnswer(
      { columns, rows: texts.map((text) => [null, text]) },
      { filters: {}, search, sort: [] },
    );
    const { data } = await harness.ask(upload, { search });
    expect([search, data.map(({ row_id }) => row_id)]).toEqual([search, expected]);
  }
});

it('reads, searches, exports and profiles a file of 2,000 columns', async () => {
  const columns = Array.from({ length: 2_000 }, (_, n) => newColumn({ key: `c${n}`, name: `C ${n}`, position: n + 1 }));
  const rows = Array.from({ length: 20 }, (_, row) => columns.map((_, n) => (n % 7 === 0 ? null : `v${row}-${n}`)));
  const upload = await harness.newUpload(columns, rows);
  const found = await harness.ask(upload, { search: 'V7-1999', sort_by: '-c1999' });
  expect(found.data.map(({ row_id }) => row_id)).toEqual([8]);
  expect(Object.values(found.data[0]!.data)).toEqual(rows[7]);
  expect((await harness.ask(upload, { search: 'c1999' })).data).toEqual([]);

  const lines: string[] = [];
  const query = parseExportQuery(AS_CSV, new Columns(columns));
  for await (const text of harness.exporter.lines(upload, query, new AbortController().signal))
    lines.push(text.toString());
  expect(lines.join('').split('\r\n')[20]).toBe(rows[19]!.map((cell) => cell ?? '').join(','));

  const profiles = await harness.profiler.profile(upload, new AbortController().signal);
  expect(profiles).toHaveLength(2_000);
  expect(profiles[1_999]).toMatchObject({ key: 'c1999', filled: 20, distinct: 20, min: 'v0-1999' });
});

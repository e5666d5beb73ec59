import type { Dialect } from '@app/csv-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Columns } from '../../src/rows/request/columns.js';
import { parseExportQuery, type RawRowsQuery } from '../../src/rows/request/parse-rows-query.js';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { type AskedQuery, type ReferenceTable, referenceAnswer } from './reference-answer.js';
import { queriesOn, tables } from './rows.arbitraries.js';
import { RowsHarness } from './rows-harness.js';

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
});

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
        const dialect = { decimal: table.decimal } as Dialect;
        const upload = await harness.newUpload(table.columns, table.rows, { dialect });
        for (const asked of queries) await expectSameAnswer(harness, upload, table, asked, pageSize);
      }),
      { numRuns: CASES },
    );
  });

  it('in an own table, before and after its indexes are built', { timeout: 1_200_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(askedTables, async ({ table, queries, pageSize }) => {
        const dialect = { decimal: table.decimal } as Dialect;
        const upload = await indexedHarness.newBigUpload(table.columns, table.rows, { dialect });
        for (const asked of queries) await expectSameAnswer(indexedHarness, upload, table, asked, pageSize);
        await indexedHarness.buildIndexes();
        for (const asked of queries) await expectSameAnswer(indexedHarness, upload, table, asked, pageSize);
        await indexedHarness.dataSource.query(`DROP TABLE ${upload.rows_table}`);
      }),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });
});

it('reads, searches, exports and profiles a file of 2,000 columns', async () => {
  const columns = Array.from({ length: 2_000 }, (_, n) => ({
    key: `c${n}`,
    name: `C ${n}`,
    type: 'text' as const,
    position: n + 1,
  }));
  const rows = Array.from({ length: 20 }, (_, row) => columns.map((_, n) => (n % 7 === 0 ? null : `v${row}-${n}`)));
  const upload = await harness.newUpload(columns, rows);
  const found = await harness.ask(upload, { search: 'V7-1999', sort_by: '-c1999' });
  expect(found.data.map(({ row_id }) => row_id)).toEqual([8]);
  expect(Object.values(found.data[0]!.data)).toEqual(rows[7]);
  expect((await harness.ask(upload, { search: 'c1999' })).data).toEqual([]);

  const lines: string[] = [];
  const query = parseExportQuery(
    { format: 'csv', values: 'text', escape_formulas: 'false' },
    new Columns(columns, '.'),
  );
  for await (const text of harness.exporter.lines(harness.userId, upload, query, new AbortController().signal))
    lines.push(text);
  expect(lines.join('').split('\r\n')[20]).toBe(rows[19]!.map((cell) => cell ?? '').join(','));

  const profiles = await harness.profiler.profile(upload, new AbortController().signal);
  expect(profiles).toHaveLength(2_000);
  expect(profiles[1_999]).toMatchObject({ key: 'c1999', filled: 20, distinct: 20, min: 'v0-1999' });
});

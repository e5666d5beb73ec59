import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { CsvUpload, UploadDialect } from '../upload/upload.entity.js';
import type { RawRowsQuery } from './query/parse-rows-query.js';
import { type AskedQuery, type ReferenceTable, referenceAnswer } from './testing/reference-answer.js';
import { queriesOn, tables } from './testing/rows.arbitraries.js';
import { RowsHarness } from './testing/rows-harness.js';

// Real: PostgreSQL, parser, compiler, service. Fake: the cache (keeps nothing) and the uploads' repository.

let database: TestDatabase;
let harness: RowsHarness;
/** Here the planner takes every index there is, however small the table. */
let indexedHarness: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url);
  indexedHarness = await RowsHarness.open(database.url, {}, 'enable_seqscan=off', 'enable_sort=off');
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

/** Cells as the answer must show them, with values=text. */
const shown = (table: ReferenceTable, row: number) =>
  Object.fromEntries(table.columns.map(({ key }, index) => [key, table.rows[row - 1]![index]]));

/** Asks for all pages, by cursor and by number, and compares them with what a plain walk over the table finds. */
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

describe('a query for rows finds the same, in the same order and number, as a plain walk over the table', () => {
  it('in the shared table', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(askedTables, async ({ table, queries, pageSize }) => {
        const dialect = { decimal: table.decimal } as UploadDialect;
        const upload = await harness.newUpload(table.columns, table.rows, { dialect });
        for (const asked of queries) await expectSameAnswer(harness, upload, table, asked, pageSize);
      }),
      { numRuns: CASES },
    );
  });

  it('in a table of its own, before and after its indexes are built', { timeout: 1_200_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(askedTables, async ({ table, queries, pageSize }) => {
        const dialect = { decimal: table.decimal } as UploadDialect;
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

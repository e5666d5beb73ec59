import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { RawRowsQuery } from './query/parse-rows-query.js';
import { type AskedQuery, type ReferenceTable, referenceAnswer } from './testing/reference-answer.js';
import { queriesOn, tables } from './testing/rows.arbitraries.js';
import { RowsHarness } from './testing/rows-harness.js';

// Real: PostgreSQL, parser, compiler, service. Fake: the cache (keeps nothing) and the uploads' repository.

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

describe('a query for rows', () => {
  it('finds the same rows, in the same order and number, as a plain walk over the table, by pages and by cursors', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(askedTables, async ({ table, queries, pageSize }) => {
        const upload = await harness.newUpload(table.columns, table.rows, {
          dialect: { decimal: table.decimal } as never,
        });
        for (const asked of queries) {
          const expected = referenceAnswer(table, asked);
          const raw = { ...rawOf(asked), page_size: String(pageSize), values: 'text' };

          const first = await harness.ask(upload, raw);
          expect(first.pagination).toMatchObject({ total_count: expected.length, total_count_is_estimate: false });
          const byCursor = [...first.data];
          for (let page = first; page.pagination.next_cursor; ) {
            page = await harness.ask(upload, { ...raw, cursor: page.pagination.next_cursor, count: 'none' });
            byCursor.push(...page.data);
          }
          expect(byCursor.map((row) => row.row_id)).toEqual(expected);
          expect(byCursor.map((row) => row.data)).toEqual(expected.map((row) => shown(table, row)));

          const byPage = [...first.data];
          for (let page = first; page.pagination.has_next; ) {
            page = await harness.ask(upload, { ...raw, page: String(page.pagination.next_page), count: 'none' });
            byPage.push(...page.data);
          }
          expect(byPage.map((row) => row.row_id)).toEqual(expected);
        }
      }),
      { numRuns: CASES },
    );
  });
});

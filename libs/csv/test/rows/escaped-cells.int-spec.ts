import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { RawRowsQuery } from '../../src/rows/request/parse-rows-query.js';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { type AskedQuery, type ReferenceTable, referenceAnswer } from './reference-answer.js';
import { ESCAPED } from './rows.arbitraries.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns } from './store-upload.js';

// Real: PostgreSQL, the compiled statements, the indexes. The reference looks at one row after the other in JavaScript.

const PARTS = [...ESCAPED, 'ab', '%'];
/** Every text of one or two of the parts. */
const TEXTS = PARTS.flatMap((first) => [first, ...PARTS.map((second) => first + second)]);
const OPERATORS = ['eq', 'gt', 'lte', 'contains', 'starts_with', 'ends_with'];

const columns = newColumns({ a: 'text', b: 'text' });
/** Cells of up to three parts, with an empty cell now and then. */
const rows = TEXTS.map((text, n) => [text, n % 5 === 0 ? null : text + PARTS[n % PARTS.length]!]);
const table: ReferenceTable = { columns, rows };

let database: TestDatabase;
let harness: RowsHarness;
let indexed: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url);
  indexed = await RowsHarness.open(database.url, {}, { enable_seqscan: 'off', enable_sort: 'off' });
});
afterAll(async () => {
  await harness.close();
  await indexed.close();
  await database.drop();
});

async function expectReference({ ask }: RowsHarness, upload: CsvUpload, asked: Partial<AskedQuery>): Promise<void> {
  const { filters = {}, search = '', sort = [] } = asked;
  const raw: RawRowsQuery = {
    ...(asked.filters && { filters: JSON.stringify(filters) }),
    ...(asked.search && { search }),
    ...(sort.length > 0 && { sort_by: sort.map(({ key, descending }) => (descending ? '-' : '') + key).join(',') }),
    page_size: '500',
  };
  const { data, pagination } = await ask(upload, raw);
  const expected = referenceAnswer(table, { filters, search, sort });
  expect(
    data.map(({ row_id }) => row_id),
    JSON.stringify(asked),
  ).toEqual(expected);
  expect(data.map((row) => [row.data.a, row.data.b])).toEqual(expected.map((row) => rows[row - 1]));
  expect(pagination.total_count).toBe(expected.length);
}

describe('cells with escaped characters', { timeout: 300_000 }, () => {
  it('are found by the exact text, in every comparison', async () => {
    const upload = await harness.newUpload(columns, rows);
    for (const [n, text] of TEXTS.entries()) {
      const operator = OPERATORS[n % OPERATORS.length]!;
      await expectReference(harness, upload, { filters: { [n % 2 === 0 ? 'a' : 'b']: { [operator]: text } } });
      await expectReference(harness, upload, { search: text });
    }
  });

  it('are found by the exact text with indexes', async () => {
    const upload = await indexed.newBigUpload(columns, rows);
    const first: Partial<AskedQuery> = { filters: { b: { eq: 'ab', contains: 'ab\u0001ab' } }, search: 'ab\u0001ab' };
    await expectReference(indexed, upload, first);
    await indexed.buildIndexes();
    for (const operator of OPERATORS)
      for (const text of TEXTS.slice(0, 44).filter((_, n) => n % 3 === 0))
        await expectReference(indexed, upload, { filters: { b: { [operator]: text } } });
    for (const text of TEXTS.slice(-33)) await expectReference(indexed, upload, { search: text });
    expect((await indexed.ask(upload, { search: 'ab\u0001ab' })).performance.index).toBe('used');
  });

  it('are in the order of the exact texts, in both directions', async () => {
    const upload = await harness.newUpload(columns, rows);
    for (const descending of [false, true])
      for (const sort of [[{ key: 'a', descending }], [{ key: 'b', descending }]])
        await expectReference(harness, upload, { sort });
  });

  it('are exact texts in the profile, also where a long text is cut', async () => {
    const long = ESCAPED.join('').repeat(100);
    const upload = await harness.newUpload(columns, [
      [long, '\u0001'],
      [long, null],
    ]);
    const [a, b] = await harness.profiler.profile(upload, new AbortController().signal);
    expect(a).toMatchObject({
      min: long.slice(0, 500),
      max: long.slice(0, 500),
      top_values: [{ value: long.slice(0, 500), count: 2 }],
    });
    expect(b).toMatchObject({ filled: 1, min: '\u0001', top_values: [{ value: '\u0001', count: 1 }] });
  });
});

describe('csv_rows_json', () => {
  const json = (id: string) =>
    harness.dataSource.query('SELECT row_number::int, data FROM csv_rows_json($1) ORDER BY row_number', [id]);

  it.each([
    ['the shared table', () => harness.newUpload(columns, rows)],
    ['a table of its own', () => harness.newBigUpload(columns, rows)],
  ])('shows the exact cells of %s by their keys, null where empty', async (_, stored) => {
    const upload = await stored();
    await stored();
    expect(await json(upload.id)).toEqual(rows.map(([a, b], n) => ({ row_number: n + 1, data: { a, b } })));
  });

  it('shows rows without escapes, and a row of one empty cell', async () => {
    const upload = await harness.newUpload(newColumns({ only: 'integer' }), [['007'], [null]]);
    expect(upload.has_escapes).toBe(false);
    expect(await json(upload.id)).toEqual([
      { row_number: 1, data: { only: '007' } },
      { row_number: 2, data: { only: null } },
    ]);
  });

  it('takes the keys in the order of the columns, wherever they stand in the list', async () => {
    const upload = await harness.newUpload(newColumns({ x: 'text', y: 'text' }).toReversed(), [['1', '2']]);
    expect(await json(upload.id)).toEqual([{ row_number: 1, data: { x: '1', y: '2' } }]);
  });

  it('shows nothing of an upload that is not completed, or does not exist', async () => {
    const upload = await harness.newUpload(columns, rows, { status: 'failed' });
    expect(await json(upload.id)).toEqual([]);
    expect(await json(harness.userId)).toEqual([]);
  });
});

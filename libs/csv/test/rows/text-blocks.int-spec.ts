import { escapeCell } from '@app/csv-format';
import { escapeLike, foldCase } from '@app/database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { type BlocksCondition, countInBlocks, MAX_TEXT_BYTES } from '../../src/rows/sql/text-blocks.js';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
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

const viewsOf = async ({ rows_table: table }: CsvUpload): Promise<string[]> => {
  const rows: { name: string }[] = await harness.dataSource.query(
    `SELECT matviewname AS name FROM pg_matviews WHERE starts_with(schemaname || '.' || matviewname, $1 || '_') ORDER BY 1`,
    [table],
  );
  return rows.map(({ name }) => name);
};
const statusOf = (upload: CsvUpload): Promise<object[]> =>
  harness.dataSource.query(
    'SELECT kind, status, size_bytes > 0 AS sized FROM csv_indexes WHERE upload_id = $1 ORDER BY 1',
    [upload.id],
  );
const count = async (upload: CsvUpload, filters: object) =>
  (await harness.ask(upload, { filters: JSON.stringify(filters), page_size: '1' })).pagination.total_count;

/** Two of three rows have a word, every seventh is empty, every eleventh has no value but `n/a`. */
const columns = newColumns({ note: { type: 'text', null_values: ['n/a'] }, n: 'integer' });
const made = (rows: number) =>
  storeMadeUpload(harness.dataSource, harness.userId, columns, rows, [
    `CASE WHEN n % 7 = 0 THEN '' WHEN n % 11 = 0 THEN 'n/a' WHEN n % 3 = 0 THEN 'Post ' || n ELSE 'Delivery, DELIVERY ' || n END`,
    'n',
  ]);
const expected = (rows: number, fits: (n: number) => boolean) =>
  Array.from({ length: rows }, (_, n) => n + 1).filter((n) => n % 7 !== 0 && n % 11 !== 0 && fits(n)).length;

describe('text blocks', () => {
  it('are requested by the count of a frequent text, built by the job, and then read instead of the rows', async () => {
    const upload = await made(2_345);
    const frequent = { note: { contains: 'delivery' } };
    const total = expected(2_345, (n) => n % 3 !== 0);
    expect(await count(upload, frequent)).toBe(total);
    // The index of trigrams may show that the text is rare.
    expect(harness.indexJobs.map(({ kind }) => kind)).toEqual(['contains']);
    await harness.buildIndexes();
    expect(await count(upload, frequent)).toBe(total);
    expect(harness.indexJobs.map(({ kind, column_key }) => [kind, column_key])).toEqual([['text_blocks', 'note']]);
    await harness.buildIndexes();
    expect(await statusOf(upload)).toEqual([
      { kind: 'contains', status: 'ready', sized: true },
      { kind: 'text_blocks', status: 'ready', sized: true },
    ]);
    expect(await viewsOf(upload)).toEqual([expect.stringMatching(/^rows_\d+_text_blocks_1_0$/)]);
    expect(await count(upload, frequent)).toBe(total);
    expect(harness.indexJobs).toEqual([]);

    await harness.dataSource.query(`DELETE FROM ${upload.rows_table} WHERE row_number > 200`);
    expect(await count(upload, frequent)).toBe(total);
    expect(await count(upload, { note: { starts_with: 'DELIVERY' } })).toBe(total);
    expect(await count(upload, { note: { ends_with: 'y 1' } })).toBe(1);
    // In every filled cell of the rows, and in no block.
    expect(await count(upload, { note: { contains: '' } })).toBe(expected(200, () => true));
    expect(await count(upload, { note: { starts_with: '' } })).toBe(expected(200, () => true));
    expect(await count(upload, { note: { not_contains: '' } })).toBe(0);
    // Without letters enough for an index.
    expect(await count(upload, { note: { contains: 'po' } })).toBe(expected(2_345, (n) => n % 3 === 0));
    expect(await count(upload, { note: { not_contains: 'delivery' } })).toBe(expected(2_345, (n) => n % 3 === 0));
    // Beside another condition the rows are read.
    expect(await count(upload, { ...frequent, n: { gt: 0 } })).toBe(expected(200, (n) => n % 3 !== 0));
  });

  it('are requested where no index finds the text, and not for a rare one nor in the shared table', async () => {
    const upload = await made(2_000);
    await count(upload, { note: { contains: 'Post 999' } });
    await harness.buildIndexes();
    expect(await count(upload, { note: { contains: 'Post 999' } })).toBe(1);
    expect(harness.indexJobs).toEqual([]);
    await count(upload, { note: { not_contains: 'x' } });
    expect(harness.indexJobs.splice(0).map(({ kind }) => kind)).toEqual(['text_blocks']);
    const small = await harness.newUpload(columns, [['x', '1']]);
    expect(await count(small, { note: { not_contains: 'y' } })).toBe(1);
    expect(harness.indexJobs).toEqual([]);
  });

  it('are requested where the index of the text was refused', async () => {
    const upload = await made(1_000);
    await harness.dataSource.query(
      `INSERT INTO csv_indexes (upload_id, kind, column_key, status) VALUES ($1, 'contains', 'note', 'refused')`,
      [upload.id],
    );
    await count(upload, { note: { contains: 'delivery' } });
    expect(harness.indexJobs.map(({ kind }) => kind)).toEqual(['text_blocks']);
    await harness.buildIndexes();
    await harness.dataSource.query(`DELETE FROM ${upload.rows_table} WHERE row_number > 200`);
    expect(await count(upload, { note: { contains: 'delivery' } })).toBe(expected(1_000, (n) => n % 3 !== 0));
  });

  it('are refused where a text is so long that blocks would take much memory', async () => {
    const columns = newColumns({ t: 'text' });
    const upload = await storeMadeUpload(harness.dataSource, harness.userId, columns, 300, [
      `CASE WHEN n = 250 THEN repeat('é', ${MAX_TEXT_BYTES / 2} + 1) ELSE 'word' END`,
    ]);
    for (let asked = 0; asked < 2; asked += 1) {
      expect(await count(upload, { t: { not_contains: 'x' } })).toBe(300);
      await harness.buildIndexes();
      expect(await statusOf(upload)).toEqual([{ kind: 'text_blocks', status: 'refused', sized: null }]);
      expect(await viewsOf(upload)).toEqual([]);
    }
  });

  it('are refused where they would exceed the budget, before they are built', async () => {
    const frugal = await RowsHarness.open(database.url, { INDEX_MAX_BYTES: '1000' });
    const upload = await storeMadeUpload(frugal.dataSource, frugal.userId, newColumns({ t: 'text' }), 300, [
      `'word' || n`,
    ]);
    await frugal.ask(upload, { filters: '{"t": {"not_contains": "x"}}', page_size: '1' });
    expect(frugal.indexJobs).toHaveLength(1);
    await frugal.buildIndexes();
    expect(await statusOf(upload)).toEqual([{ kind: 'text_blocks', status: 'refused', sized: null }]);
    await frugal.close();
  });

  it('are not missed by a query whose plan is older than their end', async () => {
    const upload = await made(1_000);
    const asked = { note: { not_contains: 'post' } };
    const total = await count(upload, asked);
    await harness.buildIndexes();
    const [{ index_name }] = await harness.dataSource.query('SELECT index_name FROM csv_indexes WHERE upload_id = $1', [
      upload.id,
    ]);
    await harness.builder.drop({ index_name });
    await harness.builder.drop({ index_name });
    expect(await viewsOf(upload)).toEqual([]);
    expect(await count(upload, asked)).toBe(total);
  });

  it('count what LIKE finds in the rows, whatever the cells and the text', async () => {
    const characters = fc.constantFrom(...['a', 'A', 'ß', 'İ', 'k', 'K', ' ', '%', '_', '\\', "'", '\n', '😀']);
    const controls = fc.constantFrom('\u0001', '\u0002', '\u001e', '\u001f');
    const unit = fc.oneof({ weight: 4, arbitrary: characters }, controls);
    const cells = fc.array(fc.string({ unit, maxLength: 6 }), { minLength: 1, maxLength: 40 });
    const texts = fc.array(fc.string({ unit, minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    const [column] = newColumns({ t: 'text' });
    await fc.assert(
      fc.asyncProperty(cells, texts, async (few, sought) => {
        // More rows than a block has.
        const rows = Array.from({ length: 430 }, (_, n) => [few[n % few.length] || null]);
        const upload = await harness.newBigUpload([column!], rows);
        const request = { upload_id: upload.id, kind: 'text_blocks', column_key: 't' };
        await harness.dataSource.query(
          `INSERT INTO csv_indexes (upload_id, kind, column_key, status) VALUES ($1, $2, $3, 'building')`,
          Object.values(request),
        );
        await harness.builder.build(request, new AbortController().signal);
        for (const text of sought) {
          const found = async (operator: BlocksCondition['operator']) => {
            const view = `${upload.rows_table}_text_blocks_1_0`;
            const { sql, parameters } = countInBlocks(view, { operator, column: column!, text });
            return Number((await harness.dataSource.query(sql, parameters))[0].total);
          };
          const like = async (pattern: (text: string) => string) => {
            const [{ total }] = await harness.dataSource.query(
              `SELECT count(*) AS total FROM ${upload.rows_table} WHERE ${foldCase('cells')} LIKE ${foldCase('CAST($1 AS text)')}`,
              [pattern(escapeLike(escapeCell(text)))],
            );
            return Number(total);
          };
          const filled = rows.filter(([cell]) => cell !== null).length;
          const contained = await like((escaped) => `%${escaped}%`);
          expect(await found('contains')).toBe(contained);
          expect(await found('not_contains')).toBe(filled - contained);
          expect(await found('starts_with')).toBe(await like((escaped) => `${escaped}%`));
          expect(await found('ends_with')).toBe(await like((escaped) => `%${escaped}`));
        }
        await harness.dataSource.query(`DROP TABLE ${upload.rows_table} CASCADE`);
      }),
      { numRuns: 40 },
    );
  });
});

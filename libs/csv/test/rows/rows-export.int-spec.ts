import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Columns } from '../../src/rows/request/columns.js';
import { parseExportQuery, type RawSelection } from '../../src/rows/request/parse-rows-query.js';
import type { ExportQuery } from '../../src/rows/request/rows-query.js';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { referenceAnswer } from './reference-answer.js';
import { queriesOn, tables } from './rows.arbitraries.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns } from './store-upload.js';

// Real: PostgreSQL, parser, compiler, exporter. Fake: the cache. csv-parse reads what is written.

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

const CSV = { format: 'csv', values: 'typed', escape_formulas: 'false' } as const;

async function exported(
  upload: CsvUpload,
  raw: RawSelection = {},
  options: Partial<ExportQuery> = {},
): Promise<string> {
  const columns = new Columns(upload.columns);
  const whole: ExportQuery = { ...parseExportQuery({ ...raw, ...CSV }, columns), ...options };
  const lines: string[] = [];
  const { signal } = new AbortController();
  for await (const text of harness.exporter.lines(upload, whole, signal)) lines.push(text.toString());
  return lines.join('');
}

describe('an export', () => {
  it('returns every cell of the selected rows, in order', async () => {
    const asked = tables.chain((table) =>
      fc.record({ table: fc.constant(table), query: queriesOn(table), own: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(asked, async ({ table, query, own }) => {
        const upload = await (own ? harness.newBigUpload : harness.newUpload).call(harness, table.columns, table.rows);
        const raw = {
          filters: JSON.stringify(query.filters),
          search: query.search,
          sort_by: query.sort.map(({ key, descending }) => (descending ? '-' : '') + key).join(','),
          ...(query.rowOrder === 'desc' && { sort_order: 'desc' }),
        };
        const cells: string[][] = parse(await exported(upload, raw), {
          record_delimiter: '\r\n',
          skip_empty_lines: true,
        });
        const expected = referenceAnswer(table, query).map((row) => table.rows[row - 1]!.map((cell) => cell ?? ''));
        expect(cells).toEqual([table.columns.map(({ name }) => name), ...expected]);

        const objects = (await exported(upload, raw, { format: 'ndjson', values: 'text' })).split('\n').slice(0, -1);
        const values = objects
          .map((line) => JSON.parse(line))
          .map((row) => table.columns.map(({ key }) => row[key] ?? ''));
        expect(values).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('continues after each page, whatever its size', async () => {
    const rows = Array.from({ length: 12_000 }, (_, n) => [String(n), 'x'.repeat(n % 700)]);
    const upload = await harness.newUpload(newColumns({ n: 'integer', filler: 'text' }), rows);
    const cellsOf = async (raw: RawSelection): Promise<string[][]> => parse(await exported(upload, raw)).slice(1);
    expect(await cellsOf({})).toEqual(rows);
    expect(await cellsOf({ sort_order: 'desc' })).toEqual(rows.toReversed());
    expect(await cellsOf({ sort_by: '-n', filters: '{"n":{"gte":100}}' })).toEqual(rows.slice(100).toReversed());
  });

  it('ends a page early where rows suddenly get long', async () => {
    const rows = Array.from({ length: 660 }, (_, n) => [n < 600 ? 'a' : 'b'.repeat(200_000)]);
    const upload = await harness.newUpload(newColumns({ filler: 'text' }), rows);
    for (const raw of [{}, { sort_order: 'desc' }, { filters: '{"filler":{"ne":"c"}}' }]) {
      const pages: number[] = [];
      let total = 0;
      const columns = new Columns(upload.columns);
      const query = parseExportQuery({ ...raw, ...CSV }, columns);
      for await (const text of harness.exporter.lines(upload, query, new AbortController().signal)) {
        pages.push(text.length);
        total += text.length;
      }
      expect(total).toBe('filler\r\n'.length + 600 * 3 + 60 * 200_002);
      expect(Math.max(...pages)).toBeLessThan(9 * 1024 * 1024);
    }
  });

  it('quotes the empty cell of a single column', async () => {
    const upload = await harness.newUpload(newColumns({ only: 'text' }), [['a'], [null], ['b']]);
    expect(await exported(upload)).toBe('only\r\na\r\n""\r\nb\r\n');
  });

  it('quotes only what RFC 4180 requires', async () => {
    const upload = await harness.newUpload(newColumns({ a: 'text', b: 'number' }), [
      ["plain text; it's fine", '1.5'],
      ['a,b', null],
      ['say "x"', '2.5'],
      ['two\nlines', '3.5'],
      ['two\rlines', '4.5'],
    ]);
    expect(await exported(upload)).toBe(
      'a,b\r\nplain text; it\'s fine,1.5\r\n"a,b",\r\n"say ""x""",2.5\r\n"two\nlines",3.5\r\n"two\rlines",4.5\r\n',
    );
  });

  it('quotes numbers with a decimal comma', async () => {
    const upload = await harness.newUpload(newColumns({ a: { type: 'number', format: '1234,56' } }), [['1,5'], ['2']]);
    expect(await exported(upload)).toBe('a\r\n"1,5"\r\n2\r\n');
    expect(await exported(upload, {}, { format: 'ndjson' })).toBe('{"a":1.5}\n{"a":2}\n');
  });

  it('escapes formulas in texts and headers on request, and does not change numbers', async () => {
    const columns = newColumns({ a: 'text', b: 'integer' });
    columns[0]!.name = '=HEAD';
    const upload = await harness.newUpload(columns, [
      ['=1+1', '-5'],
      ['+49 170', '1'],
      ['-x', '2'],
      ['@me', '3'],
      ['\tx', '4'],
      ['=a,"b"', '5'],
      ['a=b', '6'],
    ]);
    expect(await exported(upload, {}, { escapeFormulas: true })).toBe(
      `'=HEAD,b\r\n'=1+1,-5\r\n'+49 170,1\r\n'-x,2\r\n'@me,3\r\n'\tx,4\r\n"'=a,""b""",5\r\na=b,6\r\n`,
    );
    expect(await exported(upload)).toContain('\r\n=1+1,-5\r\n');
  });

  it('writes the requested columns in file order', async () => {
    const upload = await harness.newUpload(newColumns({ a: 'text', b: 'text', c: 'text' }), [['1', '2', '3']]);
    const [a, , c] = upload.columns;
    expect(await exported(upload, {}, { columns: [a!, c!] })).toBe('a,c\r\n1,3\r\n');
  });

  it.each(['', '-id'])('fails when rows are deleted meanwhile, instead of ending early (%s)', async (sort_by) => {
    const rows = Array.from({ length: 10 }, (_, n) => [String(n)]);
    const upload = await harness.newUpload(newColumns({ a: 'integer' }), rows);
    await harness.dataSource.query('DELETE FROM csv_rows WHERE upload_id = $1 AND row_number <= 3', [upload.id]);
    await expect(exported(upload, { sort_by })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('has only the header when no row is selected', async () => {
    const upload = await harness.newUpload(newColumns({ a: 'text' }), [['1']]);
    expect(await exported(upload, { search: 'nothing' })).toBe('a\r\n');
  });
});

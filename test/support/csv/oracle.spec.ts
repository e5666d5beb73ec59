import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinCells } from '@app/csv-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_SETS, writeDataSet } from '../../../bench/data-sets.js';
import {
  BrokenRows,
  type DataPage,
  firstDifference,
  hashCsv,
  hashDataPages,
  hashRows,
  hashTable,
  readAllCsv,
  readCsv,
} from './oracle.js';
import type { Cell } from './writer.js';

interface StoredRow {
  row_number: number;
  cells: string;
}

/** A fake client with one fixed table that answers one query. There is no PostgreSQL here. */
function clientWith(stored: StoredRow[]) {
  const query = async ({ values: [after] }: { values: [string, string] }) => ({
    rows: stored
      .filter((row) => BigInt(row.row_number) > BigInt(after))
      .slice(0, 5000)
      .map((row) => [String(row.row_number), row.cells]),
  });
  return { query } as unknown as Parameters<typeof hashTable>[0];
}

/** A `data/` endpoint that serves these pages, one after the other. */
function pagesWith(
  pages: DataPage['data'][],
  nextCursor = (page: number) => (page < pages.length ? String(page) : null),
) {
  return async (cursor: string | null): Promise<DataPage> => {
    const page = Number(cursor ?? 0);
    return { data: pages[page]!, pagination: { next_cursor: nextCursor(page + 1) } };
  };
}

const stored = (rows: Cell[][]): StoredRow[] =>
  rows.map((cells, i) => ({ row_number: i + 1, cells: joinCells(cells.map((cell) => cell ?? '')) }));

const hashStored = (rows: StoredRow[], keys = ['a', 'b']) => hashTable(clientWith(rows), 'csv_rows', 'an upload', keys);
const hashPages = (pages: DataPage['data'][], keys = ['a', 'b']) => hashDataPages(pagesWith(pages), keys);

describe('readCsv', () => {
  const read = (text: string, dialect?: Parameters<typeof readCsv>[1]) => readAllCsv(Buffer.from(text), dialect);

  it('omits the header, and returns null for empty cells, quoted or not', async () => {
    expect(await read('a,b,c\n1,,""\n')).toEqual([['1', null, null]]);
    expect(await read('a,b\n', { header: false })).toEqual([['a', 'b']]);
  });

  it('ignores an empty line, and reads a lone pair of quotes as a record', async () => {
    expect(await read('\na\n\n1\n""\n\n')).toEqual([['1'], [null]]);
    expect(await read('a,b\n,\n\n')).toEqual([[null, null]]);
  });

  it('returns short and long records unchanged', async () => {
    expect(await read('a,b\n1\n1,2,3\n')).toEqual([['1'], ['1', '2', '3']]);
  });

  it('fails for a quote that is not closed, and for bytes that are not in the encoding', async () => {
    await expect(read('a\n"1\n')).rejects.toThrow(/Quote Not Closed/);
    await expect(readAllCsv(Buffer.from([0x61, 0x0a, 0xff, 0x0a]))).rejects.toThrow(TypeError);
    await expect(readAllCsv('/nonexistent.csv')).rejects.toThrow(/ENOENT/);
  });
});

describe('hashRows', () => {
  it('is the same for the same rows only', async () => {
    const cell = fc.constantFrom<Cell>(null, '', 'a', 'b', 'ab', 'null', '"', '",', ',', '\n', ']\n[');
    const table = fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(table, table, async (left, right) => {
        const [leftHash, rightHash] = [await hashRows(left), await hashRows(right)];
        expect(leftHash.sha256 === rightHash.sha256).toBe(JSON.stringify(left) === JSON.stringify(right));
        expect(leftHash.rows).toBe(left.length);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Cell[][], Cell[][]]>([
    ['the order of rows', [['a'], ['b']], [['b'], ['a']]],
    ['the order of cells', [['a', 'b']], [['b', 'a']]],
    ['where a cell ends', [['ab', '']], [['a', 'b']]],
    ['where a row ends', [['a', 'b']], [['a'], ['b']]],
    ['null from empty', [[null]], [['']]],
    ['null from its name', [[null]], [['null']]],
    ['a composed character from its parts', [['é']], [['e\u0301']]],
  ])('tells %s', async (_, left, right) => {
    expect((await hashRows(left)).sha256).not.toBe((await hashRows(right)).sha256);
  });
});

describe('the three readings of one file', () => {
  const keys = DATA_SETS.tricky.columns.map((column) => column.key);
  let directory: string;
  let path: string;
  let rows: Cell[][];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oracle-'));
    path = join(directory, 'tricky.csv');
    await writeDataSet('tricky', path, { rows: 12_000 });
    rows = await readAllCsv(path);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('hash alike', async () => {
    const expected = await hashCsv(path);
    expect(expected.rows).toBe(12_000);
    expect(await hashStored(stored(rows), keys)).toEqual(expected);

    const served = rows.map((cells, i) => ({
      row_id: i + 1,
      data: Object.fromEntries(keys.map((key, k) => [key, cells[k]])),
    }));
    const pages = Array.from({ length: 24 }, (_, page) => served.slice(page * 500, (page + 1) * 500));
    expect(await hashPages(pages, keys)).toEqual(expected);
  });

  it('have different hashes when one cell of the last row differs', async () => {
    const changed = rows.with(-1, rows.at(-1)!.with(-1, 'changed'));
    expect((await hashStored(stored(changed), keys)).sha256).not.toBe((await hashCsv(path)).sha256);
  });

  it('show the row where they differ', async () => {
    expect(await firstDifference(readCsv(path), rows)).toBeNull();
    const changed = rows.with(700, ['changed']);
    expect(await firstDifference(readCsv(path), changed)).toEqual({
      row: 701,
      expected: rows[700],
      actual: ['changed'],
    });
    expect(await firstDifference(rows, rows.slice(0, -1))).toEqual({
      row: 12_000,
      expected: rows.at(-1),
      actual: undefined,
    });
  });
});

describe('hashTable', () => {
  const row = (row_number: number, cells = '1\x1f') => ({ row_number, cells });

  it.each<[string, StoredRow[], RegExp]>([
    ['numbers that begin at 0', [row(0), row(1)], /row number 0 stands where 1 should/],
    ['numbers that begin at 2', [row(2)], /row number 2 stands where 1 should/],
    ['a gap', [row(1), row(3)], /row number 3 stands where 2 should/],
    ['a missing cell', [row(1, '1')], /1 cells for 2 columns/],
    ['a surplus cell', [row(1, '1\x1f\x1f2')], /3 cells for 2 columns/],
    ['a separator of rows', [row(1, '1\x1e\x1f')], /no escape/],
    ['a character that was not escaped', [row(1, '1\x03\x1f')], /no escape/],
  ])('refuses %s', async (_, rows, message) => {
    await expect(hashStored(rows)).rejects.toThrow(BrokenRows);
    await expect(hashStored(rows)).rejects.toThrow(message);
  });

  it('reads the characters that are stored escaped', async () => {
    const rows = [row(1, '\x03\x01\x01\x03\x01\x02\x03\x02\x1f\x1d\x01\x01\x1d\x01\x02\x1d\x02')];
    expect(await hashStored(rows)).toEqual(await hashRows([['\x01\x02\x03', '\x1d\x1e\x1f']]));
  });

  it('accepts only the name of a table', async () => {
    const hash = hashTable(clientWith([]), 'csv_rows; DROP TABLE csv_rows', 'an upload', []);
    await expect(hash).rejects.toThrow(RangeError);
  });
});

describe('hashDataPages', () => {
  const row = (row_id: number, data: Record<string, unknown> = { a: '1', b: null }) => ({ row_id, data });

  it.each<[string, DataPage['data'][], RegExp]>([
    ['a row that comes twice', [[row(1)], [row(1)]], /row number 1 stands where 2 should/],
    ['a row left out between pages', [[row(1)], [row(3)]], /row number 3 stands where 2 should/],
    ['keys that are not in column order', [[row(1, { b: null, a: '1' })]], /in the order b, a/],
    ['a missing key', [[row(1, { a: '1' })]], /undefined for b/],
    ['a key of no column', [[row(1, { a: '1', b: null, c: '2' })]], /no column: c/],
    ['a number where a text belongs', [[row(1, { a: 1, b: null })]], /number for a/],
    ['an empty text where null belongs', [[row(1, { a: '', b: null })]], /empty text for a/],
  ])('refuses %s', async (_, pages, message) => {
    await expect(hashPages(pages)).rejects.toThrow(message);
  });

  it('reads a column named like an inherited property', async () => {
    const pages = [[row(1, JSON.parse('{"proto": "x", "constructor": "y"}'))]];
    expect(await hashPages(pages, ['proto', 'constructor'])).toEqual(await hashRows([['x', 'y']]));
    await expect(hashPages([[row(1, { a: '1' })]], ['a', 'constructor'])).rejects.toThrow(/undefined for constructor/);
  });

  it('rejects a cursor that leads to no page', async () => {
    const endless = hashDataPages(
      pagesWith([[row(1)], []], (page) => String(page)),
      ['a', 'b'],
    );
    await expect(endless).rejects.toThrow(/next cursor/);
  });
});

import { type ColumnType, type CsvColumn, joinCells, needsEscape } from '@app/csv-format';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newColumn, newColumns } from '../../../test/rows/store-upload.js';
import { ByteBuffer } from './byte-buffer.js';
import { CsvWriter } from './csv-writer.js';
import { JsonWriter } from './json-writer.js';
import { type RowWriter, rowEnd, type WrittenUpload } from './stored-rows.js';

// The references are JSON.stringify and csv-parse.

const SHARP = [
  '"',
  '\\',
  '\n',
  '\r',
  '\t',
  '\b',
  '\f',
  ',',
  "'",
  ';',
  '=',
  '+',
  '-',
  '@',
  '\u007f',
  '\u2028',
  'é',
  '😀',
];
const CONTROLS = Array.from({ length: 0x1f }, (_, code) => String.fromCharCode(code + 1));
const text = fc
  .array(fc.oneof(fc.constantFrom(...SHARP, ...CONTROLS), fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 5,
  })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((cell) => cell.isWellFormed());

const cellOf: Record<ColumnType, fc.Arbitrary<string>> = {
  integer: fc.maxSafeInteger().map(String),
  number: fc.constantFrom('0', '-1.5', '12', '1e3', '1.5E-3', '-0.0', '0.30000000000000'),
  boolean: fc.constantFrom('true', 'FALSE', 'True'),
  date: fc.constantFrom('2024-02-29'),
  datetime: fc.constantFrom('2024-02-29T12:00:00Z'),
  text,
};
const TYPES = Object.keys(cellOf) as ColumnType[];

interface Table {
  columns: CsvColumn[];
  /** Some of the columns, in file order. */
  chosen: CsvColumn[];
  rows: string[][];
}
const tables: fc.Arbitrary<Table> = fc
  .array(fc.constantFrom(...TYPES, 'text' as const), { minLength: 1, maxLength: 6 })
  .chain((types) => {
    const columns = types.map((type, n) => newColumn({ key: `"k\n${n}é`, name: `K${n}`, type, position: n + 1 }));
    const row = fc.tuple(...types.map((type) => fc.oneof({ weight: 4, arbitrary: cellOf[type] }, fc.constant(''))));
    return fc.record({
      columns: fc.constant(columns),
      chosen: fc.subarray(columns, { minLength: 1 }),
      rows: fc.array(row as fc.Arbitrary<string[]>, { maxLength: 5 }),
    });
  });

const uploadOf = ({ rows }: Table): WrittenUpload => ({ has_escapes: rows.flat().some(needsEscape) });

function written(writer: RowWriter, rows: string[][]): string {
  const stored = Buffer.from(rows.map(joinCells).join('\x1e'));
  const out = new ByteBuffer(16);
  for (let n = 0, from = 0; n < rows.length; n++) {
    const to = rowEnd(stored, from);
    writer.write(stored, from, to, out);
    from = to + 1;
  }
  return out.take().toString();
}

describe('JsonWriter', () => {
  it('writes exact texts as JSON.stringify does, null where empty', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const writer = new JsonWriter(uploadOf(table), table.chosen, 'text', '\n');
        const expected = table.rows.map((row) => {
          const entries = table.chosen.map(({ key, position }) => [key, row[position - 1] || null]);
          return `${JSON.stringify(Object.fromEntries(entries))}\n`;
        });
        expect(written(writer, table.rows)).toBe(expected.join(''));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['.', ','] as const)('writes typed values, with %s as the decimal mark of numbers', (decimal) => {
    fc.assert(
      fc.property(tables, (table) => {
        const asWritten = table.rows.map((row) =>
          row.map((cell, n) => (table.columns[n]!.type === 'number' ? cell.replace('.', decimal) : cell)),
        );
        const format = decimal === ',' ? '1234,56' : null;
        const columns = table.chosen.map((column) => (column.type === 'number' ? { ...column, format } : column));
        const lines = written(new JsonWriter(uploadOf(table), columns, 'typed', '\n'), asWritten);
        const shownValue = (cell: string, type: ColumnType) => {
          if (cell === '') return null;
          if (type === 'integer' || type === 'number') return Number(cell);
          return type === 'boolean' ? cell.toLowerCase() === 'true' : cell;
        };
        const expected = table.rows.map((row) =>
          Object.fromEntries(
            table.chosen.map(({ key, type, position }) => [key, shownValue(row[position - 1]!, type)]),
          ),
        );
        const found = lines
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line));
        expect(found).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the digits of numbers', () => {
    const columns = newColumns({ n: 'number' });
    const writer = new JsonWriter({ has_escapes: false }, columns, 'typed');
    expect(written(writer, [['1.50'], ['-0.0'], ['1E3']])).toBe('{"n":1.50}{"n":-0.0}{"n":1E3}');
  });
});

describe('CsvWriter', () => {
  it('writes lines that csv-parse reads as the exact cells', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const lines = written(new CsvWriter(uploadOf(table), table.chosen, false), table.rows);
        const expected = table.rows.map((row) => table.chosen.map(({ position }) => row[position - 1]!));
        expect(parse(lines, { record_delimiter: '\r\n' })).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('puts an apostrophe before formulas in texts only, inside the quotes', () => {
    const columns = newColumns({ a: 'text', b: 'number' });
    const writer = new CsvWriter({ has_escapes: true }, columns, true);
    const rows = [
      ['=1', '-5'],
      ['+"1"', ''],
      ['\u0001=', '1'],
      ['', '1'],
      ['\r', '2'],
      ['\n=1', '3'],
      ['＝1', '4'],
    ];
    expect(written(writer, rows)).toBe(`'=1,-5\r\n"'+""1""",\r\n\u0001=,1\r\n,1\r\n"'\r",2\r\n"'\n=1",3\r\n'＝1,4\r\n`);
  });
});

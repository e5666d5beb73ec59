import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbDialect, arbTable } from './arbitraries.js';
import { type CsvDialect, PLAIN, uploadOptions } from './dialect.js';
import { readAllCsv } from './oracle.js';
import { type CsvTable, canExpress, cellsOf, writeCsv } from './writer.js';

const newDialect = (overrides: Partial<CsvDialect> = {}): CsvDialect => ({ ...PLAIN, ...overrides });
const newTable = (overrides: Partial<CsvTable> = {}): CsvTable => ({
  header: ['a', 'b'],
  rows: [['1', '2']],
  ...overrides,
});

describe('writeCsv', () => {
  it.each<[string, Partial<CsvDialect>, string[], string]>([
    ['plain cells', {}, ['1', '2'], 'a,b\n1,2\n'],
    ['without a header', { header: false }, ['1', '2'], '1,2\n'],
    ['without a final newline', { finalNewline: false }, ['1', '2'], 'a,b\n1,2'],
    ['the delimiter in a cell', { delimiter: ';', newline: 'crlf' }, ['1;', ','], 'a;b\r\n"1;";,\r\n'],
    ['a doubled quote', {}, ['say "hi"', ''], 'a,b\n"say ""hi""",\n'],
    ['a quote and a backslash behind backslashes', { escape: 'backslash' }, ['"', '\\'], 'a,b\n"\\"","\\\\"\n'],
    ['single quotes', { quote: "'" }, ["it's", '"'], `a,b\n'it''s',"\n`],
    ['every kind of newline in a cell', { newline: 'cr' }, ['\n', '\r\n'], 'a,b\r"\n","\r\n"\r'],
    ['everything quoted', { quoting: 'all' }, ['', '2'], '"a","b"\n"","2"\n'],
    ['quotes where nothing is quoted', { quote: '' }, ['"', "'"], `a,b\n",'\n`],
  ])('writes %s', (_, overrides, row, expected) => {
    expect(writeCsv(newTable({ rows: [row] }), newDialect(overrides)).toString()).toBe(expected);
  });

  it('quotes the empty cell of a record that would be a blank line', () => {
    expect(writeCsv({ header: ['a'], rows: [[''], ['']] }, PLAIN).toString()).toBe('a\n""\n""\n');
  });

  it('writes any table in any dialect so that csv-parse reads the same table', async () => {
    const cases = arbDialect.chain((dialect) => fc.tuple(fc.constant(dialect), arbTable(dialect)));
    await fc.assert(
      fc.asyncProperty(cases, async ([dialect, table]) => {
        expect(await readAllCsv(writeCsv(table, dialect), dialect)).toEqual(cellsOf(table));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes a table that was not made for the dialect correctly, or rejects it', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(arbTable(PLAIN), arbDialect, async (table, dialect) => {
        if (canExpress(table, dialect)) {
          expect(await readAllCsv(writeCsv(table, dialect), dialect)).toEqual(cellsOf(table));
        } else {
          refused++;
          expect(() => writeCsv(table, dialect)).toThrow(RangeError);
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(10);
  });
});

describe('canExpress', () => {
  it.each<[string, Partial<CsvTable>, Partial<CsvDialect>]>([
    ['a row that is not as wide as the header', { rows: [['1']] }, {}],
    ['a file without a record', { rows: [] }, { header: false }],
    ['a table without columns', { header: [], rows: [] }, {}],
    ['NUL', { rows: [['\0', '']] }, {}],
    ['a character that the encoding lacks', { rows: [['東', '']] }, { encoding: 'windows-1252' }],
    ['the delimiter where nothing is quoted', { rows: [['1,5', '']] }, { quote: '' }],
    ['a newline where nothing is quoted', { rows: [['\r', '']] }, { quote: '' }],
    ['a blank line as a record where nothing is quoted', { header: ['a'], rows: [['']] }, { quote: '' }],
    ['a text that begins like a byte order mark, unquoted', { header: ['\ufeffa', 'b'] }, { quote: '' }],
    ['a record that begins like a byte order mark, unquoted', { rows: [['\ufeffa', 'b']] }, { quote: '' }],
    ['a text that begins like another encoding', { header: ['ÿþ', 'b'] }, { encoding: 'windows-1252' }],
  ])('refuses %s', (_, table, dialect) => {
    expect(canExpress(newTable(table), newDialect(dialect))).toBe(false);
  });

  it('ignores a header that is not written', () => {
    expect(canExpress(newTable({ header: ['東', 'b'] }), newDialect({ header: false, encoding: 'windows-1252' }))).toBe(
      true,
    );
  });
});

describe('arbTable', () => {
  it('covers difficult texts: separators of the batch, quotes, newlines, empty cells, emoji, combining characters, __proto__', () => {
    const tables = fc.sample(arbTable(PLAIN), { numRuns: 500, seed: 1 });
    const cells = tables.flatMap((table) => table.rows.flat());
    for (const piece of ['\u001e', '\u001f', '"', '\n', '\r\n', '\r', '😀', 'e\u0301', '\\', '\ufeff']) {
      expect(
        cells.some((cell) => cell.includes(piece)),
        JSON.stringify(piece),
      ).toBe(true);
    }
    expect(cells).toContain('');
    expect(tables.some((table) => table.header.includes('__proto__'))).toBe(true);
    expect(tables.some((table) => new Set(table.header).size < table.header.length)).toBe(true);
    expect(tables.some((table) => table.header.length === 1)).toBe(true);
  });
});

describe('uploadOptions', () => {
  it('returns the dialect as options of an upload', () => {
    expect(uploadOptions(newDialect({ encoding: 'utf-8-bom' }))).toEqual({
      delimiter: ',',
      quote: '"',
      escape: '"',
      encoding: 'utf-8',
      header: 'true',
    });
    expect(uploadOptions(newDialect({ escape: 'backslash', header: false }))).toMatchObject({
      escape: '\\',
      header: 'false',
    });
    expect(uploadOptions(newDialect({ quote: '', escape: 'backslash' }))).toEqual({
      delimiter: ',',
      quote: '',
      encoding: 'utf-8',
      header: 'true',
    });
  });
});

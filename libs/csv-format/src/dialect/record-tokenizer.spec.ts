import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordScanner } from '../records/record-scanner.js';
import { EVERYTHING, type LineEnds, type Marks, type TokenTable, tokenize } from './record-tokenizer.js';

const byte = (char: string): number => (char === '' ? -1 : char.charCodeAt(0));

interface How {
  delimiter?: string;
  quote?: string;
  escape?: string;
  ends?: LineEnds;
}

function marks({ delimiter = ',', quote = '"', escape: mark, ends = 'any' }: How = {}): Marks {
  return { delimiter: byte(delimiter), quote: byte(quote), escape: byte(mark ?? quote), ends };
}

const read = (text: string, how: How = {}, whole = true): TokenTable =>
  tokenize(Buffer.from(text), 0, marks(how), EVERYTHING, whole);

const cellsOf = (table: TokenTable): string[][] =>
  Array.from({ length: table.detailed }, (_, record) =>
    Array.from({ length: table.cells(record) }, (_, column) => table.text(record, column)),
  );

describe('reading records', () => {
  it.each<[string, string, How, string[][]]>([
    [
      'plain cells',
      'a,b\n1,2\n',
      {},
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no break at the end',
      'a,b\n1,2',
      {},
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['blank lines, which are no records', '\n\na\n\r\n\nb\n', {}, [['a'], ['b']]],
    [
      'empty cells',
      ',\n"",\n',
      {},
      [
        ['', ''],
        ['', ''],
      ],
    ],
    ['quotes, doubled', '"a ""b"" c","x,y"\n', {}, [['a "b" c', 'x,y']]],
    ['quotes behind backslashes', '"a \\"b\\" \\\\","\\n"\n', { escape: '\\' }, [['a "b" \\', '\\n']]],
    [
      'line breaks in quotes',
      '"a\r\nb",c\nd,e\n',
      {},
      [
        ['a\r\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    ['spaces behind a closing quote', '"a"  ,"b" \n', {}, [['a', 'b']]],
    ['quotes inside a plain cell', '5" pipe,6"\n', {}, [['5" pipe', '6"']]],
    ['quotes astray inside quotes', '"say "hi" now",2\n', {}, [['say "hi" now', '2']]],
    ['quotes that mean nothing', '"a","b\n', { quote: '' }, [['"a"', '"b']]],
    ['carriage returns', 'a\rb\r', {}, [['a'], ['b']]],
    ['carriage returns that are text', 'a\rb\nc\n', { ends: 'lf' }, [['a\rb'], ['c']]],
    ['line feeds that are text', 'a\nb\rc\r', { ends: 'cr' }, [['a\nb'], ['c']]],
  ])('knows %s', (_, text, how, cells) => {
    expect(cellsOf(read(text, how))).toEqual(cells);
  });

  it('numbers physical lines, those inside quotes and blank ones too', () => {
    expect(read('"a\nb"\n\nc\r\n"d\r\ne"\nf').line).toEqual([0, 3, 4, 6]);
  });

  it('leaves the last record out if it may be cut off, unless it is the only one', () => {
    expect(cellsOf(read('a,b\n1,2\n3', {}, false))).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(cellsOf(read('a,b\n"1,2\n3', {}, false))).toEqual([['a', 'b']]);
    expect(cellsOf(read('a,b', {}, false))).toEqual([['a', 'b']]);
  });

  it('gives up the line of a quote that never closes, and counts it', () => {
    const table = read('a,b\n1,"x\n2,y\n3,z\n');
    expect(cellsOf(table)).toEqual([
      ['a', 'b'],
      ['2', 'y'],
      ['3', 'z'],
    ]);
    expect(table).toMatchObject({ givenUp: 1, quoted: 0 });
  });

  it('does not let a quote astray take the next line along', () => {
    const table = read('"a "b\nc",d\ne,f\n');
    expect(cellsOf(table)).toEqual([['"a "b'], ['c"', 'd'], ['e', 'f']]);
    expect(table.malformed).toBe(1);
  });

  it('counts quotes that close where a cell ends, and those that do not', () => {
    expect(read('"a","b"\n"c" d,"e"\n')).toMatchObject({ quoted: 2, malformed: 1 });
    expect(read('"a,b","c\nd","e"\n')).toMatchObject({ quoted: 3, protecting: 2 });
  });

  it('keeps the cells of the first records only, and the width of all', () => {
    const table = tokenize(
      Buffer.from('a,b,c\n'.repeat(10)),
      0,
      marks(),
      { ...EVERYTHING, recordsWithCells: 3, cellsPerRecord: 2 },
      true,
    );
    expect(table.width).toEqual(Array(10).fill(3));
    expect([table.detailed, table.cells(2), table.cells(3)]).toEqual([3, 2, 0]);
  });
});

describe('whatever the table', { timeout: 60_000 }, () => {
  const cell = fc
    .array(fc.constantFrom('a', '1', ' ', ',', ';', '"', '\n', '\r\n', 'é', '\\', "'"), { maxLength: 6 })
    .map((parts) => parts.join(''));
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });

  it('comes back from CSV as it was', () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('"', "'"),
        fc.constantFrom('\n', '\r\n', '\r'),
        (given, delimiter, quote, newline) => {
          const text = given
            .map(
              (row) =>
                row.map((one) => `${quote}${one.replaceAll(quote, quote + quote)}${quote}`).join(delimiter) + newline,
            )
            .join('');
          expect(cellsOf(read(text, { delimiter, quote }))).toEqual(given);
        },
      ),
    );
  });

  it('is read as the ingest will read it, sound or damaged', () => {
    const text = fc
      .array(fc.constantFrom('a', ' ', ',', '"', '"', '\n', '\r\n', '\\'), { maxLength: 14 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom('"', '\\'), (given, mark) => {
        const table = read(given, { escape: mark, ends: 'lf' });
        // Only records that both take whole can be compared: what is damaged, the ingest rejects.
        const scanned = scan(given, mark);
        if (table.malformed > 0 || table.givenUp > 0 || scanned === null) return;
        expect(cellsOf(table)).toEqual(scanned);
      }),
      { numRuns: 2000 },
    );
  });

  it('has every record, in pieces or as one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (given, whole) => {
        const table = tokenize(Buffer.from(given), 0, marks(), EVERYTHING, whole);
        expect(table.end).toHaveLength(table.records);
        expect(table.width.every((width) => width > 0)).toBe(true);
        expect([...table.line].sort((a, b) => a - b)).toEqual(table.line);
      }),
    );
  });
});

/** The cells of all records as the ingest's own scanner cuts them; null as soon as it finds something damaged. */
function scan(text: string, mark: string): string[][] | null {
  const scanner = new RecordScanner(text, { delimiter: ',', quote: '"', escape: mark, newline: 'lf' });
  const records: string[][] = [];
  for (let at = 0; at < text.length; ) {
    if (/^\r?\n/.test(text.slice(at))) {
      at += text[at] === '\r' ? 2 : 1;
      continue;
    }
    const found = scanner.scan(at, text.length, true);
    if (found.kind !== 'record' || found.stray) return null;
    records.push(found.cells);
    at = found.end;
  }
  return records;
}

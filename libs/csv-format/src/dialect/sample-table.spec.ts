import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CsvGrammar } from '../records/grammar.js';
import { RecordReader, type RecordSink } from '../records/record-reader.js';
import { CellForm } from '../records/record-scanner.js';
import { PositionTracker, sourceLengthIn } from '../records/text-position.js';
import { readSample, type SampleTable, WHOLE_SAMPLE } from './sample-table.js';

const newGrammar = ({ quote = '"', ...rest }: Partial<CsvGrammar> = {}): CsvGrammar => ({
  delimiter: ',',
  quote,
  escape: quote,
  newline: 'mixed',
  ...rest,
});

const read = (text: string | Buffer, grammar: Partial<CsvGrammar> = {}, whole = true): SampleTable =>
  readSample(Buffer.from(text as string), 0, newGrammar(grammar), WHOLE_SAMPLE, whole);

const cellsOf = (table: SampleTable): string[][] =>
  Array.from({ length: table.detailed }, (_, record) =>
    Array.from({ length: table.cells(record) }, (_, column) => table.text(record, column)),
  );

describe('reading records', () => {
  it.each<[string, string, Partial<CsvGrammar>, string[][]]>([
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
    ['stray quotes inside quotes', '"say "hi" now",2\n', {}, [['say "hi" now', '2']]],
    ['quotes without meaning', '"a","b\n', { quote: '' }, [['"a"', '"b']]],
    ['carriage returns', 'a\rb\r', {}, [['a'], ['b']]],
    ['carriage returns that are text', 'a\rb\nc\n', { newline: 'lf' }, [['a\rb'], ['c']]],
    ['line feeds that are text', 'a\nb\rc\r', { newline: 'cr' }, [['a\nb'], ['c']]],
  ])('reads %s', (_, text, grammar, cells) => {
    expect(cellsOf(read(text, grammar))).toEqual(cells);
  });

  it('numbers physical lines, those inside quotes and blank ones too', () => {
    expect(read('"a\nb"\n\nc\r\n"d\r\ne"\nf').line).toEqual([0, 3, 4, 6]);
  });

  it('leaves out a last record that may be incomplete, unless it is the only one', () => {
    expect(cellsOf(read('a,b\n1,2\n3', {}, false))).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(cellsOf(read('a,b\n"1,2\n3', {}, false))).toEqual([['a', 'b']]);
    expect(cellsOf(read('a,b', {}, false))).toEqual([['a', 'b']]);
  });

  it('leaves out a line with a quote that never closes, and counts it', () => {
    const table = read('a,b\n1,"x\n2,y\n3,z\n');
    expect(cellsOf(table)).toEqual([
      ['a', 'b'],
      ['2', 'y'],
      ['3', 'z'],
    ]);
    expect(table).toMatchObject({ unclosedLines: 1, quoted: 0 });
  });

  it('does not join lines by a stray quote', () => {
    const table = read('"a "b\nc",d\ne,f\n');
    expect(cellsOf(table)).toEqual([['"a "b'], ['c"', 'd'], ['e', 'f']]);
    expect(table.malformed).toBe(1);
  });

  it('counts quotes that close at the end of a cell, and those that do not', () => {
    expect(read('"a","b"\n"c" d,"e"\n')).toMatchObject({ quoted: 2, malformed: 1 });
    expect(read('"a,b","c\nd","e"\n')).toMatchObject({ quoted: 3, protecting: 2 });
  });

  it('keeps the cells of the first records, and the width of all', () => {
    const limits = { ...WHOLE_SAMPLE, recordsWithCells: 3, cellsPerRecord: 2 };
    const table = readSample(Buffer.from('a,b,c\n'.repeat(10)), 0, newGrammar(), limits, true);
    expect(table.width).toEqual(Array(10).fill(3));
    expect([table.detailed, table.cells(2), table.cells(3)]).toEqual([3, 2, 0]);
  });
});

describe('any table', { timeout: 60_000 }, () => {
  const cell = fc
    .array(fc.constantFrom('a', '1', ' ', ',', ';', '"', '\n', '\r\n', 'é', '\\', "'"), { maxLength: 6 })
    .map((parts) => parts.join(''));
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });

  it('survives being written as CSV and read', () => {
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

  it('has the records that the reader reads, and the lines that it rejects', () => {
    fc.assert(
      fc.property(anyText, anyGrammar, (text, grammar) => {
        const table = read(text, grammar);
        const entries = entriesOf(table);
        const lines = new Set(entries.map(({ line }) => line));
        const expected = readerEntries(text, newGrammar(grammar));
        // A line with a quote that closes nowhere is not in the table, only counted.
        expect(expected.filter(({ cells, line }) => cells !== null || lines.has(line))).toEqual(entries);
        expect(expected.length - entries.length).toBe(table.unclosedLines);
      }),
      { numRuns: 10_000 },
    );
  });

  it('begins with the same records where it is a sample of a longer file', () => {
    fc.assert(
      fc.property(anyText, anyText, anyGrammar, (sample, rest, grammar) => {
        const entries = entriesOf(read(sample, grammar, false));
        // A single record may be incomplete.
        fc.pre(entries.length > 1);
        const all = readerEntries(Buffer.concat([sample, rest]), newGrammar(grammar));
        expect(all.slice(0, entries.length)).toEqual(entries);
      }),
      { numRuns: 8_000 },
    );
  });

  it('may have quoted cells of nearly 1 MiB, as for the reader', () => {
    const long = `"${'x,\n'.repeat(250_000)}"`;
    const text = Buffer.from(`a,b\n1,${long}\n2,"y"\n`);
    expect(text.length).toBeLessThan(1024 * 1024);
    for (const whole of [true, false]) expect(read(text, {}, whole)).toMatchObject({ width: [2, 2, 2], quoted: 2 });
  });

  it('has a width and an end for every record', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (given, whole) => {
        const table = read(Buffer.from(given), {}, whole);
        expect(table.end).toHaveLength(table.records);
        expect(table.width.every((width) => width > 0)).toBe(true);
        expect([...table.line].sort((a, b) => a - b)).toEqual(table.line);
      }),
    );
  });
});

// As latin1: letters and white space of all kinds, the bytes of é, of à and of a byte order mark, A0 that is no part of a character.
const SIGNS = [
  ...',,,,""""""\n\n\n;\t\'\'\\\\\r\r a1\0\v\f\xa0',
  ...[
    '\r\n',
    '\r\n',
    '""',
    '","',
    '"\n"',
    '\n"',
    ',"',
    '" ,',
    '"\xa0',
    '"\v',
    '"\f,',
    '"\r',
    '\\"',
    '\\\\',
    '\xc3\xa9',
    '\xc3\xa0',
  ],
  '\xef\xbb\xbf',
];
const anyText = fc
  .array(fc.constantFrom(...SIGNS), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
const anyGrammar = fc
  .record({
    delimiter: fc.constantFrom(',', ',', ';', '\t', ' ', '\x1f'),
    quote: fc.constantFrom('"', '"', '"', "'", ''),
    backslash: fc.boolean(),
    newline: fc.constantFrom('lf', 'crlf', 'cr', 'mixed'),
  })
  .map(({ backslash, quote, ...rest }) => ({
    ...rest,
    quote,
    escape: backslash && quote !== '' ? '\\' : quote,
  }));

/** A record with its cells, or a rejected line with null. */
interface Entry {
  line: number;
  cells: string[] | null;
}

function entriesOf(table: SampleTable): Entry[] {
  return cellsOf(table).map((cells, record) => {
    const forms = cells.map((_, column) => table.ranges.form[table.cell(record, column)]);
    expect(table.width[record]).toBe(cells.length);
    return { line: table.line[record]!, cells: forms.includes(CellForm.Malformed) ? null : cells };
  });
}

function readerEntries(text: Buffer, grammar: CsvGrammar): Entry[] {
  const entries: Entry[] = [];
  const sink: RecordSink = {
    record: (cells, start) => {
      const { line } = reader.positionAt(start);
      entries.push({ line, cells: cells.map((cell) => Buffer.from(cell, 'latin1').toString()) });
    },
    reject: (_code, { line }) => entries.push({ line, cells: null }),
  };
  const positions = new PositionTracker({ text: 0, byte: 0, line: 0 }, grammar, sourceLengthIn('utf-8'));
  const reader: RecordReader = new RecordReader({ grammar, sink, positions });
  reader.push(text);
  reader.end();
  return entries;
}

import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../../test/support/growth.js';
import { ColumnEvidence, NO_RULE } from '../columns/column-evidence.js';
import { NONE } from '../columns/readings.js';
import { MAX_RECORD_BYTES } from './careful-reader.js';
import type { CsvGrammar } from './grammar.js';
import { escapeCell, joinCells } from './joined-cells.js';
import { RecordKernel } from './record-kernel.js';
import { MAX_RAW_BYTES, type ReaderOptions, RecordReader, type RecordSink, type RowSink } from './record-reader.js';
import { PositionTracker, sourceLengthIn, type TextPosition } from './text-position.js';

const newGrammar = (over: Partial<CsvGrammar> = {}): CsvGrammar => ({
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'lf',
  ...over,
});

/** What a reader gives to its sink; a record with the text it comes from. */
type Entry = { cells: string[]; from: string } | { code: string; raw: string; line: number; byte: number };

interface Reading extends Partial<Omit<ReaderOptions, 'grammar'>> {
  grammar?: Partial<CsvGrammar>;
  chunks?: (bytes: Buffer) => Buffer[];
}

function read(content: string | Buffer, { grammar, chunks = (b) => [b], ...rest }: Reading = {}) {
  const entries: Entry[] = [];
  const sink: RecordSink = {
    record: (cells, start, end) =>
      entries.push({ cells: cells.map(decoded), from: reader.bytes(start, end).toString('latin1') }),
    reject: (code, { line, byte }, _end, raw) =>
      entries.push({ code, raw: raw.toString('latin1'), line: line + 1, byte }),
  };
  const whole = newGrammar(grammar);
  const positions = new PositionTracker({ text: 0, byte: 0, line: 0 }, whole, sourceLengthIn('utf-8'));
  const reader: RecordReader = new RecordReader({ grammar: whole, sink, positions, ...rest });
  for (const chunk of chunks(Buffer.from(content as string))) reader.push(chunk);
  reader.end();
  return entries;
}

const latin1 = (text: string) => Buffer.from(text).toString('latin1');
const decoded = (cell: string) => Buffer.from(cell, 'latin1').toString();
const cellsOf = (entries: Entry[]) =>
  entries.map((entry) => ('cells' in entry ? entry.cells : `${entry.code}@${entry.line}`));
const bytewise = (bytes: Buffer) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
const inPieces = (size: number) => (bytes: Buffer) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

describe('records', () => {
  it.each<[string, string, Partial<CsvGrammar>, (string[] | string)[]]>([
    [
      'end with the file as well as with a line break',
      'a,b\n1,2',
      {},
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['are none on a blank line', 'a\n\n\r\n1\n\n', {}, [['a'], ['1']]],
    [
      'are one on a line of delimiters',
      'a,b,c\n,,\n',
      {},
      [
        ['a', 'b', 'c'],
        ['', '', ''],
      ],
    ],
    ['are one on a line of an empty quoted cell', 'a\n""\n1', {}, [['a'], [''], ['1']]],
    ['are one on a line of spaces', 'a\n  \n', {}, [['a'], ['  ']]],
    [
      'hold delimiters, quotes and line breaks in quotes',
      'a,b\n"x,""y""","1\n2"\n',
      {},
      [
        ['a', 'b'],
        ['x,"y"', '1\n2'],
      ],
    ],
    [
      'keep quotes that do not begin a cell',
      'a,b\n5" pipe,x"y"z\n',
      {},
      [
        ['a', 'b'],
        ['5" pipe', 'x"y"z'],
      ],
    ],
    ['lose the white space behind a closing quote', '"a" ,"b"\t\n', {}, [['a', 'b']]],
    ['keep the white space before an opening quote', ' "a",b\n', {}, [[' "a"', 'b']]],
    [
      'end with CRLF',
      'a,b\r\n1,"x\r\ny"\r\n',
      { newline: 'crlf' },
      [
        ['a', 'b'],
        ['1', 'x\r\ny'],
      ],
    ],
    [
      'end with LF in a file of CRLF',
      'a,b\r\n1,2\n3,4\r\n',
      { newline: 'crlf' },
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'end with CRLF in a file of LF',
      'a,b\n1,2\r\n3,4\n',
      { newline: 'lf' },
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'keep a lone CR in a file of LF',
      'a\rb,c\n1,2\n',
      { newline: 'lf' },
      [
        ['a\rb', 'c'],
        ['1', '2'],
      ],
    ],
    [
      'end with a bare LF at the end of a file of CRLF',
      'a\r\nb\n"1\n2"\r\nc\n',
      { newline: 'crlf' },
      [['a'], ['b'], ['1\n2'], ['c']],
    ],
    [
      'end with CR',
      'a,b\r1,"x\ny"\r',
      { newline: 'cr' },
      [
        ['a', 'b'],
        ['1', 'x\ny'],
      ],
    ],
    [
      'end with CR at the end',
      'a,b\r\r1,2\r',
      { newline: 'cr' },
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'end with any line break in a mixed file',
      'a\nb\r\nc\rd\n\re',
      { newline: 'mixed' },
      [['a'], ['b'], ['c'], ['d'], ['e']],
    ],
    ['may be quoted with apostrophes', "'a,b','it''s'\n", { quote: "'", escape: "'" }, [['a,b', "it's"]]],
    ['may have quotes behind backslashes', '"a\\"b","c\\\\","d\\n"\n', { escape: '\\' }, [['a"b', 'c\\', 'd\\n']]],
    [
      'may have quotes doubled where they could stand behind backslashes',
      '"a""b",c\\d\n',
      { escape: '\\' },
      [['a"b', 'c\\d']],
    ],
    ['may have no quotes', '"a,b"\n"', { quote: '', escape: '' }, [['"a', 'b"'], ['"']]],
    ['may be cut at any character', 'a\x1fb\x1f"c\x1f"\n', { delimiter: '\x1f' }, [['a', 'b', 'c\x1f']]],
    [
      'may be cut at several characters',
      'a||b|||c\n"x||y"||\n',
      { delimiter: '||' },
      [
        ['a', 'b', '|c'],
        ['x||y', ''],
      ],
    ],
    ['may be cut at a comma and a blank', 'a, b,c, "d, e"\n', { delimiter: ', ' }, [['a', 'b,c', 'd, e']]],
    [
      'lose the blanks beside delimiters',
      ' a , b\tc\t,"  d " \n  ,x,y  \n',
      { trim: true },
      [
        ['a', 'b\tc', '  d '],
        ['', 'x', 'y'],
      ],
    ],
    ['keep what is a delimiter among blanks', 'a |  b  | \n', { delimiter: ' | ', trim: true }, [['a', 'b', '']]],
    [
      'may have escaped delimiters, line breaks and escapes where nothing is quoted',
      'a\\,b,c\\\nd\n\\\\,"\\N"\n',
      { quote: '', escape: '\\' },
      [
        ['a,b', 'c\nd'],
        ['\\', '"\\N"'],
      ],
    ],
    [
      'keep escaped text when they are trimmed',
      'a\\ ||  b\\|| ||c\n',
      { quote: '', escape: '\\', delimiter: '||', trim: true },
      [['a\\', 'b||', 'c']],
    ],
    [
      'are none on a line that begins with a comment mark',
      '# "a\n#b,c\na,#b\n"#",c\n #d,e\n\n#',
      { comment: '#' },
      [
        ['a', '#b'],
        ['#', 'c'],
        [' #d', 'e'],
      ],
    ],
    ['may begin with half of a comment mark', '/,a\n//,b\n/', { comment: '//' }, [['/', 'a'], ['/']]],
    ['are as wide as they are', 'a,b\n1\n1,2,3\n', {}, [['a', 'b'], ['1'], ['1', '2', '3']]],
    [
      'hold what other languages write',
      'größe,名前\n😀,"é"\n',
      {},
      [
        ['größe', '名前'],
        ['😀', 'é'],
      ],
    ],
  ])('%s', (_, content, grammar, expected) => {
    expect(cellsOf(read(content, { grammar }))).toEqual(expected);
    expect(cellsOf(read(content, { grammar, chunks: bytewise }))).toEqual(expected);
    const width = Math.max(...expected.map(({ length }) => length));
    expect(rowsOf(Buffer.from(content), newGrammar(grammar), { width }).entries).toEqual(
      expected.map((cells) => latin1(joinCells([...cells, ...Array<string>(width - cells.length).fill('')]))),
    );
  });

  it('begin behind the skipped lines', () => {
    for (const chunks of [inPieces(1), inPieces(100)]) {
      expect(read('"title\nmore, text\r\n\na,b\n1,2\n', { skipLines: 3, chunks })).toMatchObject([
        { cells: ['a', 'b'] },
        { cells: ['1', '2'] },
      ]);
      expect(read('a\rb\r\nc\r\rd', { skipLines: 4, chunks, grammar: { newline: 'mixed' } })).toMatchObject([
        { cells: ['d'] },
      ]);
      expect(read('a\nb', { skipLines: 2, chunks })).toEqual([]);
      expect(read('a\nb', { skipLines: 20, chunks })).toEqual([]);
    }
  });
});

describe('a quote that is not closed', () => {
  const expectRead = (content: string, options: Reading, ...expected: (string[] | string)[]) => {
    expect(cellsOf(read(content, options))).toEqual(expected);
    expect(cellsOf(read(content, { ...options, chunks: bytewise }))).toEqual(expected);
  };

  it('rejects its first line at the end of the file', () => {
    expectRead('a,b\n1,"x\n2,y\n3,z\n', {}, ['a', 'b'], 'unclosed_quote@2', ['2', 'y'], ['3', 'z']);
    expectRead('a,b\n1,2\n3,"', {}, ['a', 'b'], ['1', '2'], 'unclosed_quote@3');
  });

  it('rejects its first line when the next quote opens another cell', () => {
    expectRead('a,b\n1,"x\n2,"y"\n3,z\n', {}, ['a', 'b'], 'unclosed_quote@2', ['2', 'y'], ['3', 'z']);
  });

  it('is reported with its line, its byte offset and its text', () => {
    expect(read('a,b\n\n1,"x\r\n2,y\n')[1]).toEqual({ code: 'unclosed_quote', raw: '1,"x', line: 3, byte: 5 });
  });

  it('rejects its first line when the record does not end within 1 MiB', () => {
    const lines = `${'filler,filler\n'.repeat(80_000)}`;
    const entries = read(`a,b\n1,"x\n${lines}2,"y"\n`, { chunks: inPieces(1 << 20) });
    expect(entries.length).toBe(80_003);
    expect(cellsOf(entries.slice(0, 3))).toEqual([['a', 'b'], 'unclosed_quote@2', ['filler', 'filler']]);
    expect(cellsOf(entries.slice(-1))).toEqual([['2', 'y']]);
  });
});

describe('a malformed quote', () => {
  /** The records of a table of this width: their cells, or code and line of the reject; a record that is read literally is marked. */
  const table = (content: string, width: number, grammar: Partial<CsvGrammar> = {}) => {
    const whole = cellsOf(read(content, { width, grammar }));
    expect(cellsOf(read(content, { width, grammar, chunks: bytewise }))).toEqual(whole);
    return whole;
  };

  it.each([
    ['text behind a closing quote', '"abc"def,1'],
    ['a quote that is not doubled', '"He said "hi" to me",1'],
    ['quotes around a part of a cell', '"Best" Company,"x"'],
    ['a delimiter behind it, and the last line', '"a "b, c" d",2'],
    ['as many cells read either way', '"a"b,c"'],
  ])('rejects a record that has the width by its quotes, or neither way: %s', (_, line) => {
    expect(table(`1,2\n${line}\n3,4\n`, 2)).toEqual([['1', '2'], 'malformed_quote@2', ['3', '4']]);
    expect(table(`1,2\n${line}`, 2)).toEqual([['1', '2'], 'malformed_quote@2']);
  });

  it.each<[string, string, number, Partial<CsvGrammar>, string[]]>([
    ['a stray quote', '1,"qty,"name",x', 4, {}, ['1', '"qty', '"name"', 'x']],
    ['an empty cell behind it', '1,"a,b,"c",', 4, {}, ['1', '"a', 'b', '"c"', '']],
    ['apostrophes', "1;'n;'t Hof';x", 4, { delimiter: ';', quote: "'", escape: "'" }, ['1', "'n", "'t Hof'", 'x']],
    ['blanks that are trimmed', '1, "qty, "name", x', 4, { trim: true }, ['1', '"qty', '"name"', 'x']],
    ['a longer delimiter', '1||"qty||"name"||x', 4, { delimiter: '||' }, ['1', '"qty', '"name"', 'x']],
  ])('makes a record literal that has the width only so: %s', (_, line, width, grammar, expected) => {
    expect(table(`${line}\n${line}`, width, grammar)).toEqual([expected, expected]);
  });

  it("is not one that is closed: the quote below it is another cell's", () => {
    expect(table('a,"b\n1,"x"\n', 2)).toEqual(['unclosed_quote@1', ['1', 'x']]);
  });

  it('never joins lines', () => {
    expect(table('"abc"def,1\n"x",2\n', 2)).toEqual(['malformed_quote@1', ['x', '2']]);
    expect(table('1,"a,"b\n"x",2,3\n', 3)).toEqual([
      ['1', '"a', '"b'],
      ['x', '2', '3'],
    ]);
    // The fault is in the second line of the record, which is no record of its own.
    expect(table('"a\nb","c"d\n1,2\n', 2)).toEqual(['malformed_quote@1', 'malformed_quote@2', ['1', '2']]);
  });

  it('is text where the width is not known, if the cell closes on its line', () => {
    expect(cellsOf(read('"He said "hi" to me",2\n'))).toEqual([['He said "hi" to me', '2']]);
    expect(cellsOf(read('"abc"def,1\n'))).toEqual(['malformed_quote@1']);
  });
});

describe('a byte order mark', () => {
  it('at the beginning of a record is no part of it, and a line of nothing else is blank', () => {
    for (const chunks of [bytewise, inPieces(1000)]) {
      const text = 'a,b\n\ufeff1,2\n\ufeff"x,y",\ufeffz\n\ufeff\r\n\ufeff';
      expect(cellsOf(read(text, { chunks }))).toEqual([
        ['a', 'b'],
        ['1', '2'],
        ['x,y', '\ufeffz'],
      ]);
      expect(read('\ufeff1,2,3\n', { chunks, width: 2 })).toMatchObject([{ cells: ['1', '2', '3'] }]);
    }
  });
});

describe('a record that is too long', () => {
  const long = (bytes: number) => 'x'.repeat(bytes);

  it('has more than 1 MiB, not exactly 1 MiB', () => {
    for (const chunks of [inPieces(1 << 20), inPieces(65_537), inPieces(5 << 20)]) {
      for (const end of ['\n1', '\r\n1', '']) {
        const entries = read(`${long(MAX_RECORD_BYTES)}${end}`, { chunks });
        expect(entries[0]).toMatchObject({ cells: [long(MAX_RECORD_BYTES)] });
        expect(entries.length).toBe(end === '' ? 1 : 2);
        const tooLong = read(`${long(MAX_RECORD_BYTES + 1)}${end}`, { chunks });
        expect(tooLong[0]).toMatchObject({ code: 'record_too_long', line: 1, byte: 0 });
        expect(tooLong.slice(1)).toMatchObject(end === '' ? [] : [{ cells: ['1'] }]);
      }
    }
  });

  it('is kept up to the limit for rejects, plus one byte that shows there is more', () => {
    const [reject] = read(`${long(3 * MAX_RECORD_BYTES)}\n`, { chunks: inPieces(1 << 20) });
    expect(reject).toEqual({ code: 'record_too_long', raw: long(MAX_RAW_BYTES + 1), line: 1, byte: 0 });
  });

  it('does not hide the lines behind it', () => {
    const entries = read(`a\n${long(3 * MAX_RECORD_BYTES)}\r\nb\n"${long(2 * MAX_RECORD_BYTES)}\nc\n`, {
      chunks: inPieces(1_000_003),
    });
    expect(cellsOf(entries)).toEqual([['a'], 'record_too_long@2', ['b'], 'unclosed_quote@4', ['c']]);
  });

  it('rejects only its first line where it has several', () => {
    const entries = read(`a,"${long(1000)}\n${long(MAX_RECORD_BYTES)}\nb"\nc\n`, { chunks: inPieces(1 << 20) });
    expect(cellsOf(entries)).toEqual(['unclosed_quote@1', [long(MAX_RECORD_BYTES)], ['b"'], ['c']]);
  });
});

/** What a row sink gets: joined rows, and every other record, in file order; the types of the rows. */
interface Rows {
  entries: unknown[];
  /** The lines of the comments. */
  comments: number[];
  evidence: ColumnEvidence;
  /** Of each kind of note: how many records, and the line of the first. */
  notes: Record<string, { count: number; line: number }>;
  hasEscapes: boolean;
  /** Where each row ends, if the target takes one at a time; where the text ends. */
  ends: TextPosition[];
}

/** Reads rows of a table into a target that is full after `maxCount` of them, by the kernel or without it. */
function rowsOf(
  text: Buffer,
  grammar: CsvGrammar,
  {
    width,
    size = 1000,
    maxCount = 1000,
    isCareful = false,
  }: { width: number; size?: number; maxCount?: number; isCareful?: boolean },
): Rows {
  const comments: number[] = [];
  const found: Rows = {
    entries: [],
    comments,
    evidence: new ColumnEvidence(Array(width).fill(NO_RULE)),
    notes: {},
    hasEscapes: false,
    ends: [],
  };
  const emptied = () => ({ length: 0, count: 0, maxCount, maxLength: 100 });
  const rows = { ...emptied(), hasEscapes: false, bytes: Buffer.alloc(3), evidence: found.evidence, line: 0 };
  const take = (end: number) => {
    if (rows.count === 0) return;
    const joined = rows.bytes.toString('latin1', 0, rows.length).split('\x1e');
    expect(joined.length).toBe(rows.count);
    found.entries.push(...joined);
    found.ends.push({ ...reader.positionAt(end) });
    Object.assign(rows, emptied());
  };
  const note = (kind: string, count: number, line: number) => {
    found.notes[kind] ??= { count: 0, line };
    found.notes[kind].count += count;
  };
  const addRow = (cells: string[], start: number, end: number) => {
    const line = reader.positionAt(start).line + 1;
    const padded = [...cells, ...Array<string>(width - cells.length).fill('')];
    for (const [column, cell] of padded.entries()) {
      if (cell === '' || found.evidence.readings[column] === NONE) continue;
      const stored = Buffer.from(escapeCell(cell), 'latin1');
      found.evidence.see(column, stored, 0, stored.length, 0, line);
    }
    const joined = joinCells(padded);
    found.entries.push(joined);
    if (joined !== padded.join('\x1f')) found.hasEscapes = true;
    found.ends.push({ ...reader.positionAt(end) });
  };
  const sink: RowSink = {
    rows,
    makeRoom: (bytes) => {
      const larger = Buffer.alloc(rows.length + bytes);
      rows.bytes.copy(larger);
      rows.bytes = larger;
    },
    rowsWritten: take,
    changed: note,
    record: (cells, start, end, { isLiteral, hasMark, isTrimmed }) => {
      const { line, byte } = { ...reader.positionAt(start) };
      const count = cells.length;
      const surplus = cells.splice(width);
      if (surplus.some((cell) => cell !== '')) sink.tooWide(cells.length + surplus.length, start, end);
      else if (reader.bytes(start, end).includes(0)) found.entries.push({ nul: cells, line, byte });
      else if (!isUtf8(reader.bytes(start, end))) found.entries.push({ invalid: cells, line, byte });
      else {
        addRow(cells, start, end);
        if (count < width) note('short', 1, line + 1);
        if (count > width) note('long', 1, line + 1);
        if (isLiteral) note('literal', 1, line + 1);
        if (hasMark) note('mark', 1, line + 1);
        if (isTrimmed) note('trimmed', 1, line + 1);
      }
    },
    tooWide: (cells, start, end) => {
      const { line, byte } = reader.positionAt(start);
      found.entries.push({ cells, line, byte, raw: reader.raw(start, end).toString('latin1') });
    },
    comment: (start) => comments.push(reader.positionAt(start).line),
    reject: (code, { line, byte }, end, raw) =>
      found.entries.push({ code, line, byte, end, raw: raw.toString('latin1') }),
  };
  const kernel = new RecordKernel({ grammar, width, maxCellBytes: 1000 });
  const positions = new PositionTracker({ text: 0, byte: 0, line: 0 }, grammar, sourceLengthIn('utf-8'));
  const reader: RecordReader = new RecordReader({
    grammar,
    sink,
    positions,
    width,
    regular: isCareful ? undefined : { kernel, sink },
  });
  for (const chunk of inPieces(size)(text)) reader.push(chunk);
  reader.end();
  found.hasEscapes ||= rows.hasEscapes;
  // The kernel may write several rows and pass blank lines before it reports them.
  if (maxCount > 1) found.ends = [];
  found.ends.push({ ...reader.positionAt(reader.offset) });
  // A row is numbered in its target, of which there are fewer without the kernel.
  for (const exceptions of found.evidence.exceptions.values()) exceptions.row = 0;
  return found;
}

describe('reading', () => {
  const arbGrammar = fc.record<CsvGrammar>({
    delimiter: fc.constantFrom(
      ',',
      ',',
      ';',
      '\t',
      ' ',
      '',
      ', ',
      ' ;',
      ' | ',
      ',,',
      '||',
      '::',
      '\x1f',
      '\x1f,',
      '\xc3\xa9',
    ),
    quote: fc.constantFrom('"', '"', '"', "'", ''),
    escape: fc.constantFrom('"', '\\'),
    newline: fc.constantFrom('lf', 'crlf', 'cr', 'mixed'),
    trim: fc.boolean(),
    comment: fc.constantFrom('', '', '#', '//', '-', '::'),
  });
  const size = fc.constantFrom(1, 2, 3, 7, 1000);
  const maxCount = fc.constantFrom(1, 2, 3, 1000);
  // As latin1: the bytes of é, of à and of a byte order mark, and A0 that is no part of a character.
  const SIGNS = [
    ...',,,""""\n\n\n;\t\'\\\r a1\x01\x1f\0\v\f\xa0\xff#/-|: ',
    ...[
      '\r\n',
      '\r\n',
      '\\,',
      '\\\n',
      '\\\\',
      '\\||',
      ' , ',
      ' | ',
      '\n#',
      '\n//',
      '""',
      '","',
      '"\n"',
      '\n"',
      '" ,',
      '"\xa0',
      '"\v',
      '"\r',
      '\xc3\xa9',
      '\xc3\xa0',
      '\xef\xbb\xbf',
    ],
  ];
  const arbText = fc
    .array(fc.constantFrom(...SIGNS), { maxLength: 60 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));
  const grammarWith = ({ quote, escape: mark, ...rest }: CsvGrammar): CsvGrammar => ({
    ...rest,
    quote,
    escape: mark === '"' ? quote : mark,
  });

  it('gives the same by the kernel as by the careful reader, on any bytes, however they are cut', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(
        arbText,
        arbGrammar,
        fc.record({ width: fc.integer({ min: 1, max: 4 }), size, maxCount }),
        (text, any, how) => {
          const grammar = grammarWith(any);
          expect(rowsOf(text, grammar, how)).toEqual(rowsOf(text, grammar, { ...how, isCareful: true }));
        },
      ),
      { numRuns: 8_000 },
    );
  });

  it('gives the same wherever the file is cut into chunks', () => {
    fc.assert(
      fc.property(arbText, arbGrammar, fc.integer({ min: 1, max: 7 }), (text, any, size) => {
        const grammar = grammarWith(any);
        expect(read(text, { grammar, width: 2, chunks: inPieces(size) })).toEqual(read(text, { grammar, width: 2 }));
      }),
      { numRuns: 10_000 },
    );
  });

  it('accounts for every byte: records, rejects and blank lines are the whole file', () => {
    fc.assert(
      fc.property(arbText, fc.constantFrom('lf', 'crlf', 'cr', 'mixed'), (text, newline) => {
        const entries = read(text, { grammar: { newline: newline as CsvGrammar['newline'] }, width: 2 });
        const rest = entries.reduce(
          (left, entry) => left.replace('cells' in entry ? entry.from : entry.raw, ''),
          Buffer.from(text).toString('latin1'),
        );
        // A byte order mark alone on a line is blank, too.
        expect(rest).toMatch(/^(\xef\xbb\xbf|[\r\n])*$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes linear time for quotes that are never closed', () => {
    const readLines = (lines: number) => {
      const content = Buffer.from('x,"abc\n'.repeat(lines));
      expect(read(content, { chunks: inPieces(1 << 20), width: 2 }).length).toBe(lines);
    };
    expect(growth(readLines, 400_000)).toBeLessThan(LINEAR);
  });

  it('stops within the sink at once', () => {
    let count = 0;
    const sink: RecordSink = {
      record: () => {
        count++;
        if (count === 2) reader.stop();
      },
      reject: () => {},
    };
    const grammar = newGrammar();
    const positions = new PositionTracker({ text: 0, byte: 0, line: 0 }, grammar, sourceLengthIn('utf-8'));
    const reader: RecordReader = new RecordReader({ grammar, sink, positions });
    reader.push(Buffer.from('1\n2\n3\n4\n'));
    reader.push(Buffer.from('5\n6\n'));
    reader.end();
    expect(count).toBe(2);
  });
});

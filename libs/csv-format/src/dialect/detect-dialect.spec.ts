import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../../test/support/growth.js';
import type { DialectOptions } from '../model.js';
import { type DialectVerdict, detectDialect, SAMPLE_BYTES, withEncoding } from './detect-dialect.js';
import { conflictsOf } from './dialect-options.js';

const detect = (text: string | Buffer, options: DialectOptions = {}, whole = true): DialectVerdict =>
  detectDialect(Buffer.from(text as string), options, whole);

const people = (lines: number, delimiter = ','): string =>
  ['id', 'name', 'joined'].join(delimiter) +
  '\n' +
  Array.from(
    { length: lines },
    (_, i) => `${[i, `Person ${i}`, `2024-01-${String((i % 28) + 1).padStart(2, '0')}`].join(delimiter)}\n`,
  ).join('');

describe('what is declared', () => {
  it.each<[string, DialectOptions, object]>([
    ['a;b,c\n1;2,3\n4;5,6\n', { delimiter: ',' }, { delimiter: ',' }],
    ['a;b,c\n1;2,3\n4;5,6\n', { delimiter: ';' }, { delimiter: ';' }],
    [people(9), { delimiter: '|' }, { delimiter: '|' }],
    ['"a","b"\n"1","2"\n', { quote: '' }, { quote: '', escape: '' }],
    ['"a","b"\n"1","2"\n', { quote: "'" }, { quote: "'", escape: "'" }],
    [people(9), { quote: '`', escape: 'doubled' }, { quote: '`', escape: '`' }],
    [people(9), { escape: '\\' }, { quote: '"', escape: '\\' }],
    [people(9), { escape: '"' }, { quote: '"', escape: '"' }],
    [people(9), { header: 'false' }, { has_header: false }],
    ['1,2\n3,4\n5,6\n', { header: 'true' }, { has_header: true }],
    ['1,2\n3,4\n5,6\n', { header: 'auto' }, { has_header: false }],
    ['a;b\n1,5;2\n2,5;3\n', { decimal: '.' }, { decimal: '.' }],
    [people(9), { decimal: ',' }, { decimal: ',' }],
    [people(9), { skip: 3 }, { preamble_lines: 3 }],
    [`Title\n\n${people(9)}`, { skip: 0 }, { preamble_lines: 0 }],
    [`Title\n\n${people(9)}`, { skip: 2 }, { preamble_lines: 2, has_header: true }],
    ['a, b\n1, "x, y"\n2, "z"\n', { trim: 'false' }, { trim: false, delimiter: ',' }],
    ['id , n \n1 , 2 \n3 , 4 \n', { trim: 'false' }, { trim: false }],
    ['id, name\n1, "x, y"\n2, z\n', { trim: 'true' }, { trim: true, delimiter: ',', quote: '"' }],
    [people(9), { trim: 'true' }, { trim: true, delimiter: ',' }],
    ['a||b\n1||2\n3||4\n', { delimiter: '||' }, { delimiter: '||', has_header: true }],
    ['a§b\n1§2\n3§4\n', { delimiter: '§' }, { delimiter: '§', has_header: true }],
    ['a\\,b,c\n1,2\n', { quote: '', escape: '\\' }, { quote: '', escape: '\\', delimiter: ',' }],
    [
      '# made by x\n#\nid,n\n1,2\n# 3,4\n5,6\n',
      { comment: '#' },
      { comment: '#', preamble_lines: 0, has_header: true },
    ],
    ['Title\n# x\n\nid,n\n1,2\n3,4\n5,6\n', { comment: '#' }, { preamble_lines: 3, has_header: true }],
    ['1,2\n3,4\n5,6\n', { skip_after_header: 1 }, { has_header: true }],
    [people(9), { skip_after_header: 0, thousands: '.' }, { has_header: true, thousands: '.' }],
    ['n;price\n-;EUR, net\n1;2,5\n2;3,5\n3;4,5\n', { skip_after_header: 1 }, { decimal: ',', delimiter: ';' }],
  ])('wins: %j with %j', (text, options, expected) => {
    expect(detect(text, options).dialect).toMatchObject(expected);
  });

  it('is certain', () => {
    const options: DialectOptions = {
      delimiter: ';',
      quote: '"',
      escape: 'doubled',
      header: 'true',
      skip: 0,
      decimal: ',',
    };
    const { dialect, certainty } = detect('a;b,c\n1;2,3\n', options);
    expect(certainty).toEqual({ delimiter: 1, quoting: 1, header: 1, start: 1, decimal: 1 });
    expect(dialect.confidence).toBe(1);
  });

  it('in a sep= line of the file is overruled by an option, and the line is skipped in any case', () => {
    const text = 'sep=;\na;b|c\n1;2|3\n';
    expect(detect(text).dialect).toMatchObject({ delimiter: ';', preamble_lines: 1 });
    expect(detect(text).certainty.delimiter).toBe(1);
    expect(detect(text, { delimiter: '|' }).dialect).toMatchObject({ delimiter: '|', preamble_lines: 1 });
    expect(detect(text, { skip: 1 }).dialect).toMatchObject({ delimiter: ';', preamble_lines: 1 });
  });

  it('takes the cells of an escaped or commented header', () => {
    expect(detect('a\\,b,c§\\§\n1,2\n3,4\n', { quote: '', escape: '\\', delimiter: ',' }).header).toEqual([
      'a,b',
      'c§\\§',
    ]);
    expect(detect('ä\\§b§c\n1§2\n3§4\n', { quote: '', escape: '\\', delimiter: '§' }).header).toEqual(['ä§b', 'c']);
    expect(detect('# "x\n#y\nid,n\n1,2\n', { comment: '#' }).header).toEqual(['id', 'n']);
  });

  it('skips physical lines by the line breaks of the table', () => {
    expect(detect('x\r\ny\rz\na,b\n1,2\n', { skip: 2 }).header).toEqual(['a', 'b']);
    expect(detect('x\ry\ra,b\r1,2\r', { skip: 2 }).header).toEqual(['a', 'b']);
    const above = detect('x\ny\ra,b\r1,2\r3,4\r', { skip: 2 });
    expect([above.header, above.dialect.newline]).toEqual([['a', 'b'], 'mixed']);
    expect(detect('sep=;\na;b\r1;2\r3;4\r').dialect).toMatchObject({ newline: 'mixed', preamble_lines: 1 });
    expect(detect('a,b\n1,2\n', { skip: 50 })).toMatchObject({ width: 0, header: null });
  });

  it('as a delimiter that few lines contain gives one column, and no preamble', () => {
    const prose = (commas: number): string =>
      Array.from({ length: 40 }, (_, i) => (i % commas ? `Line ${i} is plain` : `Line ${i}, and more, here`)).join(
        '\n',
      );
    expect(detect(prose(20), { delimiter: ',' })).toMatchObject({ width: 1, dialect: { preamble_lines: 0 } });
    expect(detect(`plain\n\n${prose(5)}`, { delimiter: ',' })).toMatchObject({ dialect: { preamble_lines: 0 } });
  });

  it('as a delimiter that does not occur gives a warning', () => {
    expect(detect(people(9), { delimiter: '|' }).warnings.map(({ code }) => code)).toContain('delimiter_absent');
    expect(detect(people(9), { delimiter: ',' }).warnings).toEqual([]);
  });
});

const TWO_WAYS = 'ab;cd,ef\ngh;ij,kl\nmn;op,qr\nst;uv,wx\n';

describe('the confidence', () => {
  it.each([
    ['a table of 20 rows', people(20)],
    [
      'semicolons and decimal commas',
      `name;x;y\n${Array.from({ length: 20 }, (_, i) => `P${i};${i},5;${i},25`).join('\n')}\n`,
    ],
    [
      'tabs and quotes',
      `name\tnote\tn\n${Array.from({ length: 20 }, (_, i) => `P${i}\t"a, ""b"""\t${i}`).join('\n')}\n`,
    ],
  ])('is high for %s', (_, text) => {
    const { dialect, warnings } = detect(text);
    expect(dialect.confidence).toBeGreaterThan(0.95);
    expect(warnings).toEqual([]);
  });

  it.each<[string, string, keyof DialectVerdict['certainty']]>([
    ['two delimiters that cut alike', TWO_WAYS, 'delimiter'],
    [
      'text of different values with nothing to tell a header',
      'Ulm,Bonn\nKiel,Trier\nJena,Celle\nHof,Worms\nBrno,Gent\n',
      'header',
    ],
    ['two cells that begin with quotes and do not close', 'id\ttitle\n1\t"A" b\n2\t"C" d\n3\tE\n', 'quoting'],
  ])('is low for %s', (_, text, part) => {
    const { dialect, certainty } = detect(text);
    expect(certainty[part]).toBeLessThan(0.85);
    expect(dialect.confidence).toBeLessThanOrEqual(certainty[part]);
  });

  it('is low, with a warning, where one column holds delimiters', () => {
    const verdict = detect('answers\nred,blue\ngreen\nblue,red,green\nnone\nred\n', { quote: '' });
    expect(verdict.dialect.confidence).toBeLessThan(0.9);
    expect(verdict.width).toBe(1);
    expect(verdict.warnings.map(({ code }) => code)).toContain('single_column');
  });

  it('is high, without a warning, where one column holds none', () => {
    const verdict = detect(`name\n${Array.from({ length: 40 }, (_, i) => `${i * 7}`).join('\n')}\n`);
    expect(verdict.dialect.confidence).toBeGreaterThan(0.9);
    expect(verdict.warnings).toEqual([]);
  });

  it.each([
    ['a,b\n1,2\n', {}],
    [TWO_WAYS, {}],
    ['Ulm,Bonn\nKiel,Trier\n', {}],
    ['hello,world\n', {}],
    ['1\n', {}],
    ['a;b\n1;2\n', { delimiter: '|' }],
    ['CODE}AREA\n600}South Bay\n', {}],
  ])('under 0.9 has a warning that names a line: %j', (text, options) => {
    const { dialect, warnings } = detect(text, options);
    if (dialect.confidence < 0.9) expect(warnings.length).toBeGreaterThan(0);
    for (const { count, first_line } of warnings) expect([count, first_line]).toEqual([1, 1]);
  });

  it('comes with a warning that names the other plausible delimiter', () => {
    const warning = detect(TWO_WAYS).warnings.find(({ code }) => code === 'delimiter_uncertain');
    expect(warning?.message).toMatch(/also possible: .*";"|also possible: .*","/);
  });

  it('comes without a warning where a file is just short', () => {
    expect(detect('id,name\n1,Ann\n').warnings).toEqual([]);
    expect(detect('a,b\n1,2\n').warnings).toEqual([]);
  });

  it('grows with the records that agree', () => {
    const confidences = [1, 2, 4, 8, 16].map((lines) => detect(people(lines)).dialect.confidence);
    expect([...confidences].sort((a, b) => a - b)).toEqual(confidences);
    expect(confidences.at(-1)! - confidences[0]!).toBeGreaterThan(0.02);
    for (const one of ['Ulm,Bonn\n', '1,2,3\n', 'x\n']) expect(detect(one).dialect.confidence).toBeLessThan(0.9);
  });

  it('is at most the least certainty, and the encoding lowers it', () => {
    const verdict = detect('a;b,c;d\n1;2,3;4\n');
    const least = Math.min(...Object.values(verdict.certainty));
    expect(verdict.dialect.confidence).toBeLessThanOrEqual(least + 0.001);
    expect(withEncoding(verdict, 'windows-1252', 0.5)).toMatchObject({
      encoding: 'windows-1252',
      delimiter: verdict.dialect.delimiter,
    });
    expect(withEncoding(verdict, 'windows-1252', 0.5).confidence).toBeCloseTo(verdict.dialect.confidence / 2, 2);
  });
});

describe('a file with little or nothing in it', () => {
  it.each(['', '\n', '\r\n\r\n', '\n\n\n'])('%j has no records, and a dialect with confidence 0', (text) => {
    expect(detect(text)).toMatchObject({
      width: 0,
      header: null,
      dialect: { delimiter: ',', quote: '"', confidence: 0, preamble_lines: 0 },
    });
  });

  it('gets a delimiter that splits none of its cells, if it has one column', () => {
    expect(detect('note\na, b\nc\n"d;e\tf", g\nh\n').dialect.delimiter).toBe('|');
    expect(detect('Wert\n1,5\n2,75\n3,25\n').dialect.delimiter).toBe(';');
  });
});

describe('a sample of a longer file', () => {
  it('does not take the incomplete record at its end for a short one', () => {
    const text = people(200);
    for (const cut of [1, 5, 12, 20]) {
      const { dialect, width } = detect(text.slice(0, -cut), {}, false);
      expect({ ...dialect, width }).toMatchObject({ delimiter: ',', has_header: true, width: 3 });
      expect(dialect.confidence).toBeGreaterThan(0.95);
    }
  });

  it('does not take a quote left open at its end for a stray one', () => {
    const text = 'id,note\n1,"a"\n2,"b, and';
    expect(detect(text, {}, false).certainty.quoting).toBe(1);
    expect(detect(text, {}, true).certainty.quoting).toBeLessThan(1);
  });

  it('is not read beyond 1 MiB', () => {
    const filler = people(60_000);
    expect(filler.length).toBeGreaterThan(SAMPLE_BYTES);
    const verdict = detect(filler);
    expect(detect(filler + 'x;y;z\n'.repeat(500_000))).toEqual(verdict);
  });

  it('gives all cells of a header, however many', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `column ${i}`);
    expect(detect(`${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`).header).toEqual(names);
  });

  it('gives the cells of the header unescaped', () => {
    expect(detect('"a ""b""","c\nd",é\n1,2,3\n4,5,6\n').header).toEqual(['a "b"', 'c\nd', 'é']);
  });
});

describe('any bytes', { timeout: 60_000 }, () => {
  const nasty = fc.array(
    fc.constantFrom(
      'a',
      '1',
      ' ',
      ',',
      ';',
      '\t',
      '|',
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\r\n',
      '#',
      'é',
      '\0',
      'sep=',
      '\n\n',
    ),
    { maxLength: 60 },
  );

  it('give a dialect that the reader accepts', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nasty.map((parts) => Buffer.from(parts.join(''))),
          fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
        ),
        fc.boolean(),
        (bytes, whole) => {
          const { dialect, certainty, header, width } = detectDialect(bytes, {}, whole);
          expect(dialect.delimiter).toMatch(/^[\x01-\x7f]{1,2}$/);
          expect(conflictsOf({ delimiter: dialect.delimiter, quote: dialect.quote })).toEqual([]);
          expect(['', '"', "'"]).toContain(dialect.quote);
          expect(dialect.quote === '' ? [''] : [dialect.quote, '\\']).toContain(dialect.escape);
          for (const part of [dialect.confidence, ...Object.values(certainty)])
            expect(part >= 0 && part <= 1).toBe(true);
          expect(dialect.preamble_lines).toBeLessThanOrEqual(bytes.toString('latin1').split(/\r\n|\n|\r/).length);
          expect(header === null).toBe(!dialect.has_header || width === 0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('any table in any usual dialect', { timeout: 60_000 }, () => {
  const text = fc.stringMatching(/^[A-Za-zé]{2,8}( [A-Za-z]{2,8}){0,2}$/);
  const awkward = fc
    .tuple(text, fc.constantFrom(', ', '; ', '\n', '"', "'", ' | ', '\t', ','))
    .map(([word, sign]) => `${word}${sign}${word}`);
  const column = fc.constantFrom<readonly [string, fc.Arbitrary<string>]>(
    ['integer', fc.integer({ min: -9999, max: 99_999 }).map(String)],
    ['number', fc.integer({ min: -99_999, max: 99_999 }).map((n) => (n / 100).toFixed(2))],
    ['date', fc.integer({ min: 0, max: 9999 }).map((d) => new Date(d * 86_400_000).toISOString().slice(0, 10))],
    ['text', text],
    ['awkward', awkward],
  );
  const table = fc.array(column, { minLength: 2, maxLength: 7 }).chain((columns) =>
    fc.record({
      kinds: fc.constant(columns.map(([kind]) => kind)),
      rows: fc.array(fc.tuple(...columns.map(([, values]) => values)), { minLength: 8, maxLength: 25 }),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      newline: fc.constantFrom('\n', '\r\n', '\r'),
      quoteAll: fc.boolean(),
    }),
  );
  type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

  const write = ({ rows, delimiter, newline, quoteAll }: Table, header: readonly string[] | null): string => {
    const cell = (value: string): string =>
      quoteAll || /[,;\t|"'\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    return [...(header ? [header] : []), ...rows].map((row) => row.map(cell).join(delimiter) + newline).join('');
  };
  const hasTypes = ({ kinds }: Table): boolean => kinds.some((kind) => kind !== 'text' && kind !== 'awkward');

  // Detection is nearly always right, but not always. The tables are the same in every run, or a test would fail now and then.
  const tables = (count: number, minColumns = 2): Table[] =>
    fc.sample(
      table.filter((given) => hasTypes(given) && given.kinds.length >= minColumns),
      { numRuns: count, seed: 20_240_501 },
    );
  const header = ({ kinds }: Table): string[] => kinds.map((kind, i) => `${kind}_${i}`);

  it('is detected with its delimiter, quote, line breaks and header', () => {
    for (const given of tables(400)) {
      const { dialect, width } = detect(write(given, header(given)));
      const newline = { '\n': 'lf', '\r\n': 'crlf', '\r': 'cr' }[given.newline];
      expect(dialect).toMatchObject({
        delimiter: given.delimiter,
        quote: '"',
        escape: '"',
        newline,
        has_header: true,
        preamble_lines: 0,
      });
      expect(width).toBe(given.kinds.length);
    }
  });

  it('without a header gets one in at most one case of a hundred, and never a preamble', () => {
    const verdicts = tables(400).map((given) => ({ given, ...detect(write(given, null)) }));
    for (const { given, dialect } of verdicts)
      expect(dialect).toMatchObject({ delimiter: given.delimiter, preamble_lines: 0 });
    const madeUp = verdicts.filter(({ dialect }) => dialect.has_header);
    expect(madeUp.length).toBeLessThanOrEqual(4);
    for (const { dialect } of madeUp) expect(dialect.confidence).toBeLessThan(0.9);
  });

  it('may have a title and a blank line before it', () => {
    for (const given of tables(200, 3)) {
      const { dialect } = detect(`A title of its own${given.newline}${given.newline}${write(given, header(given))}`);
      expect(dialect).toMatchObject({ delimiter: given.delimiter, has_header: true, preamble_lines: 2 });
    }
  });
});

describe('a title with delimiters that is read as a header', () => {
  const warned = (text: string) => detect(text).warnings.map(({ code, first_line }) => [code, first_line]);

  it('is told, because it alone has blanks behind them', () => {
    const rows = Array.from({ length: 12 }, (_, i) => `Loinra right ostennesur not;${1884 + i}\n`).join('');
    expect(warned(`Very late ossurul; graten sursurgrafi 2012\n\n${rows}`)).toContainEqual(['header_uncertain', 1]);
  });

  it('is not told where the rows have them too, or nothing has', () => {
    const rows = (between: string) => Array.from({ length: 12 }, (_, i) => `Oslo${between}${1884 + i}\n`).join('');
    expect(warned(`city; year\n${rows('; ')}`).map(([code]) => code)).not.toContain('header_uncertain');
    expect(warned(`city;year\n${rows(';')}`)).toEqual([]);
  });
});

describe('characters that some programs write as line breaks', () => {
  const told = (text: string) => detect(text).warnings.find(({ code }) => code === 'line_breaks_uncertain');

  it.each(['\u2028', '\u2029', '\u0085', '\x1e', '\v', '\f'])(
    'are told where the file is a single line: %j',
    (mark) => {
      const text = ['name,city', 'Ann,Oslo', 'Bob,Rome', ''].join(mark);
      expect(told(text)).toMatchObject({ count: 1, first_line: 1, message: expect.stringContaining('3 characters') });
    },
  );

  it('are text in a file of several lines', () => {
    expect(told('name,city\nAnn,Os\u2028lo\nBob,Rome\n')).toBeUndefined();
  });
});

describe('a delimiter that is hardly seen', () => {
  const codes = (text: string) => detect(text).warnings.map(({ code }) => code);
  const lines = (...all: string[]) => `${all.join('\n')}\n`;

  it.each([
    ['a date and a number', lines('2024-05-03T10:00:00 21.4', '2024-05-03T10:10:00 21.6', '2024-05-03T10:20:00 22.0')],
    ['a date, a time and a number', lines('2024-05-03 10:00 412', '2024-05-03 10:10 397', '2024-05-03 10:20 405')],
  ])('is told where single blanks part %s', (_, text) => {
    expect(codes(text)).toContain('single_column');
  });

  it('is not told in a column of times alone', () => {
    expect(codes(lines('start', '2024-05-03 10:00:00', '2024-05-03 10:10:00', '2024-05-03 10:20:00'))).toEqual([]);
    expect(codes(lines('start', '2024-05-03 10:00 +0200', '2024-05-03 10:10 +0200', '2024-05-03 10:20 +0200'))).toEqual(
      [],
    );
  });

  it.each([
    ['behind a word', lines('Oslo 12,5', 'Bonn 9,8', 'Aachen 10,1', 'Essen 7,4')],
    ['before a unit', lines('12,50 €', '9,80 €', '110,10 €', '3,99 €')],
    ['behind a dash', lines('Hose - 49,90', 'Hemd - 29,90', 'Jacke - 119,00')],
    [
      'in the times of a log',
      lines(
        '2024-05-03 10:00:01,123 INFO start',
        '2024-05-03 10:00:02,456 INFO stop',
        '2024-05-03 10:00:05,001 WARN start',
      ),
    ],
  ])('is told where it may be the decimal comma %s', (_, text) => {
    expect(codes(text)).toContain('delimiter_uncertain');
  });

  it.each(['\t', '|', '::'])('is told where each record has one %j in its first cell', (sign) => {
    const text = lines('a.jpg|10,20,30,40', 'b.jpg|12,22,35,44', 'c.jpg|8,19,33,42').replaceAll('|', sign);
    const { delimiter } = detect(text).dialect;
    expect(delimiter === sign || codes(text).includes('delimiter_uncertain')).toBe(true);
  });

  it('is not told for lists in cells below a header', () => {
    const rows = Array.from({ length: 12 }, (_, i) => `P${i},GO:${i}|GO:${i + 7},${i * 3}`);
    expect(codes(lines('id,terms,count', ...rows))).toEqual([]);
  });
});

describe('one column of amounts such as 1.234,56', () => {
  it('is not split at the comma', () => {
    const amounts = Array.from({ length: 9 }, (_, i) => `${15 + i}.${363 + i}.233,${90 + i}\n`).join('');
    expect(detect(amounts)).toMatchObject({ width: 1 });
    expect(detect(amounts.replaceAll('.', ' '))).toMatchObject({ width: 1 });
  });

  it('is not split at the commas of 38,621,857.34 either, where a group such as 016 shows that it is one number', () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `${i % 3 ? `${7 + i},` : ''}${230 + i},${i === 5 ? '016' : 441 + i}.3${i}\n`,
    );
    expect(detect(rows.join(''))).toMatchObject({ width: 1, header: null });
    expect(detect(`amount\n${rows.join('')}`)).toMatchObject({ width: 1, header: ['amount'] });
  });

  it('is told where nothing shows it, and not where the columns have names', () => {
    const rows = Array.from({ length: 9 }, (_, i) => `${1 + i},${230 + i},${441 + i}.${30 + i}\n`).join('');
    const codes = (text: string) => detect(text).warnings.map(({ code }) => code);
    expect(codes(rows)).toContain('delimiter_uncertain');
    expect(codes(`red,green,blue\n${rows}`)).toEqual([]);
  });
});

describe('what may be one column of 1.234,56 or two of 1.234 and 56', () => {
  it('is told', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${1 + (i % 9)}.${480 + i},${50 + i}\n`).join('');
    expect(detect(rows).warnings.map(({ code }) => code)).toContain('delimiter_uncertain');
    expect(detect(rows.replaceAll('.', ' ')).warnings.map(({ code }) => code)).toContain('delimiter_uncertain');
  });
});

describe('padded titles above a table of text, with a line of delimiters below', () => {
  it('are told', () => {
    const towns = ['Gent', 'Ulm', 'Berlin', 'Bern', 'Porto', 'Lund', 'London', 'Delhi', 'Ravoville', 'Darmiville'];
    const rows = Array.from({ length: 40 }, (_, i) => `${towns[i % 10]}\tDE${3000 + i * 977}\n`).join('');
    const text = `vogrami mipel 2004\t\nStand\tdarosul suros 2011\n\t\nossurdarloDarmika\tcode\n${rows}`;
    const { dialect, warnings } = detect(text);
    expect(dialect.preamble_lines === 3 || warnings.some(({ code }) => code === 'header_uncertain')).toBe(true);
  });
});

describe('a delimiter in whose cells another one stands regularly', () => {
  const codes = (text: string) => detect(text).warnings.map(({ code }) => code);
  const row = (n: number) => `${1 + (n % 8)}.48${n % 10},9${n % 10} €;2025-03-${10 + n}T23:38:04;A-5${1000 + n * 7}\n`;

  it('is told, where a number of short rows have only that', () => {
    const short = ['2.412,08 €\n', '917,26 €\n'].join('');
    const rows = Array.from({ length: 12 }, (_, n) => row(n)).join('');
    const { dialect, warnings } = detect(`${short}${rows}`);
    expect(dialect.delimiter === ';' || warnings.some(({ code }) => code === 'delimiter_uncertain')).toBe(true);
  });

  it('is told for rows with two pipes each, and not where these are quoted or of any number', () => {
    const rows = (cell: (n: number) => string) =>
      `id,name,tags\n${Array.from({ length: 20 }, (_, n) => `${n * 3},Oslo ${n},${cell(n)}\n`).join('')}`;
    expect(codes(rows((n) => `a${n}|b|c`))).toContain('delimiter_uncertain');
    expect(codes(rows((n) => `"a${n}|b|c"`))).toEqual([]);
    expect(
      codes(
        rows((n) =>
          'abc'
            .slice(0, 1 + (n % 3))
            .split('')
            .join('|'),
        ),
      ),
    ).toEqual([]);
  });
});

describe('a line above the table that is a value of its first column', () => {
  it('is told, because it may be a short row', () => {
    const row = (n: number) => `${n % 2 ? 'closed' : 'In progress'},${10 + n}/12/2016,${n % 7}\n`;
    const rows = Array.from({ length: 15 }, (_, n) => row(n)).join('');
    expect(detect(`closed\n${rows}`).warnings.map(({ code }) => code)).toContain('header_uncertain');
    expect(detect(`closed\ncity,day,number\n${rows}`).warnings.map(({ code }) => code)).toContain('header_uncertain');
  });
});

describe('a header of text without letters', () => {
  const codes = (text: string) => detect(text).warnings.map(({ code }) => code);

  it('is told, because it may be a number with a mark', () => {
    expect(codes('12.5*\n13.1\n14.2\n9.75\n11.0\n10.1\n12.25\n')).toContain('header_uncertain');
    expect(codes('price*\n13.1\n14.2\n9.75\n11.0\n10.1\n12.25\n')).toEqual([]);
  });
});

describe('the time grows with the size, not with its square, for', { timeout: 120_000 }, () => {
  const growthOf = (text: string): number =>
    growth((bytes) => {
      detectDialect(Buffer.from(text.repeat(Math.ceil(bytes / text.length))).subarray(0, bytes), {}, false);
    }, SAMPLE_BYTES / 2);

  // Each has cost, or might cost, quadratic time; 1 MiB takes 20 to 400 ms, and 2 s on a slow machine.
  it.each([
    ['an ordinary file', people(60_000)],
    ['a single line', 'x'],
    ['a single line of delimiters', 'a,'],
    ['quotes only', '"'],
    ['quotes and commas', '",'],
    ['a quote before every cell', ',"x'],
    ['a quote before every cell of long lines', `${',"x'.repeat(50_000)}\n`],
    ['a quote that never closes on every line', '"x\n'],
    ['quotes that nearly close', '"aaa""aaa\n'],
    ['every delimiter there is', ',;\t|\x1f\x01^~: "\'\\"'],
    ['line feeds only', '\n'],
    ['quotes of both kinds, backslashes', '"\\\'"'],
  ])('%s', (_, text) => {
    expect(growthOf(text)).toBeLessThan(LINEAR);
  });

  it('columns', () => {
    const lineOf = (columns: number) => Array.from({ length: columns }, (_, i) => `c${i}`).join(',');
    const fileOf = (columns: number) => Buffer.from(`${lineOf(columns)}\n${lineOf(columns)}\n`);
    expect(growth((columns) => detectDialect(fileOf(columns), {}, true), 100_000)).toBeLessThan(LINEAR);
    expect(detectDialect(fileOf(100_000), {}, true).width).toBe(100_000);
  });
});

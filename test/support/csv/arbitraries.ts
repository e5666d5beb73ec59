import fc from 'fast-check';
import type { CsvDialect } from './dialect.js';
import { canEncode } from './encoding.js';
import { type CsvTable, canExpress } from './writer.js';

/** Every dialect that the service can read when it is declared. */
export const arbDialect: fc.Arbitrary<CsvDialect> = fc.record<CsvDialect>({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  quote: fc.constantFrom('"', '"', "'", ''),
  escape: fc.constantFrom('doubled', 'backslash'),
  newline: fc.constantFrom('lf', 'crlf', 'cr'),
  encoding: fc.constantFrom('utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'windows-1252'),
  header: fc.boolean(),
  quoting: fc.constantFrom('minimal', 'all'),
  finalNewline: fc.boolean(),
});

/** Short texts that are difficult for a reader or a database, and that can occur together in one cell. */
const SHARP_EDGES = [
  ...',;\t|"\'\\\n\r \u0001\u0002\u0003\u0004\u001c\u001d\u001e\u001f\u000b\u000c\u007f\u0085\u00a0\u200b\ufeff\u2028\u2029\ufffd\uffff',
  '\r\n',
  '""',
  "''",
  '\\"',
  '\\N',
  '\\.',
  '\\\\',
  '\\u0000',
  '\u001f\u001e',
  '\u001d\u0001\u0002',
  '\u0003\u0002\u0001',
  'é',
  'e\u0301',
  'ÿþ',
  'ï»¿',
  '€',
  'ß',
  'İ',
  'ﬁ',
  '東京',
  'שלום',
  '😀',
  '👩‍👩‍👧‍👦',
  '🇳🇴',
  '𝔘',
  '\u{10ffff}',
  'null',
  'NULL',
  'NaN',
  '0',
  '007',
  '-0',
  '1e400',
  '1,5',
  'true',
  '2024-02-30',
  '__proto__',
  'constructor',
  'toString',
  '{"a":1}',
  '[]',
  '$1',
  '%_',
  '=1+1',
];

/** Texts that the dialect can hold in a cell; `minLength` 1 leaves out the empty one. */
function arbCell(dialect: CsvDialect, { minLength = 0 } = {}): fc.Arbitrary<string> {
  const fits = (text: string) =>
    canEncode(text, dialect.encoding) &&
    (dialect.quote !== '' || !(/[\r\n]/.test(text) || text.includes(dialect.delimiter)));
  const edges = SHARP_EDGES.filter(fits);
  const anyCharacter = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .map((text) => (fits(text) ? text : 'x'));
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...edges) },
    {
      weight: 1,
      arbitrary: fc
        .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 4 })
        .map((text) => (fits(text) ? text : 'y')),
    },
    { weight: 1, arbitrary: anyCharacter },
  );
  return fc.array(piece, { minLength, maxLength: 5 }).map((pieces) => pieces.join(''));
}

/**
 * Tables that the dialect can express: 1 to 6 columns, up to 12 rows, one cell in four empty, headers that repeat, are empty
 * or are named like what every JavaScript object inherits.
 */
export function arbTable(dialect: CsvDialect): fc.Arbitrary<CsvTable> {
  return fc
    .integer({ min: 1, max: 6 })
    .chain((width) => {
      const alone = width === 1 && dialect.quote === '';
      const text = arbCell(dialect, { minLength: alone ? 1 : 0 });
      const cell = alone ? text : fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.constant('') });
      const name = fc.oneof(
        {
          weight: 1,
          arbitrary: fc.constantFrom('__proto__', 'constructor', 'name', 'name', 'name_2', 'Name', '2020', '_'),
        },
        { weight: 1, arbitrary: cell },
      );
      const record = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: width, maxLength: width });
      return fc.record({
        header: record(name),
        rows: fc.array(record(cell), { minLength: dialect.header ? 0 : 1, maxLength: 12 }),
      });
    })
    .filter((table) => canExpress(table, dialect));
}

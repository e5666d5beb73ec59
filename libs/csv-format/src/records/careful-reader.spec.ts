import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CarefulReader } from './careful-reader.js';
import { type CsvGrammar, unescaped } from './grammar.js';
import { cutsOtherwise, cutWithPapaparse } from './papaparse.js';
import { CellForm, RecordScanner, Scan } from './record-scanner.js';

const newGrammar = (over: Partial<CsvGrammar> = {}): CsvGrammar => ({
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'lf',
  ...over,
});

/** The cells of the first record, by the careful reader. */
function cellsOf(text: string, grammar: CsvGrammar): string[] {
  const reader = new CarefulReader(grammar, undefined);
  const bytes = Buffer.from(text, 'latin1');
  expect(reader.find(bytes, 0, bytes.length, true)).toBe('record');
  return reader.cells();
}

function scanned(text: Buffer, grammar: CsvGrammar): RecordScanner | null {
  const scanner = new RecordScanner(text, grammar);
  return scanner.scan(0, text.length, true) === Scan.Record && scanner.contentEnd > 0 ? scanner : null;
}

const scannedCells = (text: Buffer, { cells }: RecordScanner, grammar: CsvGrammar): string[] =>
  cells.from.map((from, i) => {
    const content = text.toString('latin1', from, cells.to[i]!);
    return cells.form[i] === CellForm.Quoted ? unescaped(content, grammar) : content;
  });

describe('papaparse', () => {
  const SIGNS = [
    ...',,""""\n\n;\t\'\\\r a1\0\v\f\xa0',
    '\r\n',
    '""',
    '","',
    '"\n"',
    '",',
    '" ,',
    '"\xa0',
    '"\v',
    '\\"',
    '\\\\',
    'é',
  ];
  const anyText = fc
    .array(fc.constantFrom(...SIGNS), { maxLength: 30 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));
  const anyGrammar = fc
    .record({
      delimiter: fc.constantFrom(',', ',', ';', '\t', ' ', ', ', ',,', ''),
      quote: fc.constantFrom('"', '"', '"', "'", ''),
      backslash: fc.boolean(),
      newline: fc.constantFrom('lf', 'crlf', 'cr', 'mixed'),
    })
    .map(({ backslash, quote, ...rest }) =>
      newGrammar({ ...rest, quote, escape: backslash && quote !== '' ? '\\' : quote }),
    );

  it('cuts a record as the grammar does, except where it is known to cut otherwise', { timeout: 60_000 }, () => {
    let cuts = 0;
    fc.assert(
      fc.property(anyText, anyGrammar, (text, grammar) => {
        const scanner = scanned(text, grammar);
        if (!scanner) return;
        const record = text.toString('latin1', 0, scanner.contentEnd);
        if (cutsOtherwise(grammar, scanner, record)) return;
        const cut = cutWithPapaparse(record, grammar);
        if (cut === null) return;
        cuts++;
        expect(cut).toEqual(scannedCells(text, scanner, grammar));
      }),
      { numRuns: 20_000 },
    );
    expect(cuts).toBeGreaterThan(3_000);
  });

  it.each<[string, string, Partial<CsvGrammar>, string[]]>([
    ['a stray quote', '"a"b,"c",d', {}, ['a"b,"c', 'd']],
    ['an escaped escape at the end of a cell', '"a\\\\",b', { escape: '\\' }, ['a\\', 'b']],
    ['one column', 'a;b,c\td', { delimiter: '' }, ['a;b,c\td']],
    ['white space behind the last quote', 'a,"b" ', {}, ['a', 'b']],
  ])('does not cut a record with %s', (_, text, over, expected) => {
    const grammar = newGrammar(over);
    const bytes = Buffer.from(text);
    const scanner = scanned(bytes, grammar)!;
    const cut = cutsOtherwise(grammar, scanner, text) ? null : cutWithPapaparse(text, grammar);
    expect(cut).toBeNull();
    expect(cellsOf(text, grammar)).toEqual(expected);
  });
});

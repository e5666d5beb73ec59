import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictsOf, OPTION_NAMES, readDialectOptions } from './dialect-options.js';

describe('the options of a dialect', () => {
  it('are empty where nothing is given, or only auto', () => {
    expect(readDialectOptions({})).toEqual({ options: {}, faults: [] });
    expect(readDialectOptions({ delimiter: 'auto', quote: 'auto', header: 'auto', encoding: 'auto' })).toEqual({
      options: {},
      faults: [],
    });
  });

  it.each([
    [{ delimiter: 'tab' }, { delimiter: '\t' }],
    [{ delimiter: '\\t' }, { delimiter: '\t' }],
    [{ delimiter: '\t' }, { delimiter: '\t' }],
    [{ delimiter: 'Semicolon' }, { delimiter: ';' }],
    [{ delimiter: 'comma' }, { delimiter: ',' }],
    [{ delimiter: 'pipe' }, { delimiter: '|' }],
    [{ delimiter: ' ' }, { delimiter: ' ' }],
    [{ delimiter: '\x1f' }, { delimiter: '\x1f' }],
    [{ quote: 'none' }, { quote: '' }],
    [{ quote: '' }, { quote: '' }],
    [{ quote: 'single' }, { quote: "'" }],
    [
      { quote: '"', escape: 'doubled' },
      { quote: '"', escape: 'doubled' },
    ],
    [
      { quote: '"', escape: '"' },
      { quote: '"', escape: '"' },
    ],
    [{ escape: 'backslash' }, { escape: '\\' }],
    [{ escape: '\\' }, { escape: '\\' }],
    [{ encoding: 'Latin-1' }, { encoding: 'iso-8859-1' }],
    [{ encoding: 'CP1252' }, { encoding: 'windows-1252' }],
    [{ decimal: ',' }, { decimal: ',' }],
    [{ skip: '3' }, { skip: 3 }],
    [{ skip: 0 }, { skip: 0 }],
    [{ header: 'FALSE' }, { header: 'false' }],
    [{ delimiter: ', ' }, { delimiter: ', ' }],
    [{ delimiter: ' | ' }, { delimiter: ' | ' }],
    [{ delimiter: '::' }, { delimiter: '::' }],
    [{ delimiter: '§' }, { delimiter: '§' }],
    [{ delimiter: 'þ' }, { delimiter: 'þ' }],
    [{ encoding: 'ISO-8859-11' }, { encoding: 'windows-874' }],
    [
      { quote: 'none', escape: '\\' },
      { quote: '', escape: '\\' },
    ],
    [{ trim: 'true' }, { trim: 'true' }],
    [{ trim: 'False' }, { trim: 'false' }],
    [{ trim: 'auto' }, {}],
    [{ comment: '#' }, { comment: '#' }],
    [{ comment: '//' }, { comment: '//' }],
    [
      { skip_after_header: '1', skip_footer: '2' },
      { skip_after_header: 1, skip_footer: 2 },
    ],
    [{ names: 'a, b ,"c, ""d""",' }, { names: ['a', 'b', 'c, "d"', ''] }],
    [{ names: 'Größe' }, { names: ['Größe'] }],
    [{ types: 'price:number, "a:b:Date"' }, { types: { price: 'number', 'a:b': 'date' } }],
    [{ null_values: 'NA,-' }, { null_values: ['NA', '-'] }],
    [{ thousands: '.' }, { thousands: '.' }],
    [{ thousands: 'space' }, { thousands: ' ' }],
    [{ thousands: 'none' }, { thousands: '' }],
    [{ date_format: 'DD.MM.YYYY' }, { date_format: 'DD.MM.YYYY' }],
    [{ date_format: 'd/m/yy' }, { date_format: 'DD/MM/YY' }],
    [{ date_format: 'yyyy-mm-dd' }, { date_format: 'YYYY-MM-DD' }],
    [{ page: 'whatever', __proto__: { delimiter: 'x' } }, {}],
  ])('%j mean %j', (query, options) => {
    expect(readDialectOptions(query)).toEqual({ options, faults: [] });
  });

  it.each([
    ['delimiter', ''],
    ['delimiter', '\n'],
    ['delimiter', '\r'],
    ['delimiter', '\0'],
    ['delimiter', '"'],
    ['delimiter', 't'],
    ['delimiter', '1'],
    ['delimiter', 'ab'],
    ['delimiter', ',,,,,'],
    ['delimiter', ',"'],
    ['delimiter', '\n,'],
    ['delimiter', 'constructor'],
    ['quote', 'q'],
    ['quote', '\t'],
    ['quote', '""'],
    ['escape', 'n'],
    ['escape', ''],
    ['encoding', 'klingon'],
    ['encoding', 'toString'],
    ['encoding', ''],
    ['decimal', ';'],
    ['skip', '-1'],
    ['skip', '1.5'],
    ['skip', '1e3'],
    ['skip', ''],
    ['skip', '100001'],
    ['header', 'maybe'],
    ['delimiter', [',', ';']],
    ['skip', { gte: 1 }],
    ['header', true],
    ['trim', 'yes'],
    ['comment', ''],
    ['comment', 'REM'],
    ['comment', '#####'],
    ['skip_after_header', '-1'],
    ['skip_footer', '101'],
    ['names', 'a,"b'],
    ['names', 'a,b"c'],
    ['names', 'a\0'],
    ['names', `a,${'b'.repeat(1025)}`],
    ['types', 'price'],
    ['types', 'price:money'],
    ['types', ':number'],
    ['types', 'price:number,price:text'],
    ['null_values', '"'],
    ['thousands', ';'],
    ['date_format', 'DD.MM'],
    ['date_format', 'YY-MM-DD'],
    ['date_format', 'DD.MM-YYYY'],
    ['date_format', 'DD.DD.YYYY'],
  ])('%s=%j is a fault of that option alone', (option, given) => {
    const { options, faults } = readDialectOptions({ [option]: given });
    expect(options).toBeNull();
    expect(faults.map((fault) => fault.option)).toEqual([option]);
  });

  it('are faults where they contradict each other', () => {
    expect(conflictsOf({ delimiter: '|', quote: '|' }).map(({ option }) => option)).toEqual(['quote']);
    expect(conflictsOf({ delimiter: '\\', escape: '\\' }).map(({ option }) => option)).toEqual(['escape']);
    expect(conflictsOf({ delimiter: ';', quote: '"', escape: '\\' })).toEqual([]);
    expect(readDialectOptions({ delimiter: '~', quote: '~' }).options).toBeNull();
  });

  it.each([
    ['quote', { delimiter: "-'-", quote: "'" }],
    ['escape', { delimiter: '\\|', escape: '\\' }],
    ['escape', { quote: '', escape: 'doubled' }],
    ['comment', { comment: ';', delimiter: ';' }],
    ['comment', { comment: '||', delimiter: '|' }],
    ['comment', { comment: "'", quote: "'" }],
    ['comment', { comment: '\\', quote: '', escape: '\\' }],
    ['thousands', { thousands: ',', decimal: ',' as const }],
    ['skip_after_header', { skip_after_header: 1, header: 'false' as const }],
  ])('are a fault of %s where it contradicts another: %j', (option, options) => {
    expect(conflictsOf(options).map((fault) => fault.option)).toEqual([option]);
  });

  it('report all faults together', () => {
    const { faults } = readDialectOptions({
      delimiter: 'xx',
      quote: 'q',
      escape: '',
      encoding: '?',
      decimal: 'x',
      skip: 'a',
      header: 'b',
      trim: 'c',
      comment: '',
      skip_after_header: 'd',
      skip_footer: 'e',
      names: '"',
      types: 'f',
      null_values: '"',
      thousands: 'g',
      date_format: 'h',
    });
    expect(faults.map(({ option }) => option)).toEqual([...OPTION_NAMES]);
  });

  it('list the known encodings when one is unknown', () => {
    expect(readDialectOptions({ encoding: 'ebcdic' }).faults[0]!.detail).toContain('windows-1252');
  });

  it('are either valid or faulty, and never throw, for any query', () => {
    const anyQuery = fc.record(Object.fromEntries(OPTION_NAMES.map((name) => [name, fc.anything()])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(anyQuery, (query) => {
        const { options, faults } = readDialectOptions(query);
        expect(options === null).toBe(faults.length > 0);
      }),
    );
  });
});

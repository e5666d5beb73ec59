import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictsOf, OPTION_NAMES, readDialectOptions } from './dialect-options.js';

describe('the options of a dialect', () => {
  it('are none where nothing is given, and auto gives nothing', () => {
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
    [{ page: 'whatever', __proto__: { delimiter: 'x' } }, {}],
  ])('%j mean %j', (query, options) => {
    expect(readDialectOptions(query)).toEqual({ options, faults: [] });
  });

  it.each([
    ['delimiter', ''],
    ['delimiter', ',,'],
    ['delimiter', '\n'],
    ['delimiter', '\r'],
    ['delimiter', '\0'],
    ['delimiter', '"'],
    ['delimiter', 't'],
    ['delimiter', '1'],
    ['delimiter', '§'],
    ['delimiter', '💶'],
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
  ])('%s=%j is a fault of that option, and of no other', (option, given) => {
    const { options, faults } = readDialectOptions({ [option]: given });
    expect(options).toBeNull();
    expect(faults.map((fault) => fault.option)).toEqual([option]);
  });

  it('that contradict each other are faults', () => {
    expect(conflictsOf({ delimiter: '|', quote: '|' }).map(({ option }) => option)).toEqual(['quote']);
    expect(conflictsOf({ quote: '', escape: '\\' }).map(({ option }) => option)).toEqual(['escape']);
    expect(conflictsOf({ delimiter: '\\', escape: '\\' }).map(({ option }) => option)).toEqual(['escape']);
    expect(conflictsOf({ delimiter: ';', quote: '"', escape: '\\' })).toEqual([]);
    expect(readDialectOptions({ delimiter: '~', quote: '~' }).options).toBeNull();
  });

  it('report every fault at once', () => {
    const { faults } = readDialectOptions({
      delimiter: 'xx',
      quote: 'q',
      escape: '',
      encoding: '?',
      decimal: 'x',
      skip: 'a',
      header: 'b',
    });
    expect(faults.map(({ option }) => option)).toEqual([...OPTION_NAMES]);
  });

  it('name the encodings that can be read when one cannot', () => {
    expect(readDialectOptions({ encoding: 'ebcdic' }).faults[0]!.detail).toContain('windows-1252');
  });

  it('never throw, and are either right or faulty, whatever a query holds', () => {
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

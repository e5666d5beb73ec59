import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spotOf } from './spot.js';

const COMMAS = { delimiter: ',', quote: '"', escape: '"', trim: false };
const BACKSLASHES = { ...COMMAS, escape: '\\' };
const UNQUOTED = { ...COMMAS, quote: '', escape: '\\' };

describe('the spot of a reject', () => {
  it.each([
    ['too_many_cells', '7,Rome,12.50,,surplus', 3, ['7,Rome,12.50', ',,surplus', '']],
    ['too_many_cells', '7,"Rome, Italy",12.50,x', 3, ['7,"Rome, Italy",12.50', ',x', '']],
    ['too_many_cells', '7,"a ""b"", c",x', 2, ['7,"a ""b"", c"', ',x', '']],
    ['too_many_cells', '7,5" wide,x', 2, ['7,5" wide', ',x', '']],
    ['nul_character', '7,Ro\0me', 2, ['7,Ro', '\0', 'me']],
    ['invalid_encoding', '7,R\uFFFDme', 2, ['7,R', '\uFFFD', 'me']],
    ['unclosed_quote', '7,"Rome', 2, ['7,', '"', 'Rome']],
    ['unclosed_quote', '7,"a ""b""', 2, ['7,', '"', 'a ""b""']],
    ['malformed_quote', '7,"Ro"me,1', 3, ['7,"Ro', '"', 'me,1']],
    ['malformed_quote', '"a""b",7,"Ro"me', 3, ['"a""b",7,"Ro', '"', 'me']],
    ['malformed_quote', '5" wide,"Ro"me', 2, ['5" wide,"Ro', '"', 'me']],
  ])('%s in %j', (code, raw, width, spot) => {
    expect(spotOf(code, raw, width, COMMAS)).toEqual(spot);
  });

  it.each([
    ['too_many_cells', '"a\\"b, c",x,y', 2, BACKSLASHES, ['"a\\"b, c",x', ',y', '']],
    ['too_many_cells', '"a\\\\",x,y', 2, BACKSLASHES, ['"a\\\\",x', ',y', '']],
    ['too_many_cells', 'a\\,b,x,y', 2, UNQUOTED, ['a\\,b,x', ',y', '']],
    ['too_many_cells', 'C:\\temp,x,y', 2, UNQUOTED, ['C:\\temp,x', ',y', '']],
    ['malformed_quote', '"a\\"b",1,"Ro"me', 3, BACKSLASHES, ['"a\\"b",1,"Ro', '"', 'me']],
    ['unclosed_quote', '1,"a\\"b', 2, BACKSLASHES, ['1,', '"', 'a\\"b']],
    ['malformed_quote', '1,  "Ro"me', 2, { ...COMMAS, trim: true }, ['1,  "Ro', '"', 'me']],
    ['too_many_cells', '1, "a,b" ,x', 2, { ...COMMAS, trim: true }, ['1, "a,b" ', ',x', '']],
  ])('%s in %j, by the marks of its file', (code, raw, width, dialect, spot) => {
    expect(spotOf(code, raw, width, dialect)).toEqual(spot);
  });

  it('is unknown for a record that is only too long', () => {
    expect(spotOf('record_too_long', 'aaa', 3, COMMAS)).toBeNull();
  });

  it('leaves nothing of the record out, whatever it is', () => {
    const code = fc.constantFrom('too_many_cells', 'nul_character', 'unclosed_quote', 'malformed_quote');
    const raw = fc.string({ unit: fc.constantFrom(...'a,"\\ \0\n;') });
    const dialect = fc.record({
      delimiter: fc.constantFrom(',', '', '; '),
      quote: fc.constantFrom('"', ''),
      escape: fc.constantFrom('"', '\\', ''),
      trim: fc.boolean(),
    });
    fc.assert(
      fc.property(code, raw, fc.integer({ min: 1, max: 5 }), dialect, (given, record, width, marks) => {
        const spot = spotOf(given, record, width, marks);
        if (spot) expect(spot.join('')).toBe(record);
      }),
    );
  });
});

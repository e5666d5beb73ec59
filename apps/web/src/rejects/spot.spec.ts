import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spotOf } from './spot.js';

const COMMAS = { delimiter: ',', quote: '"' };

describe('the spot of a reject', () => {
  it.each([
    ['too_many_cells', '7,Rome,12.50,,surplus', 3, ['7,Rome,12.50', ',,surplus', '']],
    ['too_many_cells', '7,"Rome, Italy",12.50,x', 3, ['7,"Rome, Italy",12.50', ',x', '']],
    ['nul_character', '7,Ro\0me', 2, ['7,Ro', '\0', 'me']],
    ['invalid_encoding', '7,R\uFFFDme', 2, ['7,R', '\uFFFD', 'me']],
    ['unclosed_quote', '7,"Rome', 2, ['7,', '"', 'Rome']],
    ['malformed_quote', '7,"Ro"me,1', 3, ['7,"Ro', '"', 'me,1']],
    ['malformed_quote', '"a""b",7,"Ro"me', 3, ['"a""b",7,"Ro', '"', 'me']],
  ])('%s in %j', (code, raw, width, spot) => {
    expect(spotOf(code, raw, width, COMMAS)).toEqual(spot);
  });

  it('is unknown for a record that is only too long', () => {
    expect(spotOf('record_too_long', 'aaa', 3, COMMAS)).toBeNull();
  });

  it('leaves nothing of the record out, whatever it is', () => {
    const code = fc.constantFrom('too_many_cells', 'nul_character', 'unclosed_quote', 'malformed_quote');
    const raw = fc.string({ unit: fc.constantFrom(...'a,"\0\n;') });
    fc.assert(
      fc.property(code, raw, fc.nat(5), fc.constantFrom('"', ''), (given, record, width, quote) => {
        const spot = spotOf(given, record, width, { delimiter: ',', quote });
        if (spot) expect(spot.join('')).toBe(record);
      }),
    );
  });
});

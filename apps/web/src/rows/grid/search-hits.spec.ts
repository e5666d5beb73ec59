import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from './search-hits.js';

describe('the hits of a search', () => {
  it.each([
    ['Paris and PARIS', 'paris', ['', 'Paris', ' and ', 'PARIS', '']],
    ['a.b', '.', ['a', '.', 'b']],
    ['(x', '(', ['', '(', 'x']],
    ['Rome', 'paris', null],
  ])('in %j for %j', (text, search, parts) => {
    expect(partsOf(text, search)).toEqual(parts);
  });

  it('leave nothing of the text out', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'aAb.$(\\ ß') });
    fc.assert(
      fc.property(texts, texts.filter(Boolean), (text, search) => {
        const parts = partsOf(text, search);
        expect((parts ?? [text]).join('')).toBe(text);
      }),
    );
  });
});

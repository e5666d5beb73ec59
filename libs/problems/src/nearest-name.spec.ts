import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.js';

describe('the nearest name', () => {
  it.each([
    ['citty', 'city'],
    ['ctiy', 'city'],
    ['City', 'city'],
    ['unit price', 'unit_price'],
    ['unitPrice', 'unit_price'],
    ['price', 'unit_price'],
    ['zip_code', null],
    ['', null],
  ])('of %s is %s', (given, expected) => {
    expect(nearestName(given, ['city', 'unit_price', 'day'])).toBe(expected);
  });

  it('is that of a synonym, unless the given name is itself known', () => {
    const synonyms = new Map([
      ['pricetag', ['nothing', 'unit_price']],
      ['day', ['city']],
    ]);
    const nearest = (given: string) => nearestName(given, ['city', 'unit_price', 'day'], synonyms);
    expect(['Price-Tag', 'day', 'DAY', 'dya', '__'].map(nearest)).toEqual(['unit_price', 'day', 'day', 'day', null]);
  });

  it('is the first of several that are equally near', () => {
    expect(nearestName('colour', ['colou', 'colur'])).toBe('colou');
  });

  it('is found among thousands of long names, however long the given one is', () => {
    const known = Array.from({ length: 2_000 }, (_, n) => `${'x'.repeat(1_000)}${n}`);
    expect(nearestName('x'.repeat(100_000), known)).toBe(known[0]);
    expect(nearestName('y'.repeat(100_000), known)).toBeNull();
  });
});

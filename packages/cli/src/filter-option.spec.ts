import { describe, expect, it } from 'vitest';
import { UsageError } from './exit-codes.js';
import { filtersOf } from './filter-option.js';

describe('--filter', () => {
  it.each([
    ['city=Paris', { city: { eq: 'Paris' } }],
    ['price>=10', { price: { gte: 10 } }],
    ['price<=-1.5', { price: { lte: -1.5 } }],
    ['zip=007', { zip: { eq: '007' } }],
    ['big=12345678901234567890', { big: { eq: '12345678901234567890' } }],
    ['open=true', { open: { eq: true } }],
    ['city!=Rome', { city: { ne: 'Rome' } }],
    ['name~mar', { name: { contains: 'mar' } }],
    ['note=a=b', { note: { eq: 'a=b' } }],
    ['city=', { city: { is_null: true } }],
    ['city!=', { city: { is_null: false } }],
  ])('%s', (text, filters) => {
    expect(filtersOf([text], undefined)).toEqual(filters);
  });

  it('is one of several that must all hold, beside --filters', () => {
    expect(filtersOf(['a=1', 'b=2'], '{"c":3}')).toEqual({ $and: [{ a: { eq: 1 } }, { b: { eq: 2 } }, { c: 3 }] });
    expect(filtersOf([], undefined)).toBeUndefined();
  });

  it.each([
    [['Paris'], undefined],
    [['=x'], undefined],
    [[], '{'],
  ])('%j with %s is an error of usage', (texts, json) => {
    expect(() => filtersOf(texts as string[], json as string | undefined)).toThrow(UsageError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asWritten, type Condition, fromFilters, inWords, type Question, toFilters, toggled } from './conditions.js';

const text = fc.string({ minLength: 1 });
const column = fc.constantFrom('city', 'price', 'day');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ column, operator: fc.constantFrom('eq', 'gte', 'contains') as never, value: text }),
  fc.record({ column, operator: fc.constant('between') as never, value: fc.tuple(text, text) as never }),
  fc.record({ column, operator: fc.constant('not_in') as never, value: fc.array(text, { minLength: 1 }) }),
  fc.record({ column, operator: fc.constant('is_null') as never, value: fc.boolean() }),
);
const question: fc.Arbitrary<Question> = fc.array(fc.array(condition, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
});

/** As sets, because the order of members says nothing. */
const same = (groups: Question | null) => groups?.map((group) => JSON.stringify(group)).sort();

describe('a question', () => {
  it('comes back from the filters of the API as it was', () => {
    fc.assert(
      fc.property(question, (asked) => {
        expect(same(fromFilters(JSON.parse(JSON.stringify(toFilters(asked)))))).toEqual(same(asked));
      }),
    );
  });

  it('is written in the short forms of the API', () => {
    expect(
      toFilters([
        [{ column: 'city', operator: 'eq', value: 'Paris' }],
        [
          { column: 'price', operator: 'lt', value: '5' },
          { column: 'price', operator: 'is_null', value: true },
        ],
      ]),
    ).toEqual({ city: 'Paris', $or: [{ price: { lt: '5' } }, { price: { is_null: true } }] });
    expect(toFilters([])).toBeUndefined();
  });

  it('with a column twice keeps both conditions', () => {
    const from: Condition = { column: 'day', operator: 'gte', value: '2026-01-01' };
    const to: Condition = { column: 'day', operator: 'lt', value: '2027-01-01' };
    expect(toFilters([[from], [to]])).toEqual({
      $and: [{ day: { gte: '2026-01-01' } }, { day: { lt: '2027-01-01' } }],
    });
  });

  it.each([
    ['$not', { $not: { city: 'Paris' } }],
    ['an alternative of two conditions', { $or: [{ city: 'Paris', price: 1 }, { city: 'Rome' }] }],
    ['an unknown operator', { city: { near: 'Paris' } }],
    ['no object', ['city']],
  ])('is not read from %s, which is shown as it stands', (_what, filters) => {
    expect(fromFilters(filters)).toBeNull();
  });

  it('is written in words', () => {
    const words = (given: Condition) =>
      inWords(given, {
        nameOf: (key) => key.toUpperCase(),
        formatOf: (key) => ({ price: '1.234,56', day: 'DD.MM.YY' })[key] ?? null,
      });
    expect(words({ column: 'price', operator: 'between', value: ['1', '2'] })).toBe('PRICE is between 1 and 2');
    expect(words({ column: 'city', operator: 'in', value: ['a', 'b', 'c', 'd'] })).toBe('CITY is any of a and 3 more');
    expect(words({ column: 'city', operator: 'is_null', value: false })).toBe('CITY is filled');
    expect(words({ column: 'price', operator: 'eq', value: 1.234 })).toBe('PRICE is 1,234');
    expect(words({ column: 'price', operator: 'eq', value: '1.234' })).toBe('PRICE is 1.234');
    expect(words({ column: 'price', operator: 'gte', value: 1234.5 })).toBe('PRICE is at least 1.234,5');
    expect(words({ column: 'day', operator: 'eq', value: '2026-10-02' })).toBe('DAY is 02.10.26');
  });
});

describe('a number', () => {
  it.each([
    [1.234, '1.234,56', '1,234'],
    [1234.5, '1234,56', '1234,5'],
    [1234, '1.234,56', '1234'],
    [1.5e21, '1.234,56', '1.5e+21'],
    [1.234, '1,234.56', '1.234'],
    [1.234, null, '1.234'],
  ])('%d in a column as %s is written %s', (value, format, text) => {
    expect(asWritten(value, format)).toBe(text);
  });

  it('stays a number when it is ticked, and is not the text that a format reads otherwise', () => {
    expect(toggled([], 1.234, '1.234,56')).toEqual([1.234]);
    expect(toggled([1.234, 7], 1.234, '1.234,56')).toEqual([7]);
    expect(toggled(['1.234'], 1.234, '1.234,56')).toEqual(['1.234', 1.234]);
    expect(toggled(['1,234'], 1.234, '1.234,56')).toEqual([]);
    expect(toggled(['1.234'], 1.234, null)).toEqual([]);
  });
});

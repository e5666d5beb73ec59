import { describe, expect, it } from 'vitest';
import { canBeNullValue, changeOf, draftOf, withNullValue } from './column-change.js';

const PRICE = { name: 'Price', type: 'number' as const, format: '1.234,56', null_values: ['NA', ' - '] };

describe('changeOf', () => {
  it('sends nothing for a draft that changes nothing', () => {
    expect(changeOf(PRICE, draftOf(PRICE))).toEqual({});
  });

  it('sends only the fields that differ', () => {
    expect(changeOf(PRICE, { ...draftOf(PRICE), name: 'Amount' })).toEqual({ name: 'Amount' });
    expect(changeOf(PRICE, withNullValue(draftOf(PRICE), 'n/a'))).toEqual({ null_values: ['NA', ' - ', 'n/a'] });
    expect(changeOf(PRICE, { ...draftOf(PRICE), nullValues: '' })).toEqual({ null_values: [] });
  });

  it('sends the type with a format, and the type alone where the format is to be found', () => {
    const draft = draftOf(PRICE);
    expect(changeOf(PRICE, { ...draft, format: '1,234.56' })).toEqual({ type: 'number', format: '1,234.56' });
    expect(changeOf(PRICE, { ...draft, format: '' })).toEqual({ type: 'number' });
    expect(changeOf(PRICE, { ...draft, type: 'date', format: '' })).toEqual({ type: 'date' });
    expect(changeOf(PRICE, { ...draft, type: 'text' })).toEqual({ type: 'text' });
  });
});

describe('canBeNullValue', () => {
  it.each([
    ['n/a', true],
    ['two\nlines', false],
    ['x'.repeat(256), false],
  ])('%j: %s', (value, expected) => {
    expect(canBeNullValue(value)).toBe(expected);
  });
});

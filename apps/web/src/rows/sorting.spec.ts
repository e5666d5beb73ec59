import { describe, expect, it } from 'vitest';
import { alsoSorted, fromSortBy, nextSort, toSortBy } from './sorting.js';

const click = (sortBy: string | undefined, column: string, isAdded = false) =>
  toSortBy(nextSort(fromSortBy(sortBy), column, isAdded));

describe('a click on a header', () => {
  it('sorts up, then down, then not at all', () => {
    expect(click(undefined, 'price')).toBe('price');
    expect(click('price', 'price')).toBe('-price');
    expect(click('-price', 'price')).toBeUndefined();
  });

  it('replaces the sort of another column', () => {
    expect(click('-day,city', 'price')).toBe('price');
  });

  it('with the shift key comes behind the others, and leaves them as they are', () => {
    expect(click('-day', 'price', true)).toBe('-day,price');
    expect(click('-day,price,city', 'price', true)).toBe('-day,-price,city');
    expect(click('-day,-price,city', 'price', true)).toBe('-day,city');
  });
});

it('a column is added to a sort without a key, behind the others or where it is', () => {
  const added = (sortBy: string | undefined, column: string, descending: boolean) =>
    toSortBy(alsoSorted(fromSortBy(sortBy), column, descending));
  expect(added('-day', 'price', true)).toBe('-day,-price');
  expect(added('-day,price,city', 'price', true)).toBe('-day,-price,city');
  expect(added(undefined, 'price', false)).toBe('price');
});

import { expect, it } from 'vitest';
import { rowIndexOf } from './row-number.js';

it.each([
  ['1', 0],
  ['90000', 89_999],
  ['90,000', 89_999],
  ['90 000', 89_999],
  ['abc', null],
  ['0', null],
  ['-5', null],
  ['1e3', null],
  ['99999999999999999999', null],
  ['', null],
  [undefined, null],
])('row %j is at place %j', (text, index) => {
  expect(rowIndexOf(text)).toBe(index);
});

import { expect, it } from 'vitest';
import { bytesText, tableText } from './outcome.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500_000, '1.5 MB'],
  [364_000_000, '364 MB'],
  [2e15, '2000 TB'],
])('%i bytes read as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it('columns of a table are as wide as their widest cell, and lines end with their text', () => {
  expect(
    tableText([
      ['a', 'b'],
      ['long', ''],
    ]),
  ).toBe('a     b\nlong');
  expect(tableText([])).toBe('');
});

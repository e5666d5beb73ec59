import { expect, it } from 'vitest';
import { isCut } from './cut-values.js';

it.each([
  ['a text as long as a profile shows', 'x'.repeat(500), true],
  ['a shorter one', 'x'.repeat(499), false],
  ['one of as many code units but fewer characters', '\u{1F600}'.repeat(250), false],
  ['a number', 12.5, false],
])('%s may be cut: %#', (_what, value, expected) => {
  expect(isCut(value)).toBe(expected);
});

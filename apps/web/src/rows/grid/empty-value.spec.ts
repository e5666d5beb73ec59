import { expect, it } from 'vitest';
import { isEmpty } from './empty-value.js';

it.each([
  [null, true],
  ['NA', true],
  [' - ', true],
  ['-', false],
  ['na', false],
  ['', false],
  [0, false],
])('%j counts as empty where NA and " - " stand for no value: %s', (value, expected) => {
  expect(isEmpty(value, { null_values: ['NA', ' - '] })).toBe(expected);
});

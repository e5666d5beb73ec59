import { expect, it } from 'vitest';
import { isKeyTelling } from './column-key.js';

it.each([
  ['price', 'Price', false],
  ['price', 'price', false],
  ['column_1', '', false],
  ['unit_price', 'Unit Price', true],
  ['price_2', 'Price', true],
])('the key %s beside the name "%s" is worth showing: %s', (key, name, isTelling) =>
  expect(isKeyTelling({ key, name })).toBe(isTelling),
);

import { expect, it } from 'vitest';
import { bytes, count } from './output.js';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [381_650_142, '381.7 MB'],
  [2_000_000_000_000_000, '2000.0 TB'],
])('%d bytes are shown as %s', (number, text) => {
  expect(bytes(number)).toBe(text);
});

it('large numbers have thousands marks', () => {
  expect(count(1_234_567)).toBe('1,234,567');
});

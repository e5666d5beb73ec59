import { describe, expect, it } from 'vitest';
import { percent } from './format.js';

describe('a share in percent', () => {
  it.each([
    [1, '100 %'],
    [0.9999, '99 %'],
    [0.996, '99 %'],
    [0.58, '58 %'],
    [0.01, '1 %'],
    [0.004, 'under 1 %'],
  ])('%d is %s', (share, text) => expect(percent(share)).toBe(text));
});

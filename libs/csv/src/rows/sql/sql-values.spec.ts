import { describe, expect, it } from 'vitest';
import { literal } from './sql-values.js';

describe('a literal', () => {
  it.each([
    ['city', "'city'"],
    ["it's", "'it''s'"],
    ['a: b', "'a: b'"],
    [':value_0', "U&'\\003Avalue_0'"],
    ["\\:x'", "U&'\\\\\\003Ax'''"],
    ['::1', "U&':\\003A1'"],
  ])('%s is %s', (text, expected) => {
    expect(literal(text)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { literal, Parameters } from './sql-values.js';

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

describe('parameters', () => {
  it('have names of their own, also of equal values', () => {
    const parameters = new Parameters();
    expect(['a', 'b', 'a'].map((value) => parameters.add(value))).toEqual([':value_0', ':value_1', ':value_2']);
    expect(parameters.values).toEqual({ value_0: 'a', value_1: 'b', value_2: 'a' });
  });
});

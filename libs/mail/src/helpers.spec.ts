import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, datetime, duration, number, rate } from './helpers.js';

describe('the template helpers', () => {
  it.each([
    [0, '0.0 s'],
    [0.04, '0.0 s'],
    [12.34, '12.3 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [125, '2 min 5 s'],
    [3599.6, '1 h 0 min'],
    [3_720, '1 h 2 min'],
    [360_000, '100 h 0 min'],
  ])('format %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('never write 60 seconds or 60 minutes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
        expect(duration(seconds)).not.toMatch(/\b60(\.0)? (s|min)/);
      }),
    );
  });

  it('group digits, and choose singular or plural', () => {
    expect(number(1_000_000)).toBe('1,000,000');
    expect(counted(1, 'row', 'rows')).toBe('1 row');
    expect(counted(2_000, 'row', 'rows')).toBe('2,000 rows');
  });

  it('write times in UTC', () => {
    expect(datetime('2026-11-23T00:15:42.123+01:00')).toBe('22 November 2026, 23:15 UTC');
  });

  it('write no rate when the time is zero', () => {
    expect(rate(10, 0)).toBe('');
    expect(rate(1_000_000, 10)).toBe('100,000 rows per second');
  });
});

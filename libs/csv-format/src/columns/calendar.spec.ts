import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCalendarDay } from './calendar.js';

describe('a calendar day', () => {
  it.each([
    [2024, 2, 29, true],
    [2023, 2, 29, false],
    [1900, 2, 29, false],
    [2000, 2, 29, true],
    [2024, 4, 31, false],
    [2024, 12, 31, true],
    [2024, 13, 1, false],
    [2024, 0, 1, false],
    [2024, 1, 0, false],
    [0, 1, 1, false],
    [Number.NaN, 1, 1, false],
    [2024, 1, Number.NaN, false],
  ])('%d-%d-%d: %s', (year, month, day, exists) => {
    expect(isCalendarDay(year, month, day)).toBe(exists);
  });

  it('is one that Date keeps as it is', () => {
    const anyDay = [
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
    ];
    fc.assert(
      fc.property(fc.tuple(...anyDay), ([year, month, day]) => {
        const date = new Date(0);
        date.setUTCFullYear(year!, month! - 1, day);
        expect(isCalendarDay(year!, month!, day!)).toBe(date.getUTCMonth() === month! - 1);
      }),
    );
  });
});

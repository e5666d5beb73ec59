import { describe, expect, it } from 'vitest';
import { FileWindows } from './file-windows.js';

describe('windows of a file', () => {
  it('has 300 rows for each wanted one at first, then as many as the density so far asks for, then the rest', () => {
    const windows = new FileWindows(1_000_000, 'asc', null);
    expect(windows.next(0, 101)).toEqual({ first: 1, last: 30_300 });
    expect(windows.next(50, 51)).toEqual({ first: 30_301, last: 30_300 + 61_812 });
    expect(windows.next(60, 41)).toEqual({ first: 92_113, last: 1_000_000 });
    expect(windows.next(60, 41)).toBeNull();
  });

  it('has the rest at once where the first had no row', () => {
    const windows = new FileWindows(1_000_000, 'asc', 500_000);
    expect(windows.next(0, 101)).toEqual({ first: 500_001, last: 530_300 });
    expect(windows.next(0, 101)).toEqual({ first: 530_301, last: 1_000_000 });
    expect(windows.next(0, 101)).toBeNull();
  });

  it('goes from the end to the beginning in descending order', () => {
    const windows = new FileWindows(1_000_000, 'desc', null);
    expect(windows.next(0, 101)).toEqual({ first: 969_701, last: 1_000_000 });
    expect(windows.next(0, 101)).toEqual({ first: 1, last: 969_700 });
    expect(new FileWindows(1_000_000, 'desc', 400_000).next(0, 101)).toEqual({ first: 369_700, last: 399_999 });
    expect(new FileWindows(1_000_000, 'desc', 1).next(0, 101)).toBeNull();
  });

  it.each(['asc', 'desc'] as const)('has every row of a small file once, in %s order', (direction) => {
    for (let total = 0; total <= 12; total++) {
      for (const found of [0, 1, 3]) {
        const windows = new FileWindows(total, direction, null);
        const rows: number[] = [];
        for (let window = windows.next(0, 5); window; window = windows.next(found, 2)) {
          const { first, last } = window;
          expect(first).toBeLessThanOrEqual(last);
          const numbers = Array.from({ length: last - first + 1 }, (_, n) => first + n);
          rows.push(...(direction === 'asc' ? numbers : numbers.reverse()));
        }
        const all = Array.from({ length: total }, (_, n) => n + 1);
        expect(rows).toEqual(direction === 'asc' ? all : all.reverse());
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExact, type KnownRows, learned, type PageRead, totalOf } from './row-total.js';

const SIZE = 100;

/** What the service says of a page of a question with so many rows. */
const read = (rows: number, page: number): PageRead => {
  const before = (page - 1) * SIZE;
  if (before >= rows && page > 1) return { page, isBehindEnd: true };
  return { page, rows: Math.min(SIZE, rows - before), hasNext: before + SIZE < rows };
};

const START: KnownRows = { least: 0, most: null };

describe('an estimated number of rows', () => {
  it('becomes exact where somebody scrolls to the end, however wrong it was', () => {
    const rows = fc.integer({ min: 1, max: 5_000_000 });
    fc.assert(
      fc.property(rows, rows, (actual, estimate) => {
        let known = learned(START, read(actual, 1), SIZE);
        for (let pages = 0; !isExact(known); pages += 1) {
          expect(pages).toBeLessThan(200);
          const total = totalOf(estimate, known, SIZE);
          known = learned(known, read(actual, Math.ceil(total / SIZE)), SIZE);
        }
        expect(known.least).toBe(actual);
        expect(totalOf(estimate, known, SIZE)).toBe(actual);
      }),
    );
  });

  it('grows by a tenth when rows are found behind it, and is kept while nothing speaks against it', () => {
    const known = learned(START, { page: 100, rows: 100, hasNext: true }, SIZE);
    expect(totalOf(10_000, known, SIZE)).toBe(11_002);
    expect(totalOf(50_000, known, SIZE)).toBe(50_000);
  });

  it('shrinks when a page before it has no rows', () => {
    const known = learned({ least: 1_001, most: null }, { page: 502, isBehindEnd: true }, SIZE);
    expect(known).toEqual({ least: 1_001, most: 50_100 });
    expect(totalOf(90_000, known, SIZE)).toBe(25_600);
  });

  it('is the same object when a page says nothing new, so that nothing is drawn for it', () => {
    const known = { least: 500, most: null };
    expect(learned(known, { page: 2, rows: 100, hasNext: true }, SIZE)).toBe(known);
  });
});

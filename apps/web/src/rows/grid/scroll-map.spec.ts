import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Extent, heightOf, placeAt, scrolled, seenRows, TALLEST } from './scroll-map.js';

const extents = fc.record({
  rows: fc.integer({ min: 1, max: 50_000_000 }),
  rowHeight: fc.constant(28),
  viewport: fc.integer({ min: 100, max: 2_000 }),
});
const start = { scrollTop: 0, offset: 0 };
const lastScroll = (extent: Extent) => Math.max(0, heightOf(extent) - extent.viewport);

describe('scrolling through any number of rows', () => {
  it('never needs an element taller than browsers draw', () => {
    fc.assert(fc.property(extents, (extent) => heightOf(extent) <= TALLEST));
  });

  it('reaches the first and the last row at the ends of the scroll bar', () => {
    fc.assert(
      fc.property(extents, (extent) => {
        const end = scrolled(start, lastScroll(extent), extent);
        expect(seenRows(end, extent).last).toBe(extent.rows - 1);
        expect(seenRows(scrolled(end, 0, extent), extent).first).toBe(0);
      }),
    );
  });

  it('shows the row that was asked for at the top, unless the table ends before', () => {
    fc.assert(
      fc.property(extents, fc.nat(49_999_999), (extent, wanted) => {
        const row = wanted % extent.rows;
        const { first, last } = seenRows(placeAt(row * extent.rowHeight, extent), extent);
        expect(first).toBeLessThanOrEqual(row);
        expect(first === row || last === extent.rows - 1).toBe(true);
      }),
    );
  });

  it('moves by small steps without passing over a row', () => {
    const extent = { rows: 10_000_000, rowHeight: 28, viewport: 700 };
    let place = placeAt(5_000_000 * 28, extent);
    for (let step = 0; step < 50; step += 1) {
      const next = scrolled(place, place.scrollTop + 120, extent);
      expect(next.offset - place.offset).toBeCloseTo(120);
      place = next;
    }
  });

  it('shows the same row after the scroll bar is corrected', () => {
    fc.assert(
      fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), (extent, share) => {
        const place = placeAt(share * extent.rows * extent.rowHeight, extent);
        expect(placeAt(place.offset, extent)).toEqual(place);
      }),
    );
  });
});

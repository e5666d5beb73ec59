/** Browsers cut off elements that are taller than this; the lowest limit is Firefox's, at some 17.8 million pixels. */
export const TALLEST = 16_000_000;

/** What is scrolled: so many rows of one height, seen through a window. All in pixels but the rows. */
export interface Extent {
  rows: number;
  rowHeight: number;
  viewport: number;
}

/** Where the scroll bar stands, and which pixel of the whole table is at the top of the window. */
export interface Place {
  scrollTop: number;
  offset: number;
}

const whole = ({ rows, rowHeight }: Extent) => rows * rowHeight;

/** The height of the element that is scrolled. */
export const heightOf = (extent: Extent): number => Math.min(whole(extent), TALLEST);

const lastOffset = (extent: Extent) => Math.max(0, whole(extent) - extent.viewport);
const lastScroll = (extent: Extent) => Math.max(0, heightOf(extent) - extent.viewport);
const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);

/**
 * The place after the browser has scrolled. A table that is not too tall is scrolled as it is. In a taller one, a small step moves the
 * table by the same number of pixels, so that no row is skipped. A big step, such as by dragging the scroll bar, moves it in proportion.
 */
export function scrolled(before: Place, scrollTop: number, extent: Extent): Place {
  if (whole(extent) <= TALLEST) return { scrollTop, offset: within(scrollTop, lastOffset(extent)) };
  if (scrollTop <= 0) return { scrollTop, offset: 0 };
  if (scrollTop >= lastScroll(extent)) return { scrollTop, offset: lastOffset(extent) };
  const step = scrollTop - before.scrollTop;
  if (Math.abs(step) < extent.viewport) return { scrollTop, offset: within(before.offset + step, lastOffset(extent)) };
  return { scrollTop, offset: (scrollTop / lastScroll(extent)) * lastOffset(extent) };
}

/** The place that shows this pixel at the top, with the scroll bar where it belongs. */
export function placeAt(offset: number, extent: Extent): Place {
  const reached = within(offset, lastOffset(extent));
  if (whole(extent) <= TALLEST) return { scrollTop: reached, offset: reached };
  return { scrollTop: (reached / lastOffset(extent)) * lastScroll(extent), offset: reached };
}

/** The first and last row that are at least partly seen, from 0; last is -1 for no rows. */
export function seenRows({ offset }: Place, { rows, rowHeight, viewport }: Extent): { first: number; last: number } {
  const first = within(Math.floor(offset / rowHeight), Math.max(0, rows - 1));
  return { first, last: within(Math.ceil((offset + viewport) / rowHeight) - 1, rows - 1) };
}

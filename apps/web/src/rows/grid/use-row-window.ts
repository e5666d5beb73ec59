import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type Extent, heightOf, type Place, placeAt, scrolled, seenRows } from './scroll-map.js';

/** Time after the last scroll event until the scroll bar is set to the place of the rows that are shown. */
const SETTLE_MS = 150;

interface RowWindowOptions {
  rows: number;
  rowHeight: number;
  /** The pixels that the sticky header covers. */
  headerHeight: number;
  /** Resolves when rows may be drawn: they are there, or take too long to wait for. null when they may be drawn at once. */
  arrive(first: number, last: number): Promise<void> | null;
}

/** The window of rows that a scroll element shows. */
export function useRowWindow(
  element: RefObject<HTMLElement | null>,
  { rows, rowHeight, headerHeight, arrive }: RowWindowOptions,
) {
  const [viewport, setViewport] = useState(600);
  const [place, setPlace] = useState<Place>({ scrollTop: 0, offset: 0 });
  const placeRef = useRef(place);
  const extent: Extent = { rows, rowHeight, viewport };
  const extentRef = useRef(extent);
  extentRef.current = extent;
  const arriveRef = useRef(arrive);
  arriveRef.current = arrive;

  useLayoutEffect(() => {
    const scroller = element.current!;
    // Never more than the screen: without styles the element is as tall as all of its rows.
    const measure = () => Math.min(scroller.clientHeight, innerHeight) - headerHeight;
    const observer = new ResizeObserver(() => setViewport(Math.max(rowHeight, measure())));
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [element, rowHeight, headerHeight]);

  const show = useCallback(
    (next: Place) => {
      placeRef.current = next;
      setPlace(next);
      const scroller = element.current!;
      if (Math.abs(scroller.scrollTop - next.scrollTop) >= 1) scroller.scrollTop = next.scrollTop;
    },
    [element],
  );

  useEffect(() => {
    const scroller = element.current!;
    let settling: ReturnType<typeof setTimeout>;
    const onScroll = () => {
      // Our own steps come back as events too; they change nothing.
      if (Math.abs(scroller.scrollTop - placeRef.current.scrollTop) < 1) return;
      placeRef.current = scrolled(placeRef.current, scroller.scrollTop, extentRef.current);
      const { first, last } = seenRows(placeRef.current, extentRef.current);
      const arrival = arriveRef.current(first, last);
      if (arrival) void arrival.then(() => setPlace(placeRef.current));
      else setPlace(placeRef.current);
      clearTimeout(settling);
      settling = setTimeout(() => show(placeAt(placeRef.current.offset, extentRef.current)), SETTLE_MS);
    };
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(settling);
      scroller.removeEventListener('scroll', onScroll);
    };
  }, [element, show]);

  /** @param row from 0. @param how `top`: at the top; `near`: only as far as it needs to be seen */
  const scrollToRow = useCallback(
    (row: number, how: 'top' | 'near') => {
      const now = extentRef.current;
      const top = row * now.rowHeight;
      const { offset } = placeRef.current;
      if (how === 'near' && top >= offset && top + now.rowHeight <= offset + now.viewport) return;
      const isBelow = how === 'near' && top > offset;
      show(placeAt(isBelow ? top + now.rowHeight - now.viewport : top, now));
    },
    [show],
  );

  return {
    height: heightOf(extent),
    /** Added to the place of a row in the whole table to get its place in the element. */
    shift: place.scrollTop - place.offset,
    ...seenRows(place, extent),
    scrollToRow,
    rowsInView: Math.max(1, Math.floor(viewport / rowHeight)),
  };
}

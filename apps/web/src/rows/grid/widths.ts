import type { Column } from '../filters/conditions.js';
import type { Row } from '../use-rows.js';

export const NARROWEST = 64;
const WIDEST_AT_FIRST = 320;
/** Pixels of a character in the font of the cells, and of what surrounds a text; around a name, also the menu and the marks of a sort. */
const CHARACTER = 7.6;
const AROUND = 26;
const AROUND_NAME = 68;
/** Names are set in a bolder and wider font. */
const CHARACTER_OF_NAME = 8.8;

/** Widths that fit the names and the first rows. */
export function fittingWidths(columns: Column[], rows: Row[]): Map<string, number> {
  return new Map(
    columns.map(({ key, name }) => {
      const longest = Math.max(4, ...rows.slice(0, 50).map(({ data }) => String(data[key] ?? '').length));
      const wanted = Math.max(
        longest * CHARACTER + AROUND,
        Math.min(name.length, 24) * CHARACTER_OF_NAME + AROUND_NAME,
      );
      return [key, Math.round(Math.min(Math.max(wanted, NARROWEST), WIDEST_AT_FIRST))];
    }),
  );
}

import { ColumnFamilies } from './column-families.js';
import { CLEAR_HEADER, headerLogOdds } from './header-likelihood.js';
import type { SampleTable } from './sample-table.js';
import { filledWidth, footerStart, isComment, LONGEST_PREAMBLE, usualWidth } from './table-shape.js';

/** A table that stands below lines of fewer cells, which may be more than it has records. */
export interface WideBlock {
  /** How many cells most of its records have. */
  width: number;
  /** Its first record: the names of its columns. */
  from: number;
  /** Whether values of another kind stand below its names, so that it is no guess. */
  isClear: boolean;
}

/** Share of the block's records that must have its width. */
const NEARLY_ALL = 0.8;

/**
 * The table that begins with names below lines of fewer cells and runs to the end of the file, but for a footer: the transactions of a bank
 * statement, below its keys and values. As a table those lines would reject every record of it, so it wins though they are more; not
 * where they are a table of their own.
 */
export function findWideBlock(table: SampleTable): WideBlock | null {
  // More records than are kept outnumber any lines above them.
  if (table.records > table.detailed || table.records < 3) return null;
  const usual = usualWidth(table);
  const counts = new Map<number, number>();
  for (const width of table.width) if (width > usual) counts.set(width, (counts.get(width) ?? 0) + 1);
  for (const [width] of [...counts].sort((a, b) => b[1] - a[1])) {
    const block = blockOf(table, width);
    if (block && isPreamble(table, block.from, usual)) return block;
  }
  return null;
}

/** The width of the table: the one that most records have, or that of a block below lines of fewer cells. */
export const tableWidth = (table: SampleTable): number => findWideBlock(table)?.width ?? usualWidth(table);

const isPreamble = (table: SampleTable, until: number, width: number): boolean =>
  width === 1 ? areComments(table, until) : !isTable(table, until, width);

function blockOf(table: SampleTable, width: number): WideBlock | null {
  const first = table.width.indexOf(width);
  // A header has no cell for the delimiter at the end of each row.
  const isHeaderAbove = first > 1 && width > 2 && table.width[first - 1] === filledWidth(table, width);
  const from = isHeaderAbove ? first - 1 : first;
  const until = footerStart(table, width);
  if (from === 0 || from > LONGEST_PREAMBLE || until - first < 2 - (first - from)) return null;
  const fitting = table.width.slice(first, until).filter((cells) => cells === width).length;
  if (fitting < (until - first) * NEARLY_ALL) return null;
  if (table.width.slice(0, from).some((cells) => cells > width)) return null;
  const families = new ColumnFamilies(table, from + 1, width);
  if (families.isTextAboveValues(from))
    return { width, from, isClear: headerLogOdds(table, from, width) > CLEAR_HEADER };
  // Of words alone, a blank line sets them off, and their names are spelled like names.
  const isSetOff = families.areAllText && table.blankBefore[from]!;
  return isSetOff && headerLogOdds(table, from, width) > 0 ? { width, from, isClear: false } : null;
}

/** A key and its value above another such line are no names above values. */
const LEAST_OF_A_TABLE = 3;

/**
 * Whether the records of a width, as far as another one, are a table: values in the first column, where keys would be words, or names above
 * values. `Konto;DE02` above a balance is no line of names, as it has digits.
 */
export function isTable(table: SampleTable, until: number, width: number): boolean {
  const records = table.width.slice(0, until).flatMap((cells, record) => (cells === width ? [record] : []));
  const first = records[0]!;
  if (records.length < LEAST_OF_A_TABLE) return false;
  if (new ColumnFamilies(table, first, width, undefined, until).has(0)) return true;
  const names = Array.from({ length: table.cells(first) }, (_, column) => table.text(first, column));
  if (names.some((name) => /\d/.test(name))) return false;
  return new ColumnFamilies(table, first + 1, width, undefined, until).isTextAboveValues(first);
}

/** Whether all records before this one are comments. Other lines of one cell are as likely the rows of a single column. */
function areComments(table: SampleTable, until: number): boolean {
  for (let record = 0; record < until; record++) if (!isComment(table, record)) return false;
  return true;
}

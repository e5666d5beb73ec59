import type { CsvUpload } from '../../uploads/upload.entity.js';
import { isOwnTable } from '../../uploads/upload-tables.js';
import { columnConditions, type Operator } from '../request/conditions.js';
import { type Direction, isFiltered, type RowsQuery } from '../request/rows-query.js';
import type { RowRange } from './row-range.js';

// A page in file order of rows that an index finds. PostgreSQL either reads rows in file order until it has a page of them, or fetches all rows
// of the index and orders them; for one row of 100 both are thousands. Order indexes have the row number behind the value, so they also
// find the rows of a window: a range of row numbers that is expected to have a little more than a page.

/** How many rows the first window has for each wanted one: it is full where one row of 300 is selected. */
const ROWS_FOR_EACH = 300;
/** The first window is at most this part of the file, so that looking in vain costs little beside the rest. */
const LARGEST_PART = 1 / 4;
/** A later window is to have this many times the rows that are missing, at the density that was found so far. */
const MARGIN = 2;
/** The last one is the rest of the file, so rows of any distribution take three statements at most. */
const MAX_WINDOWS = 3;

/** Conditions that other indexes than those in a column's order may serve, which do not have the row number. */
const WITHOUT_ORDER: ReadonlySet<Operator> = new Set(['contains', 'starts_with', 'ends_with', 'not_contains']);

/**
 * Whether windows help: not with one value, whose rows an index has in file order already; and not so far behind the first page that one
 * window would hardly have the rows before the page.
 */
export function fitsWindows(upload: CsvUpload, query: RowsQuery): boolean {
  const { position, pageSize, conditions } = query;
  if (!isOwnTable(upload.rows_table) || query.sort.length > 0 || query.search !== null || !isFiltered(query))
    return false;
  if ('page' in position && position.page > 1 && position.page * pageSize * ROWS_FOR_EACH > upload.processed_rows)
    return false;
  if (conditions.some(({ operator }) => operator === 'eq' || operator === 'is_null')) return false;
  return !conditions.flatMap(columnConditions).some(({ operator }) => WITHOUT_ORDER.has(operator));
}

/** Windows that follow each other from where a page starts, in either direction, until the end of the file. */
export class FileWindows {
  private readonly begin: number;
  /** Rows of the file before the next window, in the direction of reading. */
  private before: number;
  private given = 0;

  /** @param after the row number that the page starts after; null at the beginning. */
  constructor(
    private readonly total: number,
    private readonly direction: Direction,
    after: number | null,
  ) {
    this.begin = after === null ? 0 : direction === 'asc' ? after : total - after + 1;
    this.before = this.begin;
  }

  /**
   * @param found how many rows the windows so far had.
   * @param missing how many more are wanted.
   * @returns null at the end of the file.
   */
  next(found: number, missing: number): RowRange | null {
    if (this.before >= this.total) return null;
    this.given += 1;
    const size = Math.ceil(Math.min(this.sizeFor(found, missing), this.total - this.before));
    const range =
      this.direction === 'asc'
        ? { first: this.before + 1, last: this.before + size }
        : { first: this.total - this.before - size + 1, last: this.total - this.before };
    this.before += size;
    return range;
  }

  private sizeFor(found: number, missing: number): number {
    if (this.given === 1) return Math.min(missing * ROWS_FOR_EACH, this.total * LARGEST_PART);
    if (this.given >= MAX_WINDOWS || found === 0) return Number.POSITIVE_INFINITY;
    return (MARGIN * missing * (this.before - this.begin)) / found;
  }
}

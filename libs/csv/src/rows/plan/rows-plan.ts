import type { CsvUpload } from '../../uploads/upload.entity.js';
import { isOwnTable } from '../../uploads/upload-tables.js';
import { columnConditions, type Operator } from '../request/conditions.js';
import {
  type Direction,
  isFiltered,
  isWholeFile,
  type RowSelection,
  type RowsQuery,
  type SortKey,
} from '../request/rows-query.js';
import { fitsWindows } from './file-windows.js';
import type { BlocksUse, IndexPlan } from './index-planner.js';
import { type RankQuery, rankQuery } from './rank-query.js';
import type { RowRange } from './row-range.js';

/** How many selected rows come before the page, or the row number that it starts after. */
export type PageStart = { offset: number } | { after: number };

export type PagePlan =
  /** A page of the whole file is a range of row numbers, empty where `first` is greater than `last`. */
  | ({ by: 'range'; hasNext: boolean; total: number } & RowRange)
  /**
   * An index finds or orders the rows, or the table is small. `keyset` says how a page after a row is found: `ranges` reads an index in
   * the requested order range by range; `filter` is one condition. `ranked`: the order of all rows by this key alone is that of an index,
   * whose rank samples may tell where the page begins. `inWindows`: the page is in file order, and is looked for in windows of row numbers.
   */
  | { by: 'index'; start: PageStart; keyset: 'ranges' | 'filter'; ranked: SortKey | null; inWindows: boolean }
  /** Every row of a big table is read. `probe` is a range to try before; `withTotal` counts in the same pass. */
  | { by: 'scan'; start: PageStart; probe: RowRange | null; withTotal: boolean };

export type CountPlan =
  | { by: 'none' }
  | { by: 'known'; total: number }
  | {
      by: 'counting';
      /** Exact and cheap where the column has rank samples, whatever finds the page; tried first. */
      rank: RankQuery | null;
      /** `null` where the client asked for an estimate. `quick-unless-frequent` asks the planner first, and counts frequent text as a heavy read. */
      exact: 'scan' | 'index' | 'quick-unless-frequent' | null;
      /** Counts instead of a read that is known to be heavy. */
      blocks: BlocksUse | null;
      /** Used when `exact` is null or takes too long. */
      estimate: 'sample' | 'statistics';
    };

/** Everything that is decided about a request for rows before it is compiled and executed. */
export interface RowsPlan {
  page: PagePlan;
  count: CountPlan;
}

export type ExportPlan =
  /** All rows in file order or its reverse. */
  | { by: 'range'; direction: Direction; size: number }
  /** The numbers of the selected rows are listed first. */
  | { by: 'list'; read: 'scan' | 'index' };

/** Before a scan of a big table: this many rows from the page's start take 10 ms, and save most scans for frequent values. */
const PROBED_ROWS = 20_000;

/** What the trigrams of a column find; each row that they find is read and checked. */
const TRIGRAM_MATCHES: ReadonlySet<Operator> = new Set(['contains', 'starts_with', 'ends_with']);

/** Decides once how a page is read and how its rows are counted. */
export function planRows(upload: CsvUpload, query: RowsQuery, indexes: IndexPlan): RowsPlan {
  return {
    page: planPage(upload, query, indexes),
    count: planCount(upload, query, indexes),
  };
}

/** Decides how the rows of an export are found. */
export function planExport(upload: CsvUpload, selection: RowSelection, indexes: IndexPlan): ExportPlan {
  if (isWholeFile(selection)) return { by: 'range', direction: selection.rowOrder, size: upload.processed_rows };
  return { by: 'list', read: indexes.mustScan ? 'scan' : 'index' };
}

function planPage(upload: CsvUpload, query: RowsQuery, indexes: IndexPlan): PagePlan {
  if (isWholeFile(query)) return pageOfFile(upload.processed_rows, query);
  const start = startOf(query);
  if (!indexes.mustScan) {
    const keyset = indexes.inOrder ? 'ranges' : 'filter';
    return { by: 'index', start, keyset, ranked: rankedBy(query, indexes), inWindows: fitsWindows(upload, query) };
  }
  return {
    by: 'scan',
    start,
    probe: query.sort.length === 0 ? probedRange(start, query.rowOrder, upload.processed_rows) : null,
    withTotal: isFiltered(query) && query.count === 'exact' && 'offset' in start,
  };
}

/** The only key of an order that an index has, of rows that nothing filters. */
function rankedBy(query: RowsQuery, { inOrder }: IndexPlan): SortKey | null {
  const [key, ...others] = query.sort;
  const isPlain = !isFiltered(query) && others.length === 0 && query.rowOrder === 'asc';
  return inOrder && isPlain ? (key ?? null) : null;
}

function planCount(upload: CsvUpload, query: RowsQuery, indexes: IndexPlan): CountPlan {
  if (query.count === 'none') return { by: 'none' };
  if (!isFiltered(query)) return { by: 'known', total: upload.processed_rows };
  const ownTable = isOwnTable(upload.rows_table);
  const matchesText = query.conditions.flatMap(columnConditions).some(({ operator }) => TRIGRAM_MATCHES.has(operator));
  const indexed = ownTable && matchesText ? 'quick-unless-frequent' : 'index';
  return {
    by: 'counting',
    rank: ownTable ? rankQuery(query) : null,
    exact: query.count === 'estimated' ? null : indexes.mustScan ? 'scan' : indexed,
    blocks: indexes.blocks,
    estimate: indexes.mustScan ? 'sample' : 'statistics',
  };
}

const startOf = ({ position, pageSize }: RowsQuery): PageStart =>
  'page' in position ? { offset: (position.page - 1) * pageSize } : position;

/** Rows are numbered from 1 to `total` without gaps, so a page of the file is a range of numbers at any depth. */
function pageOfFile(total: number, query: RowsQuery): PagePlan {
  const start = startOf(query);
  const ascending = query.rowOrder === 'asc';
  const skipped = 'offset' in start ? start.offset : ascending ? start.after : total - start.after + 1;
  const end = Math.min(skipped + query.pageSize, total);
  const range = ascending ? { first: skipped + 1, last: end } : { first: total - end + 1, last: total - skipped };
  return { by: 'range', ...range, hasNext: end < total && range.first <= range.last, total };
}

function probedRange(start: PageStart, direction: Direction, total: number): RowRange {
  if (direction === 'asc') {
    const before = 'after' in start ? start.after : 0;
    return { first: before + 1, last: before + PROBED_ROWS };
  }
  const end = 'after' in start ? start.after : total + 1;
  return { first: end - PROBED_ROWS, last: end - 1 };
}

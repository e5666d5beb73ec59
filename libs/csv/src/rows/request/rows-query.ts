import type { CsvColumn } from '@app/csv-format';
import { type Condition, conditionTexts } from './conditions.js';

export const DIRECTIONS = ['asc', 'desc'] as const;
/** How cells are returned: as JSON numbers and booleans where the column has such a type, or as exact text. */
export const VALUE_FORMS = ['typed', 'text'] as const;
export const COUNT_MODES = ['exact', 'estimated', 'none'] as const;

export type Direction = (typeof DIRECTIONS)[number];
export type ValueForm = (typeof VALUE_FORMS)[number];
type CountMode = (typeof COUNT_MODES)[number];

export interface SortKey {
  column: CsvColumn;
  direction: Direction;
}

/** Which rows, in which order. The order is total: rows with equal sort keys follow their row number in `rowOrder`. */
export interface RowSelection {
  /** A row must fulfil all of them. */
  conditions: Condition[];
  search: string | null;
  sort: SortKey[];
  rowOrder: Direction;
}

/** A page number from 1, or the row number that the page starts after. */
export type Position = { page: number } | { after: number };

/** A parsed request for one page of rows. */
export interface RowsQuery extends RowSelection {
  /** The requested columns, in file order. */
  columns: CsvColumn[];
  position: Position;
  pageSize: number;
  count: CountMode;
  values: ValueForm;
}

/** A parsed request for an export. */
export interface ExportQuery extends RowSelection {
  /** The columns to write, in file order. */
  columns: CsvColumn[];
  format: 'csv' | 'ndjson';
  /** For ndjson; CSV always has the exact text. */
  values: ValueForm;
  escapeFormulas: boolean;
}

/** Whether the selection may leave out rows. */
export const isFiltered = (selection: RowSelection): boolean =>
  selection.conditions.length > 0 || selection.search !== null;

/** Whether the selection is all rows in file order or its reverse. Its pages are plain ranges of row numbers. */
export const isWholeFile = (selection: RowSelection): boolean => !isFiltered(selection) && selection.sort.length === 0;

const filterText = ({ conditions, search }: RowSelection): string =>
  JSON.stringify([conditionTexts(conditions), search]);

/** Equal for equal filters and search, whatever their order in the request. Counts are cached by it. */
export const filterFingerprint = (selection: RowSelection): string =>
  isFiltered(selection) ? filterText(selection) : '';

/** As `filterFingerprint`, with the order of the rows. Cursors are bound to it. */
export const selectionFingerprint = (selection: RowSelection): string =>
  JSON.stringify([
    filterText(selection),
    selection.sort.map(({ column, direction }) => [column.key, direction]),
    selection.rowOrder,
  ]);

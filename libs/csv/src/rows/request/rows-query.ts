import type { CsvColumn } from '@app/csv-format';

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;
const TEXT_MATCHES = ['contains', 'starts_with', 'ends_with'] as const;
export const OPERATORS = [...COMPARISONS, 'between', 'in', ...TEXT_MATCHES, 'is_null'] as const;
export const DIRECTIONS = ['asc', 'desc'] as const;
/** How cells are returned: as JSON numbers and booleans where the column has such a type, or as exact text. */
export const VALUE_FORMS = ['typed', 'text'] as const;
export const COUNT_MODES = ['exact', 'estimated', 'none'] as const;

export type Comparison = (typeof COMPARISONS)[number];
export type TextMatch = (typeof TEXT_MATCHES)[number];
export type Operator = (typeof OPERATORS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type ValueForm = (typeof VALUE_FORMS)[number];
type CountMode = (typeof COUNT_MODES)[number];

/**
 * A condition on one column. Values are checked against the column's type and written as its cells are (`12.5`, `true`,
 * `2024-02-29`); `text` is as the client gave it.
 */
export type Condition =
  | { operator: Comparison; column: CsvColumn; value: string }
  | { operator: 'between'; column: CsvColumn; low: string; high: string }
  | { operator: 'in'; column: CsvColumn; values: string[] }
  | { operator: TextMatch; column: CsvColumn; text: string }
  | { operator: 'is_null'; column: CsvColumn; empty: boolean };

/** Whether the condition compares a part of the cell's text. */
export const isTextMatch = ({ operator }: Condition): boolean =>
  (TEXT_MATCHES as readonly Operator[]).includes(operator);

export interface SortKey {
  column: CsvColumn;
  direction: Direction;
}

/** Which rows, in which order. The order is total: rows with equal sort keys follow their row number in `rowOrder`. */
export interface RowSelection {
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

export const isFiltered = (selection: RowSelection): boolean =>
  selection.conditions.length > 0 || selection.search !== null;

/** Whether the selection is all rows in file order or its reverse. Its pages are plain ranges of row numbers. */
export const isWholeFile = (selection: RowSelection): boolean => !isFiltered(selection) && selection.sort.length === 0;

const filterText = ({ conditions, search }: RowSelection): string => {
  const each = conditions.map(({ column, ...rest }) => JSON.stringify([column.key, rest]));
  return JSON.stringify([each.sort(), search]);
};

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

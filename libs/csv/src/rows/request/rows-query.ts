import type { CsvColumn } from '@app/csv-format';

export const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;
export const TEXT_MATCHES = ['contains', 'starts_with', 'ends_with'] as const;
export const OPERATORS = [...COMPARISONS, 'between', 'in', ...TEXT_MATCHES, 'is_null'] as const;

export type Comparison = (typeof COMPARISONS)[number];
export type TextMatch = (typeof TEXT_MATCHES)[number];
export type Operator = (typeof OPERATORS)[number];
export type Direction = (typeof DIRECTIONS)[number];

/**
 * What one column must be like. Values are in the form a cell of the column would have (`12.5`, `true`, `2024-02-29`), already
 * checked to be of the column's type; text is as it was given.
 */
export type Condition =
  | { operator: Comparison; column: CsvColumn; value: string }
  | { operator: 'between'; column: CsvColumn; low: string; high: string }
  | { operator: 'in'; column: CsvColumn; values: string[] }
  | { operator: TextMatch; column: CsvColumn; text: string }
  | { operator: 'is_null'; column: CsvColumn; empty: boolean };

/** Whether a part of the cells is compared, and not their values. */
export const isTextMatch = ({ operator }: Condition): boolean =>
  (TEXT_MATCHES as readonly Operator[]).includes(operator);

export interface SortKey {
  column: CsvColumn;
  direction: Direction;
}

/** Which rows, in which order. A total order: where all sort keys are equal, `rowOrder` decides by row number. */
export interface RowSelection {
  conditions: Condition[];
  search: string | null;
  sort: SortKey[];
  rowOrder: Direction;
}

/** How a cell is given: as JSON number or boolean where the column's type says so, or as its exact text. */
export const VALUE_FORMS = ['typed', 'text'] as const;
export type ValueForm = (typeof VALUE_FORMS)[number];

export const COUNT_WISHES = ['exact', 'estimated', 'none'] as const;
export type CountWish = (typeof COUNT_WISHES)[number];

export const DIRECTIONS = ['asc', 'desc'] as const;

/** `page` from 1, or behind the row that a cursor names. */
export type Position = { page: number } | { after: number };

export interface RowsQuery extends RowSelection {
  /** Those asked for, in file order. */
  columns: CsvColumn[];
  position: Position;
  pageSize: number;
  count: CountWish;
  values: ValueForm;
}

/** Whether the selection is all rows in file order or its reverse, whose pages are plain row number ranges. */
export const isWholeFile = (selection: RowSelection): boolean =>
  selection.conditions.length === 0 && selection.search === null && selection.sort.length === 0;

export const isFiltered = (selection: RowSelection): boolean =>
  selection.conditions.length > 0 || selection.search !== null;

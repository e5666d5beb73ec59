import type { CsvColumn } from '@app/csv-format';
import type { ParameterWarning } from '@app/http';
import { type FieldError, ValidationFailed } from '@app/problems';
import { isStorable } from './cell-value.js';
import type { Columns } from './columns.js';
import type { CursorCodec } from './cursor-codec.js';
import { parseFilters } from './parse-filters.js';
import {
  COUNT_MODES,
  DIRECTIONS,
  type ExportQuery,
  type Position,
  type RowSelection,
  type RowsQuery,
  type SortKey,
  VALUE_FORMS,
} from './rows-query.js';

/** Query parameters as the client sent them. */
export interface RawSelection {
  filters?: string;
  search?: string;
  sort_by?: string;
  sort_order?: string;
}

export interface RawRowsQuery extends RawSelection {
  columns?: string;
  page?: string;
  page_size?: string;
  cursor?: string;
  count?: string;
  values?: string;
  /** About parameters that are none of these. They are part of the answer, so answers with different ones are cached apart. */
  unknown?: ParameterWarning[];
}

/** Values other than the selection and the columns are validated already: they do not depend on the upload. */
export interface RawExportQuery extends RawSelection {
  columns?: string;
  format: ExportQuery['format'];
  values: ExportQuery['values'];
  escape_formulas: 'true' | 'false';
}

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 500;
/**
 * A page behind a cursor has a condition for each key and for all keys before it, so its statement grows with their square: 400 keys made
 * 17 MB of SQL.
 */
export const MAX_SORT_KEYS = 8;
/** Names of the row order in `sort_by`, unless the upload has a column with that key. */
const ROW_ORDER_NAMES = ['id', 'row_id'];

/** @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue, InvalidCursor */
export function parseRowsQuery(raw: RawRowsQuery, columns: Columns, cursors: CursorCodec): RowsQuery {
  const selection = parseSelection(raw, columns);
  return {
    ...selection,
    columns: parseColumns(raw.columns, columns),
    position: parsePosition(raw, selection, cursors),
    pageSize: wholeNumber('page_size', raw.page_size, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
    count: oneOf('count', raw.count, COUNT_MODES),
    values: oneOf('values', raw.values, VALUE_FORMS),
  };
}

/** @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue */
export function parseExportQuery(raw: RawExportQuery, columns: Columns): ExportQuery {
  return {
    ...parseSelection(raw, columns),
    columns: parseColumns(raw.columns, columns),
    format: raw.format,
    values: raw.values,
    escapeFormulas: raw.escape_formulas === 'true',
  };
}

/** @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue */
function parseSelection(raw: RawSelection, columns: Columns): RowSelection {
  return {
    conditions: raw.filters ? parseFilters(raw.filters, columns) : [],
    search: parseSearch(raw.search),
    ...parseOrder(raw, columns),
  };
}

/** The columns that `columns=a,b` names, in file order; all columns when it names none. */
function parseColumns(raw: string | undefined, columns: Columns): CsvColumn[] {
  const named = new Set(namesIn(raw).map((key) => columns.get(key, 'columns')));
  return named.size === 0 ? columns.all : columns.all.filter((column) => named.has(column));
}

const invalid = (...errors: FieldError[]) => new ValidationFailed({}, { errors });

const namesIn = (list: string | undefined): string[] => (list ?? '').split(',').flatMap((name) => name.trim() || []);

function parseSearch(raw: string | undefined): string | null {
  if (!raw) return null;
  if (!isStorable(raw)) throw invalid({ pointer: '#/search', detail: 'contains a character that no cell can hold' });
  return raw;
}

/** `sort_order` is the direction of every key without `-`; without keys it is the direction of the row order. */
function parseOrder(raw: RawSelection, columns: Columns): Pick<RowSelection, 'sort' | 'rowOrder'> {
  const direction = oneOf('sort_order', raw.sort_order?.toLowerCase(), DIRECTIONS);
  const names = namesIn(raw.sort_by);
  const sort: SortKey[] = [];
  for (const name of names) {
    const descending = name.startsWith('-');
    const key = descending ? name.slice(1) : name;
    const keyDirection = descending ? 'desc' : direction;
    // Row numbers are unique, so later keys have no effect.
    if (ROW_ORDER_NAMES.includes(key) && !columns.has(key)) return { sort, rowOrder: keyDirection };
    const column = columns.get(key, 'sort_by');
    if (!sort.some((earlier) => earlier.column === column)) sort.push({ column, direction: keyDirection });
    if (sort.length > MAX_SORT_KEYS)
      throw invalid({ pointer: '#/sort_by', detail: `must name at most ${MAX_SORT_KEYS} columns` });
  }
  return { sort, rowOrder: names.length === 0 ? direction : 'asc' };
}

function parsePosition(raw: RawRowsQuery, selection: RowSelection, cursors: CursorCodec): Position {
  if (!raw.cursor) return { page: wholeNumber('page', raw.page, 1, 1_000_000_000) };
  if (raw.page !== undefined) throw invalid({ pointer: '#/cursor', detail: 'cannot be combined with page' });
  return { after: cursors.decode(selection, raw.cursor) };
}

function wholeNumber(name: string, raw: string | undefined, fallback: number, max: number): number {
  if (raw === undefined) return fallback;
  const value = /^\d{1,10}$/.test(raw) ? Number(raw) : 0;
  if (value < 1 || value > max)
    throw invalid({ pointer: `#/${name}`, detail: `must be a whole number from 1 to ${max}` });
  return value;
}

/** The first choice is the default. */
function oneOf<T extends string>(name: string, raw: string | undefined, choices: readonly [T, ...T[]]): T {
  if (raw === undefined || raw === '') return choices[0];
  const chosen = choices.find((choice) => choice === raw);
  if (!chosen) throw invalid({ pointer: `#/${name}`, detail: `must be one of ${choices.join(', ')}` });
  return chosen;
}

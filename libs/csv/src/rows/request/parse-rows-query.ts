import type { CsvColumn } from '@app/csv-format';
import { type FieldError, ValidationFailed } from '@app/problems';
import { isStorable } from './cell-value.js';
import type { ColumnBook } from './column-book.js';
import type { CursorSeal } from './cursor-seal.js';
import { parseFilters } from './parse-filters.js';
import {
  COUNT_WISHES,
  DIRECTIONS,
  type Position,
  type RowSelection,
  type RowsQuery,
  type SortKey,
  VALUE_FORMS,
} from './rows-query.js';

/** The parameters as they stood in the address. */
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
}

export const DEFAULT_PAGE_SIZE = 100;
export const LARGEST_PAGE_SIZE = 500;
/** Names for the row order in `sort_by`, unless the upload has a column of that key. */
const ROW_ORDER_NAMES = ['id', 'row_id'];

/** @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue, InvalidCursor */
export function parseRowsQuery(raw: RawRowsQuery, book: ColumnBook, cursors: CursorSeal): RowsQuery {
  const selection = parseSelection(raw, book);
  return {
    ...selection,
    columns: parseColumns(raw.columns, book),
    position: parsePosition(raw, selection, cursors),
    pageSize: wholeNumber('page_size', raw.page_size, DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE),
    count: oneOf('count', raw.count, COUNT_WISHES),
    values: oneOf('values', raw.values, VALUE_FORMS),
  };
}

/** @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue */
export function parseSelection(raw: RawSelection, book: ColumnBook): RowSelection {
  return {
    conditions: raw.filters ? parseFilters(raw.filters, book) : [],
    search: parseSearch(raw.search),
    ...parseOrder(raw, book),
  };
}

/** The columns named in `columns=a,b`, in file order; all when none is named. */
export function parseColumns(raw: string | undefined, book: ColumnBook): CsvColumn[] {
  const named = new Set(namesIn(raw).map((key) => book.get(key, 'columns')));
  return named.size === 0 ? book.all : book.all.filter((column) => named.has(column));
}

const invalid = (...errors: FieldError[]) => new ValidationFailed({}, { errors });

const namesIn = (list: string | undefined): string[] => (list ?? '').split(',').flatMap((name) => name.trim() || []);

function parseSearch(raw: string | undefined): string | null {
  if (!raw) return null;
  if (!isStorable(raw)) throw invalid({ pointer: '#/search', detail: 'holds a character that no cell can hold' });
  return raw;
}

/** `sort_order` is the direction of every key without `-`, and without keys that of the rows themselves. */
function parseOrder(raw: RawSelection, book: ColumnBook): Pick<RowSelection, 'sort' | 'rowOrder'> {
  const direction = oneOf('sort_order', raw.sort_order?.toLowerCase(), DIRECTIONS);
  const names = namesIn(raw.sort_by);
  const sort: SortKey[] = [];
  for (const name of names) {
    const descending = name.startsWith('-');
    const key = descending ? name.slice(1) : name;
    const keyDirection = descending ? 'desc' : direction;
    // Row numbers are unique: what comes behind them decides nothing.
    if (ROW_ORDER_NAMES.includes(key) && !book.has(key)) return { sort, rowOrder: keyDirection };
    const column = book.get(key, 'sort_by');
    if (!sort.some((earlier) => earlier.column === column)) sort.push({ column, direction: keyDirection });
  }
  return { sort, rowOrder: names.length === 0 ? direction : 'asc' };
}

function parsePosition(raw: RawRowsQuery, selection: RowSelection, cursors: CursorSeal): Position {
  if (!raw.cursor) return { page: wholeNumber('page', raw.page, 1, 1_000_000_000) };
  if (raw.page !== undefined)
    throw invalid({ pointer: '#/cursor', detail: 'cannot be combined with page: a cursor has its own place' });
  return { after: cursors.open(selection, raw.cursor) };
}

function wholeNumber(name: string, raw: string | undefined, fallback: number, most: number): number {
  if (raw === undefined) return fallback;
  const value = /^\d{1,10}$/.test(raw) ? Number(raw) : 0;
  if (value < 1 || value > most)
    throw invalid({ pointer: `#/${name}`, detail: `must be a whole number from 1 to ${most}` });
  return value;
}

/** The first choice is the default. */
function oneOf<T extends string>(name: string, raw: string | undefined, choices: readonly [T, ...T[]]): T {
  if (raw === undefined || raw === '') return choices[0];
  const chosen = choices.find((choice) => choice === raw);
  if (!chosen) throw invalid({ pointer: `#/${name}`, detail: `must be one of ${choices.join(', ')}` });
  return chosen;
}

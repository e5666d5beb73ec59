import type { CsvColumn } from '@app/csv-format';
import type { Condition, RowSelection } from '../request/rows-query.js';
import { hasTrigram } from './trigrams.js';

/**
 * `order_asc`, `order_desc`: a column's values in order, for equality, ranges and sorting. `contains`: its trigrams, for pieces of
 * text. `search`: the trigrams of all values of a row.
 */
export type IndexKind = 'order_asc' | 'order_desc' | 'contains' | 'search';

/** An index of an upload; `column` is null for `search`. */
export interface IndexChoice {
  kind: IndexKind;
  column: CsvColumn | null;
}

export interface IndexNeeds {
  /** One for each condition that an index can serve: the one to build, though another may do as well. */
  filters: IndexChoice[];
  order: IndexChoice | null;
}

/** Which indexes a selection calls for. The order of the file needs none: it is the primary key's. */
export function indexNeeds(selection: RowSelection): IndexNeeds {
  const [firstKey] = selection.sort;
  const order: IndexChoice | null = firstKey ? { kind: `order_${firstKey.direction}`, column: firstKey.column } : null;
  const filters = selection.conditions.flatMap((condition) => filterNeed(condition, order) ?? []);
  if (selection.search !== null && hasTrigram(selection.search, 'inside')) {
    filters.push({ kind: 'search', column: null });
  }
  return { filters: filters.filter((need, index) => filters.findIndex(is(need)) === index), order };
}

function filterNeed(condition: Condition, order: IndexChoice | null): IndexChoice | null {
  const { column } = condition;
  switch (condition.operator) {
    // Nearly everything is unequal, and most cells are filled.
    case 'ne':
      return null;
    case 'is_null':
      return condition.empty ? orderOf(column, order) : null;
    case 'contains':
      return hasTrigram(condition.text, 'inside') ? { kind: 'contains', column } : null;
    case 'starts_with':
      return hasTrigram(condition.text, 'start') ? { kind: 'contains', column } : null;
    case 'ends_with':
      return hasTrigram(condition.text, 'end') ? { kind: 'contains', column } : null;
    default:
      return orderOf(column, order);
  }
}

/** A filter takes either direction, so the one that sorting needs anyway. */
const orderOf = (column: CsvColumn, order: IndexChoice | null): IndexChoice =>
  order?.column === column ? order : { kind: 'order_asc', column };

const ordersRows = ({ kind }: IndexChoice): boolean => kind === 'order_asc' || kind === 'order_desc';

export const is =
  (one: IndexChoice) =>
  (other: IndexChoice): boolean =>
    one.kind === other.kind && one.column?.key === other.column?.key;

/** Whether an index does for a filter what `need` would. */
export const servesFilter =
  (need: IndexChoice) =>
  (index: IndexChoice): boolean =>
    is(need)(index) || (ordersRows(need) && ordersRows(index) && need.column?.key === index.column?.key);

import type { CsvColumn } from '@app/csv-format';
import { hasTrigram, type IndexChoice, sameIndex } from '../indexes/index-definition.js';
import type { Condition, RowSelection } from '../request/rows-query.js';

interface IndexNeeds {
  /** One for each condition that an index can serve: the index to build, though another may serve it too. */
  filters: IndexChoice[];
  order: IndexChoice | null;
}

/** Which indexes a selection needs. File order needs none: the primary key has it. */
export function indexNeeds(selection: RowSelection): IndexNeeds {
  const [firstKey] = selection.sort;
  const order: IndexChoice | null = firstKey ? { kind: `order_${firstKey.direction}`, column: firstKey.column } : null;
  const filters = selection.conditions.flatMap((condition) => filterNeed(condition, order) ?? []);
  if (selection.search !== null && hasTrigram(selection.search, 'inside')) {
    filters.push({ kind: 'search', column: null });
  }
  return { filters: filters.filter((need, index) => filters.findIndex(sameIndex(need)) === index), order };
}

function filterNeed(condition: Condition, order: IndexChoice | null): IndexChoice | null {
  const { column } = condition;
  switch (condition.operator) {
    // Nearly every cell is unequal to a value, and most cells are filled.
    case 'ne':
      return null;
    case 'is_null':
      return condition.empty ? orderIndexOf(column, order) : null;
    case 'contains':
      return hasTrigram(condition.text, 'inside') ? { kind: 'contains', column } : null;
    case 'starts_with':
      return hasTrigram(condition.text, 'start') ? { kind: 'contains', column } : null;
    case 'ends_with':
      return hasTrigram(condition.text, 'end') ? { kind: 'contains', column } : null;
    default:
      return orderIndexOf(column, order);
  }
}

/** A filter can use either direction, so it shares the index that the sort needs. */
const orderIndexOf = (column: CsvColumn, order: IndexChoice | null): IndexChoice =>
  order?.column === column ? order : { kind: 'order_asc', column };

const isOrderIndex = ({ kind }: IndexChoice): boolean => kind === 'order_asc' || kind === 'order_desc';

/** Whether an index serves the filter that needs `need`. */
export const servesFilter =
  (need: IndexChoice) =>
  (index: IndexChoice): boolean =>
    sameIndex(need)(index) || (isOrderIndex(need) && isOrderIndex(index) && need.column?.key === index.column?.key);

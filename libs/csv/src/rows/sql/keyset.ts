import { unescapeCell } from '@app/csv-format';
import type { RowSelection } from '../request/rows-query.js';
import type { Predicates } from './predicates.js';
import type { Parameters } from './sql-values.js';

/** The row that a page starts after, with its sort values: texts as they are stored, null where empty. */
export interface KeysetAnchor {
  rowNumber: number;
  sortValues: (string | null)[];
}

/**
 * Conditions for the rows after the anchor, as ranges that follow each other in the selection's order: first the rows equal in all
 * keys with a later number; then those equal in all keys but the last and later in it; and so on. Empty cells sort last in both
 * directions and have a range of their own; no value sorts after them. PostgreSQL starts each range in the index at its beginning;
 * with the ranges joined by OR it would read the index from the first row.
 */
export function keysetRanges(
  { sort, rowOrder }: RowSelection,
  { rowNumber, sortValues }: KeysetAnchor,
  predicates: Predicates,
  parameters: Parameters,
): string[] {
  const keys = sort.map(({ column, direction }, index) => ({
    cell: predicates.cell(column),
    sign: direction === 'asc' ? '>' : '<',
    value:
      typeof sortValues[index] === 'string' ? predicates.valueOfCell(column, unescapeCell(sortValues[index])) : null,
  }));
  const equal = keys.map(({ cell, value }) => (value === null ? `${cell} IS NULL` : `${cell} = ${value}`));
  const later = `row_number ${rowOrder === 'asc' ? '>' : '<'} CAST(${parameters.add(rowNumber)} AS int8)`;

  const ranges = [[...equal, later]];
  for (let index = keys.length - 1; index >= 0; index--) {
    const { cell, sign, value } = keys[index]!;
    const before = equal.slice(0, index);
    if (value !== null) ranges.push([...before, `${cell} ${sign} ${value}`], [...before, `${cell} IS NULL`]);
  }
  return ranges.map((conditions) => conditions.join(' AND '));
}

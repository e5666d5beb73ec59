import type { RowSelection } from '../request/rows-query.js';
import type { Parameters } from './parameters.js';
import type { Predicates } from './predicates.js';

/** A row that is known with its sort values: exact texts, null when empty. */
export interface Anchor {
  rowNumber: number;
  sortValues: (string | null)[];
}

/**
 * The rows behind the anchor in the selection's order, as ranges that follow each other in that order: level with it by all keys
 * and behind by number; level by all keys but the last, and behind by that; and so on. Empty cells come last both ways, in a range
 * of their own, and behind them by that key there is nothing. An index is walked through each range from its beginning; through
 * all of them at once, joined by OR, it would have to be walked from the first row.
 */
export function stepsBehind(
  { sort, rowOrder }: RowSelection,
  { rowNumber, sortValues }: Anchor,
  predicates: Predicates,
  parameters: Parameters,
): string[] {
  const keys = sort.map(({ column, direction }, index) => ({
    cell: predicates.cell(column),
    sign: direction === 'asc' ? '>' : '<',
    value: typeof sortValues[index] === 'string' ? predicates.value(column, sortValues[index]) : null,
  }));
  const level = keys.map(({ cell, value }) => (value === null ? `${cell} IS NULL` : `${cell} = ${value}`));
  const byNumber = `row_number ${rowOrder === 'asc' ? '>' : '<'} CAST(${parameters.add(rowNumber)} AS int8)`;

  const steps = [[...level, byNumber]];
  for (let index = keys.length - 1; index >= 0; index--) {
    const { cell, sign, value } = keys[index]!;
    const before = level.slice(0, index);
    if (value !== null) steps.push([...before, `${cell} ${sign} ${value}`], [...before, `${cell} IS NULL`]);
  }
  return steps.map((conditions) => conditions.join(' AND '));
}

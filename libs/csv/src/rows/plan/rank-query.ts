import type { CsvColumn } from '@app/csv-format';
import type { Condition, RowSelection } from '../request/rows-query.js';

/** A position in a column's order: after the cells less than `value` (`below`), or less or equal (`upto`). */
export interface RankBound {
  value: string;
  side: 'below' | 'upto';
}

/** Cells between the highest of the lower bounds and the lowest of the upper ones. */
export interface RankRange {
  lower: RankBound[];
  upper: RankBound[];
}

/** A count that the order of one column answers: the cells in the ranges, or the filled or all cells outside them. */
export interface RankQuery {
  column: CsvColumn;
  ranges: RankRange[];
  of: 'ranges' | 'filled-without' | 'all-without';
}

const below = (value: string): RankBound => ({ value, side: 'below' });
const upto = (value: string): RankBound => ({ value, side: 'upto' });
const equal = (value: string): RankRange => ({ lower: [below(value)], upper: [upto(value)] });
const ALL_FILLED: RankRange = { lower: [], upper: [] };

/** @returns null when the order of one column cannot answer it. */
export function rankQuery({ conditions, search }: RowSelection): RankQuery | null {
  const [first, ...others] = conditions;
  if (!first || search !== null || others.some(({ column }) => column !== first.column)) return null;
  const { column } = first;
  const ranges = conditions.map(rangeOf);
  if (ranges.every((range) => range !== null)) {
    const intersection = { lower: ranges.flatMap(({ lower }) => lower), upper: ranges.flatMap(({ upper }) => upper) };
    return { column, ranges: [intersection], of: 'ranges' };
  }
  return others.length > 0 ? null : singleConditionQuery(first);
}

function rangeOf(condition: Condition): RankRange | null {
  switch (condition.operator) {
    case 'eq':
      return equal(condition.value);
    case 'gt':
      return { lower: [upto(condition.value)], upper: [] };
    case 'gte':
      return { lower: [below(condition.value)], upper: [] };
    case 'lt':
      return { lower: [], upper: [below(condition.value)] };
    case 'lte':
      return { lower: [], upper: [upto(condition.value)] };
    case 'between':
      return { lower: [below(condition.low)], upper: [upto(condition.high)] };
    default:
      return null;
  }
}

/** Conditions that are no single range, so they cannot be intersected with others. */
function singleConditionQuery(condition: Condition): RankQuery | null {
  const { column, operator } = condition;
  switch (operator) {
    case 'ne':
      return { column, ranges: [equal(condition.value)], of: 'filled-without' };
    case 'is_null':
      return { column, ranges: [ALL_FILLED], of: condition.empty ? 'all-without' : 'ranges' };
    case 'in': {
      const values = distinctValues(condition.values, column);
      return values && { column, ranges: values.map(equal), of: 'ranges' };
    }
    default:
      return null;
  }
}

/** Each value once, or its cells would be counted twice. Parsed datetimes may still have several texts for one instant. */
const distinctValues = (values: string[], { type }: CsvColumn): string[] | null =>
  type === 'datetime' && values.length > 1 ? null : [...new Set(values)];

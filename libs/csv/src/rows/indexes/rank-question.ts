import type { CsvColumn } from '@app/csv-format';
import type { Condition, RowSelection } from '../request/rows-query.js';

/** A place in a column's order: how many filled cells are less than the value (`below`), or less or equal (`upto`). */
export interface Cut {
  value: string;
  side: 'below' | 'upto';
}

/** Cells between the highest of the lower cuts and the lowest of the upper ones. */
export interface CutRange {
  lower: Cut[];
  upper: Cut[];
}

/** A count that the order of one column answers: of the cells in the ranges, or of the filled or all cells but those. */
export interface RankQuestion {
  column: CsvColumn;
  ranges: CutRange[];
  of: 'ranges' | 'filled-without' | 'all-without';
}

const below = (value: string): Cut => ({ value, side: 'below' });
const upto = (value: string): Cut => ({ value, side: 'upto' });
const equal = (value: string): CutRange => ({ lower: [below(value)], upper: [upto(value)] });
const EVERYTHING: CutRange = { lower: [], upper: [] };

/** @returns null when it takes more than the order of one column. */
export function rankQuestion({ conditions, search }: RowSelection): RankQuestion | null {
  const [first, ...others] = conditions;
  if (!first || search !== null || others.some(({ column }) => column !== first.column)) return null;
  const { column } = first;
  const ranges = conditions.map(rangeOf);
  if (ranges.every((range) => range !== null)) {
    const meeting = { lower: ranges.flatMap(({ lower }) => lower), upper: ranges.flatMap(({ upper }) => upper) };
    return { column, ranges: [meeting], of: 'ranges' };
  }
  return others.length > 0 ? null : aloneQuestion(first);
}

function rangeOf(condition: Condition): CutRange | null {
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

function aloneQuestion(condition: Condition): RankQuestion | null {
  const { column, operator } = condition;
  switch (operator) {
    case 'ne':
      return { column, ranges: [equal(condition.value)], of: 'filled-without' };
    case 'is_null':
      return condition.empty
        ? { column, ranges: [EVERYTHING], of: 'all-without' }
        : { column, ranges: [EVERYTHING], of: 'ranges' };
    case 'in': {
      const values = distinctValues(condition.values, column);
      return values && { column, ranges: values.map(equal), of: 'ranges' };
    }
    default:
      return null;
  }
}

/** Each value once, or it would be counted twice. Only datetimes have several texts for one instant by the time they come here. */
const distinctValues = (values: string[], { type }: CsvColumn): string[] | null =>
  type === 'datetime' && values.length > 1 ? null : [...new Set(values)];

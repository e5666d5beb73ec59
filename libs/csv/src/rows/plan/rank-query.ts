import type { CsvColumn } from '@app/csv-format';
import { type ColumnCondition, type Condition, columnConditions } from '../request/conditions.js';
import type { RowSelection } from '../request/rows-query.js';

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

/** A count that the order of one column answers: the cells in the ranges, or all others; with or without the empty cells. */
export interface RankQuery {
  column: CsvColumn;
  /** No cell is in two of them. */
  ranges: RankRange[];
  of: 'ranges' | 'ranges-or-empty' | 'filled-without' | 'all-without';
}

const below = (value: string): RankBound => ({ value, side: 'below' });
const upto = (value: string): RankBound => ({ value, side: 'upto' });
const equal = (value: string): RankRange => ({ lower: [below(value)], upper: [upto(value)] });
const ALL_FILLED: RankRange = { lower: [], upper: [] };

/** @returns null when the order of one column cannot answer it. */
export function rankQuery({ conditions, search }: RowSelection): RankQuery | null {
  return conditions.length === 0 || search !== null ? null : queryOfAll(conditions);
}

function queryOfAll(conditions: Condition[]): RankQuery | null {
  const [first, ...others] = conditions;
  if (others.length === 0) return queryOf(first!);
  const ranges = conditions.map(rangeOf);
  const column = commonColumn(conditions);
  if (!column || !ranges.every((range) => range !== null)) return null;
  const intersection = { lower: ranges.flatMap(({ lower }) => lower), upper: ranges.flatMap(({ upper }) => upper) };
  return { column, ranges: [intersection], of: 'ranges' };
}

/** Alternatives whose cells are never counted twice: any number of values or one range, and the empty cells. */
function queryOfAny(conditions: Condition[]): RankQuery | null {
  const column = commonColumn(conditions);
  const filled = conditions.filter((condition) => !(condition.operator === 'is_null' && condition.empty));
  if (!column || filled.length === 0) return null;
  const query = filled.length === 1 ? queryOf(filled[0]!) : queryOfValues(filled, column);
  if (query === null || filled.length === conditions.length) return query;
  return query.of === 'ranges' ? { ...query, of: 'ranges-or-empty' } : null;
}

function queryOfValues(conditions: Condition[], column: CsvColumn): RankQuery | null {
  const values: string[] = [];
  for (const condition of conditions) {
    if (condition.operator === 'eq') values.push(condition.value);
    else if (condition.operator === 'in') values.push(...condition.values);
    else return null;
  }
  const distinct = distinctValues(values, column);
  return distinct && { column, ranges: distinct.map(equal), of: 'ranges' };
}

const COMPLEMENTS = {
  ranges: 'all-without',
  'ranges-or-empty': 'filled-without',
  'filled-without': 'ranges-or-empty',
  'all-without': 'ranges',
} as const;

function queryOf(condition: Condition): RankQuery | null {
  switch (condition.operator) {
    case '$and':
      return queryOfAll(condition.conditions);
    case '$or':
      return queryOfAny(condition.conditions);
    case '$not': {
      const query = queryOf(condition.condition);
      return query && { ...query, of: COMPLEMENTS[query.of] };
    }
    default: {
      const range = rangeOf(condition);
      return range ? { column: condition.column, ranges: [range], of: 'ranges' } : queryOfOther(condition);
    }
  }
}

/** The column of conditions that are all on one column. */
function commonColumn(conditions: Condition[]): CsvColumn | null {
  const [column, ...others] = new Set(conditions.flatMap(columnConditions).map((one) => one.column));
  return others.length === 0 ? (column ?? null) : null;
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
function queryOfOther(condition: ColumnCondition): RankQuery | null {
  const { column, operator } = condition;
  switch (operator) {
    case 'ne':
      return { column, ranges: [equal(condition.value)], of: 'filled-without' };
    case 'is_null':
      return { column, ranges: [ALL_FILLED], of: condition.empty ? 'all-without' : 'ranges' };
    case 'in':
    case 'not_in': {
      const values = distinctValues(condition.values, column);
      return values && { column, ranges: values.map(equal), of: operator === 'in' ? 'ranges' : 'filled-without' };
    }
    default:
      return null;
  }
}

/** Each value once, or its cells would be counted twice. Parsed datetimes may still have several texts for one instant. */
const distinctValues = (values: string[], { type }: CsvColumn): string[] | null =>
  type === 'datetime' && values.length > 1 ? null : [...new Set(values)];

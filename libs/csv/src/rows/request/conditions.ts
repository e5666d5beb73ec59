import type { CsvColumn } from '@app/csv-format';

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;
const LISTS = ['in', 'not_in'] as const;
const TEXT_MATCHES = ['contains', 'not_contains', 'starts_with', 'ends_with'] as const;
export const OPERATORS = [...COMPARISONS, 'between', ...LISTS, ...TEXT_MATCHES, 'is_null'] as const;
/** `$or` and `$and` take lists of objects, `$not` takes one object. No column key begins with `$`. */
export const GROUPS = ['$or', '$and', '$not'] as const;

export type Comparison = (typeof COMPARISONS)[number];
export type ListMatch = (typeof LISTS)[number];
export type TextMatch = (typeof TEXT_MATCHES)[number];
export type Operator = (typeof OPERATORS)[number];
export type Group = (typeof GROUPS)[number];

/**
 * A condition on one column; an empty cell fulfils only `is_null`. Values are checked against the column's type and written as its cells
 * are (`12.5`, `true`, `2024-02-29`); `text` is as the client gave it.
 */
export type ColumnCondition =
  | { operator: Comparison; column: CsvColumn; value: string }
  | { operator: 'between'; column: CsvColumn; low: string; high: string }
  | { operator: ListMatch; column: CsvColumn; values: string[] }
  | { operator: TextMatch; column: CsvColumn; text: string }
  | { operator: 'is_null'; column: CsvColumn; empty: boolean };

/**
 * A tree of conditions. `allOf`, `anyOf` and `notOf` build it: no list is empty or has one member, no group has members of its own kind.
 * `$not` is the complement: it finds every row that does not fulfil the condition, also where cells are empty.
 */
export type Condition =
  | ColumnCondition
  | { operator: '$and' | '$or'; conditions: Condition[] }
  | { operator: '$not'; condition: Condition };

/** @param conditions at least one. */
export const allOf = (conditions: Condition[]): Condition => listOf('$and', conditions);

/** @param conditions at least one. */
export const anyOf = (conditions: Condition[]): Condition => listOf('$or', conditions);

/** The complement of a condition; that of a complement is the condition itself. */
export const notOf = (condition: Condition): Condition =>
  condition.operator === '$not' ? condition.condition : { operator: '$not', condition };

function listOf(operator: '$and' | '$or', conditions: Condition[]): Condition {
  const members = conditions.flatMap((member) => (member.operator === operator ? member.conditions : [member]));
  return members.length === 1 ? members[0]! : { operator, conditions: members };
}

/** The conditions that hold together exactly where this one holds. */
export const conjuncts = (condition: Condition): Condition[] =>
  condition.operator === '$and' ? condition.conditions : [condition];

/** The conditions on columns in a tree, in order. */
export function columnConditions(condition: Condition): ColumnCondition[] {
  switch (condition.operator) {
    case '$and':
    case '$or':
      return condition.conditions.flatMap(columnConditions);
    case '$not':
      return columnConditions(condition.condition);
    default:
      return [condition];
  }
}

const REVERSED = { ne: 'eq', gt: 'lte', gte: 'lt', lt: 'gte', lte: 'gt' } as const;
const AFFIRMED = { not_in: 'in', not_contains: 'contains' } as const;

/**
 * The complement of a condition, with `$not` at columns only and only where nothing else says the same: the complement of `ne` is `eq`
 * or an empty cell, which an index finds. `eq`, `in`, `between` and matches of text keep `$not`, because no index finds what is left.
 */
export function complementOf(condition: Condition): Condition {
  switch (condition.operator) {
    case '$not':
      return condition.condition;
    case '$and':
      return anyOf(condition.conditions.map(complementOf));
    case '$or':
      return allOf(condition.conditions.map(complementOf));
    case 'is_null':
      return { ...condition, empty: !condition.empty };
    case 'ne':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return orEmpty({ ...condition, operator: REVERSED[condition.operator] });
    case 'not_in':
      return orEmpty({ ...condition, operator: AFFIRMED[condition.operator] });
    case 'not_contains':
      return orEmpty({ ...condition, operator: AFFIRMED[condition.operator] });
    default:
      return { operator: '$not', condition };
  }
}

const orEmpty = (condition: ColumnCondition): Condition =>
  anyOf([condition, { operator: 'is_null', column: condition.column, empty: true }]);

/** A text that is equal for equal trees, whatever the order of their members and however often one is repeated. */
function conditionText(condition: Condition): string {
  switch (condition.operator) {
    case '$and':
    case '$or':
      return `["${condition.operator}",[${conditionTexts(condition.conditions).join(',')}]]`;
    case '$not':
      return `["$not",[${conditionText(condition.condition)}]]`;
    default: {
      const { column, ...rest } = condition;
      return JSON.stringify([column.key, rest]);
    }
  }
}

/** The texts of conditions that hold together. */
export const conditionTexts = (conditions: Condition[]): string[] => [...new Set(conditions.map(conditionText))].sort();

import { type Column, type Condition, OPERATORS, type Operator, operatorsFor, type Value } from './conditions.js';

/** A condition to begin with: the likeliest operator of the column. */
export function newCondition(columns: Column[], key = columns[0]?.key ?? ''): Condition {
  const column = columns.find((candidate) => candidate.key === key);
  const operator = operatorsFor(column?.type ?? 'text')[0]!;
  return { column: key, operator, value: startValue(operator, column?.type) };
}

/** What an operator begins with. */
export const startValue = (operator: Operator, type: Column['type'] | undefined): Value | Value[] => {
  const { takes } = OPERATORS[operator];
  if (takes === 'nothing') return true;
  if (takes === 'two') return ['', ''];
  if (takes === 'list') return [];
  return type === 'boolean' ? true : '';
};

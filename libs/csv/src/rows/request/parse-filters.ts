import type { CsvColumn } from '@app/csv-format';
import { ValidationFailed } from '@app/problems';
import { InvalidFilterValue, UnknownOperator } from '../rows.problems.js';
import { cellValue, EXPECTED, searchedText } from './cell-value.js';
import type { Columns } from './columns.js';
import { DuplicateKey, type FilterJson, parseFilterJson } from './filter-json.js';
import { type Condition, OPERATORS, type Operator } from './rows-query.js';

/** More conditions than a person writes, and few enough to be planned quickly. */
const MAX_CONDITIONS = 100;

/**
 * Parses `filters`: a JSON object from column keys to a value (equal), an array (any of), or an object from operators to operands.
 * @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue
 */
export function parseFilters(json: string, columns: Columns): Condition[] {
  const conditions = membersOf(json).flatMap(([key, wanted]) =>
    conditionsOn(columns.get(key, 'filters'), wanted, columns),
  );
  if (conditions.length > MAX_CONDITIONS) throw invalidFilters(`must have at most ${MAX_CONDITIONS} conditions`);
  return conditions;
}

const invalidFilters = (detail: string) => new ValidationFailed({}, { errors: [{ pointer: '#/filters', detail }] });

function membersOf(json: string): [string, FilterJson][] {
  let parsed: FilterJson;
  try {
    parsed = parseFilterJson(json);
  } catch (error) {
    throw invalidFilters(error instanceof DuplicateKey ? 'must name each key of an object once' : 'must be JSON');
  }
  if (parsed.kind !== 'object') throw invalidFilters('must be a JSON object, such as {"city": "Paris"}');
  return parsed.members;
}

function conditionsOn(column: CsvColumn, wanted: FilterJson, columns: Columns): Condition[] {
  if (wanted.kind === 'array') return [condition(column, 'in', wanted, columns)];
  if (wanted.kind !== 'object') return [condition(column, 'eq', wanted, columns)];
  if (wanted.members.length === 0) throw invalidValue(column, '{}', 'at least one operator');
  return wanted.members.map(([operator, operand]) =>
    condition(column, knownOperator(operator, column), operand, columns),
  );
}

function knownOperator(operator: string, column: CsvColumn): Operator {
  if ((OPERATORS as readonly string[]).includes(operator)) return operator as Operator;
  throw new UnknownOperator({ operator, column: column.key, known_operators: [...OPERATORS] });
}

const invalidValue = (column: CsvColumn, operator: string, expected: string) =>
  new InvalidFilterValue({ column: column.key, operator, expected });

function condition(column: CsvColumn, operator: Operator, operand: FilterJson, columns: Columns): Condition {
  const typed = (given: FilterJson): string => {
    const value = cellValue(given, { type: column.type, decimal: columns.decimal });
    if (value === null) throw invalidValue(column, operator, EXPECTED[column.type]);
    return value;
  };
  switch (operator) {
    case 'is_null':
      if (operand.kind !== 'boolean') throw invalidValue(column, operator, 'true or false');
      return { operator, column, empty: operand.value };
    case 'in':
      if (operand.kind !== 'array') throw invalidValue(column, operator, 'an array');
      return { operator, column, values: operand.items.map(typed) };
    case 'between': {
      const [low, high, ...more] = operand.kind === 'array' ? operand.items : [];
      if (!low || !high || more.length > 0)
        throw invalidValue(column, operator, 'an array of two values, the lower one first');
      return { operator, column, low: typed(low), high: typed(high) };
    }
    case 'contains':
    case 'starts_with':
    case 'ends_with': {
      const text = searchedText(operand);
      if (text === null) throw invalidValue(column, operator, 'a text');
      return { operator, column, text };
    }
    default:
      if (operand.kind === 'null') {
        throw invalidValue(column, operator, `${EXPECTED[column.type]}; use {"is_null": true} to find empty cells`);
      }
      return { operator, column, value: typed(operand) };
  }
}

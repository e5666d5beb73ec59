import type { CsvColumn } from '@app/csv-format';
import { ValidationFailed } from '@app/problems';
import { InvalidFilterValue, UnknownOperator } from '../rows.problems.js';
import { cellValue, EXPECTED, searchedText } from './cell-value.js';
import type { ColumnBook } from './column-book.js';
import { DuplicateKey, type FilterJson, parseFilterJson } from './filter-json.js';
import { type Condition, OPERATORS, type Operator } from './rows-query.js';

/** More conditions than anybody writes by hand, and few enough to plan in no time. */
const MOST_CONDITIONS = 100;

/**
 * Reads `filters`: a JSON object of column to a value (equal), an array (any of) or an object of operators to operands.
 * @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue
 */
export function parseFilters(json: string, book: ColumnBook): Condition[] {
  const conditions = membersOf(json).flatMap(([key, wanted]) => conditionsOn(book.get(key, 'filters'), wanted, book));
  if (conditions.length > MOST_CONDITIONS) throw invalidFilters(`must have at most ${MOST_CONDITIONS} conditions`);
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

function conditionsOn(column: CsvColumn, wanted: FilterJson, book: ColumnBook): Condition[] {
  if (wanted.kind === 'array') return [condition(column, 'in', wanted, book)];
  if (wanted.kind !== 'object') return [condition(column, 'eq', wanted, book)];
  if (wanted.members.length === 0) throw misfit(column, '{}', 'at least one operator');
  return wanted.members.map(([operator, operand]) => condition(column, knownOperator(operator, column), operand, book));
}

function knownOperator(operator: string, column: CsvColumn): Operator {
  if ((OPERATORS as readonly string[]).includes(operator)) return operator as Operator;
  throw new UnknownOperator({ operator, column: column.key, known_operators: [...OPERATORS] });
}

const misfit = (column: CsvColumn, operator: string, expected: string) =>
  new InvalidFilterValue({ column: column.key, operator, expected });

function condition(column: CsvColumn, operator: Operator, operand: FilterJson, book: ColumnBook): Condition {
  const typed = (given: FilterJson): string => {
    const value = cellValue(given, { type: column.type, decimal: book.decimal });
    if (value === null) throw misfit(column, operator, EXPECTED[column.type]);
    return value;
  };
  switch (operator) {
    case 'is_null':
      if (operand.kind !== 'boolean') throw misfit(column, operator, 'true or false');
      return { operator, column, empty: operand.value };
    case 'in':
      if (operand.kind !== 'array') throw misfit(column, operator, 'an array');
      return { operator, column, values: operand.items.map(typed) };
    case 'between': {
      const [low, high, ...more] = operand.kind === 'array' ? operand.items : [];
      if (!low || !high || more.length > 0) throw misfit(column, operator, 'an array of two values, the lower first');
      return { operator, column, low: typed(low), high: typed(high) };
    }
    case 'contains':
    case 'starts_with':
    case 'ends_with': {
      const text = searchedText(operand);
      if (text === null) throw misfit(column, operator, 'a text');
      return { operator, column, text };
    }
    default:
      if (operand.kind === 'null') {
        throw misfit(column, operator, `${EXPECTED[column.type]}; empty cells are found by {"is_null": true}`);
      }
      return { operator, column, value: typed(operand) };
  }
}

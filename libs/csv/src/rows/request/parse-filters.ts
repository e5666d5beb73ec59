import type { CsvColumn } from '@app/csv-format';
import { nearestName, ValidationFailed } from '@app/problems';
import { InvalidFilterValue, UnknownOperator } from '../rows.problems.js';
import { cellValue, expectedOf, searchedText } from './cell-value.js';
import type { Columns } from './columns.js';
import {
  allOf,
  anyOf,
  type Condition,
  conjuncts,
  GROUPS,
  type Group,
  notOf,
  OPERATORS,
  type Operator,
} from './conditions.js';
import { DuplicateKey, type FilterJson, parseFilterJson, within } from './filter-json.js';

/** More conditions than a person writes, and few enough to be planned quickly. */
export const MAX_CONDITIONS = 100;
/** Groups within groups, counted from the outermost. */
export const MAX_DEPTH = 5;

/** Where `filters` is in a request, as errors point to it. */
const ROOT = '#/filters';

type Members = [string, FilterJson][];

/**
 * Parses `filters`: a JSON object from column keys to a value (equal), an array (any of), or an object from operators to operands; and
 * from `$or`, `$and` and `$not` to such objects.
 * @returns conditions that must all hold. `$and` is dissolved into them.
 * @throws ValidationFailed, UnknownColumn, UnknownOperator, InvalidFilterValue
 */
export function parseFilters(json: string, columns: Columns): Condition[] {
  return new FilterParser(columns).ofObject(membersOf(json), ROOT, 0);
}

const invalidFilters = (pointer: string, detail: string) => new ValidationFailed({}, { errors: [{ pointer, detail }] });

const NO_OBJECT = 'must be a JSON object, such as {"city": "Paris"}';

function membersOf(json: string): Members {
  let parsed: FilterJson;
  try {
    parsed = parseFilterJson(json);
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw invalidFilters(ROOT, NO_OBJECT);
    const detail = 'is given twice in one object; conditions that use a key twice stand in {"$and": [{…}, {…}]}';
    throw invalidFilters(ROOT + error.pointer, detail);
  }
  if (parsed.kind !== 'object') throw invalidFilters(ROOT, NO_OBJECT);
  return parsed.members;
}

const isOneOf = <T extends string>(known: readonly T[], name: string): name is T =>
  (known as readonly string[]).includes(name);

class FilterParser {
  private conditions = 0;

  constructor(private readonly columns: Columns) {}

  /**
   * The conditions of one object, all of which must hold.
   * @param depth how many groups are around it.
   */
  ofObject(members: Members, pointer: string, depth: number): Condition[] {
    return members.flatMap(([key, wanted]) => {
      const place = within(pointer, key);
      return isOneOf(GROUPS, key) ? this.ofGroup(key, wanted, place, depth + 1) : this.ofColumn(key, wanted, place);
    });
  }

  private ofGroup(group: Group, wanted: FilterJson, pointer: string, depth: number): Condition[] {
    if (depth > MAX_DEPTH) throw invalidFilters(pointer, `groups can be nested to a depth of ${MAX_DEPTH}`);
    if (group === '$not') return conjuncts(notOf(this.ofMember(wanted, pointer, depth)));
    if (wanted.kind !== 'array') throw invalidFilters(pointer, 'must be an array of objects');
    // MongoDB refuses it too. Read as "any of nothing" it would find no row, which hardly anyone means.
    if (wanted.items.length === 0) throw invalidFilters(pointer, 'must have at least one object');
    const members = wanted.items.map((item, index) => this.ofMember(item, within(pointer, index), depth));
    return group === '$and' ? members.flatMap(conjuncts) : conjuncts(anyOf(members));
  }

  private ofMember(wanted: FilterJson, pointer: string, depth: number): Condition {
    if (wanted.kind !== 'object') throw invalidFilters(pointer, 'must be an object, such as {"city": "Paris"}');
    if (wanted.members.length === 0) throw invalidFilters(pointer, 'must have at least one condition');
    return allOf(this.ofObject(wanted.members, pointer, depth));
  }

  private ofColumn(key: string, wanted: FilterJson, pointer: string): Condition[] {
    const column = this.columns.find(key);
    if (!column && key.startsWith('$')) throw unknownGroup(key, pointer);
    return this.onColumn(column ?? this.columns.get(key, 'filters', pointer), wanted, pointer);
  }

  private onColumn(column: CsvColumn, wanted: FilterJson, pointer: string): Condition[] {
    if (wanted.kind === 'array') return [this.condition(column, 'in', wanted, pointer)];
    if (wanted.kind !== 'object') return [this.condition(column, 'eq', wanted, pointer)];
    if (wanted.members.length === 0) throw invalidValue(column, '{}', 'at least one operator', pointer);
    return wanted.members.map(([operator, operand]) => {
      const place = within(pointer, operator);
      if (!isOneOf(OPERATORS, operator)) throw unknownOperator(operator, column, place);
      return this.condition(column, operator, operand, place);
    });
  }

  private condition(column: CsvColumn, operator: Operator, operand: FilterJson, pointer: string): Condition {
    if (++this.conditions > MAX_CONDITIONS)
      throw invalidFilters(pointer, `there can be at most ${MAX_CONDITIONS} conditions`);
    const typed = (given: FilterJson, place: string): string => {
      const value = cellValue(given, column);
      if (value !== null) return value;
      const hint = given.kind === 'null' ? '; use {"is_null": true} to find empty cells' : '';
      throw invalidValue(column, operator, expectedOf(column) + hint, place);
    };
    switch (operator) {
      case 'is_null':
        if (operand.kind !== 'boolean') throw invalidValue(column, operator, 'true or false', pointer);
        return { operator, column, empty: operand.value };
      case 'in':
      case 'not_in':
        if (operand.kind !== 'array') throw invalidValue(column, operator, 'an array', pointer);
        return { operator, column, values: operand.items.map((item, index) => typed(item, within(pointer, index))) };
      case 'between': {
        const [low, high, ...more] = operand.kind === 'array' ? operand.items : [];
        if (!low || !high || more.length > 0)
          throw invalidValue(column, operator, 'an array of two values, the lower one first', pointer);
        return { operator, column, low: typed(low, within(pointer, 0)), high: typed(high, within(pointer, 1)) };
      }
      case 'contains':
      case 'not_contains':
      case 'starts_with':
      case 'ends_with': {
        const text = searchedText(operand);
        if (text === null) throw invalidValue(column, operator, 'a text', pointer);
        return { operator, column, text };
      }
      default:
        return { operator, column, value: typed(operand, pointer) };
    }
  }
}

const invalidValue = (column: CsvColumn, operator: string, expected: string, pointer: string) =>
  new InvalidFilterValue(
    { column: column.key, operator, expected },
    { errors: [{ pointer, detail: `must be ${expected}` }] },
  );

/** What other query languages, and `--filter` of the command line, call an operator, where no name is near. */
const ELSEWHERE = new Map<string, Operator>([
  ['nin', 'not_in'],
  ['like', 'contains'],
  ['ilike', 'contains'],
  ['regex', 'contains'],
  ['exists', 'is_null'],
  ['=', 'eq'],
  ['==', 'eq'],
  ['!=', 'ne'],
  ['<>', 'ne'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['~', 'contains'],
]);

function unknownOperator(operator: string, column: CsvColumn, pointer: string) {
  const extensions = { operator, column: column.key, known_operators: [...OPERATORS] };
  if (isOneOf(GROUPS, operator)) {
    const detail = `${operator} is no operator of a column: it stands around columns, as in {"${operator}": …}.`;
    return new UnknownOperator({ ...extensions, nearest: null }, { detail, errors: [{ pointer, detail }] });
  }
  const nearest = ELSEWHERE.get(operator.toLowerCase().replace(/^\$/, '')) ?? nearestName(operator, OPERATORS);
  return new UnknownOperator({ ...extensions, nearest }, { errors: [{ pointer, detail: 'is not an operator' }] });
}

function unknownGroup(operator: string, pointer: string) {
  const nearest = nearestName(operator, GROUPS);
  const extensions = { operator, column: null, known_operators: [...GROUPS], nearest };
  return new UnknownOperator(extensions, { errors: [{ pointer, detail: 'is neither a group nor a column' }] });
}

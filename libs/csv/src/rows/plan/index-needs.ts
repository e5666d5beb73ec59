import type { CsvColumn } from '@app/csv-format';
import { hasTrigram, type IndexChoice, isOrderIndex, sameIndex } from '../indexes/index-definition.js';
import { type ColumnCondition, type Condition, complementOf } from '../request/conditions.js';
import type { RowSelection } from '../request/rows-query.js';
import type { BlocksCondition } from '../sql/text-blocks.js';

/**
 * What finds the rows of a condition without a scan: one index; any of several (conditions that all hold: the rows that one index finds
 * are checked for the others); or all of several together (alternatives: one index finds the rows of each).
 */
export type FilterNeed = IndexChoice | { anyOf: FilterNeed[] } | { allOf: FilterNeed[] };

interface IndexNeeds {
  /** null where no index helps. */
  filter: FilterNeed | null;
  /** The index in the order of the first sort key. */
  order: IndexChoice | null;
}

/**
 * `$or` is answered by a scan when it would need more indexes than this. They would take half of the upload's budget (INDEX_MAX_COUNT) for
 * one request.
 */
const MAX_INDEXES_OF_ALTERNATIVES = 8;

/** Which indexes a selection needs. File order needs none: the primary key has it. */
export function indexNeeds(selection: RowSelection): IndexNeeds {
  const [firstKey] = selection.sort;
  const order: IndexChoice | null = firstKey ? { kind: `order_${firstKey.direction}`, column: firstKey.column } : null;
  const needs = selection.conditions.map((condition) => needOf(condition, order));
  if (selection.search !== null && hasTrigram(selection.search, 'inside')) needs.push({ kind: 'search', column: null });
  return { filter: anyNeed(needs), order };
}

/**
 * The condition whose rows can be counted in the blocks of its column: the only one, a text that is part of the cell. Beside another condition
 * the rows themselves are needed.
 */
export function blocksCondition({ conditions: [condition, ...others], search }: RowSelection): BlocksCondition | null {
  if (!condition || others.length > 0 || search !== null) return null;
  switch (condition.operator) {
    case 'contains':
    case 'not_contains':
    case 'starts_with':
    case 'ends_with':
      // The empty text is in every filled cell, and at no place where a block could be split.
      return condition.text === '' ? null : condition;
    default:
      return null;
  }
}

/** The indexes in a need, each once: those to build, though others may serve it too. */
export function choicesIn(need: FilterNeed | null): IndexChoice[] {
  if (need === null) return [];
  if ('kind' in need) return [need];
  const choices = ('anyOf' in need ? need.anyOf : need.allOf).flatMap(choicesIn);
  return choices.filter((choice, index) => choices.findIndex(sameIndex(choice)) === index);
}

/** Whether indexes find the rows. */
export function isServed(need: FilterNeed | null, isReady: (index: IndexChoice) => boolean): boolean {
  if (need === null) return false;
  if ('kind' in need) return isReady(need);
  return 'anyOf' in need
    ? need.anyOf.some((one) => isServed(one, isReady))
    : need.allOf.every((one) => isServed(one, isReady));
}

function anyNeed(needs: (FilterNeed | null)[]): FilterNeed | null {
  const useful = needs.filter((need) => need !== null);
  return useful.length === 0 ? null : { anyOf: useful };
}

/** One alternative that no index finds makes the whole a scan. */
function everyNeed(needs: (FilterNeed | null)[]): FilterNeed | null {
  const useful = needs.filter((need) => need !== null);
  if (useful.length < needs.length) return null;
  const need = { allOf: useful };
  return choicesIn(need).length > MAX_INDEXES_OF_ALTERNATIVES ? null : need;
}

function needOf(condition: Condition, order: IndexChoice | null): FilterNeed | null {
  switch (condition.operator) {
    case '$and':
      return anyNeed(condition.conditions.map((member) => needOf(member, order)));
    case '$or':
      return everyNeed(condition.conditions.map((member) => needOf(member, order)));
    case '$not': {
      // The same complement that is compiled to SQL.
      const complement = complementOf(condition.condition);
      return complement.operator === '$not' ? null : needOf(complement, order);
    }
    default:
      return columnNeed(condition, order);
  }
}

function columnNeed(condition: ColumnCondition, order: IndexChoice | null): IndexChoice | null {
  const { column } = condition;
  switch (condition.operator) {
    // Nearly every cell is unequal to a value, and most cells are filled.
    case 'ne':
    case 'not_in':
    case 'not_contains':
      return null;
    case 'is_null':
      return condition.empty ? orderIndexOf(column, order) : null;
    case 'contains':
      return hasTrigram(condition.text, 'inside') ? { kind: 'contains', column } : null;
    case 'starts_with':
      return hasTrigram(condition.text, 'start') ? { kind: 'contains', column } : null;
    case 'ends_with':
      return hasTrigram(condition.text, 'end') ? { kind: 'contains', column } : null;
    default:
      return orderIndexOf(column, order);
  }
}

/** A filter can use either direction, so it shares the index that the sort needs. */
const orderIndexOf = (column: CsvColumn, order: IndexChoice | null): IndexChoice =>
  order?.column === column ? order : { kind: 'order_asc', column };

/** Whether an index serves the filter that needs `need`. */
export const servesFilter =
  (need: IndexChoice) =>
  (index: IndexChoice): boolean =>
    sameIndex(need)(index) || (isOrderIndex(need) && isOrderIndex(index) && need.column?.key === index.column?.key);

import type { RowFilters } from '@csv-tasks/client';
import { UsageError } from './exit-codes.js';

const OPERATORS = { '!=': 'ne', '>=': 'gte', '<=': 'lte', '=': 'eq', '>': 'gt', '<': 'lt', '~': 'contains' } as const;
const CONDITION = /^(.+?)(!=|>=|<=|=|>|<|~)(.*)$/s;

/**
 * The filters that `--filter` and `--filters` say together. `city=Paris`, `price>=10` and `name~mar` are conditions that must all hold;
 * nothing behind the sign means an empty cell: `city=`, `city!=`.
 * @param json the filters as the HTTP API takes them
 * @throws UsageError
 */
export function filtersOf(conditions: string[], json: string | undefined): RowFilters | undefined {
  const all: RowFilters[] = conditions.map(conditionOf);
  if (json !== undefined) all.push(parsed(json));
  if (all.length < 2) return all[0];
  return { $and: all };
}

function conditionOf(text: string): RowFilters {
  const [, column, sign, value] = CONDITION.exec(text) ?? [];
  if (column === undefined) throw new UsageError(`--filter takes column=value, with = != > >= < <= or ~, not ${text}`);
  const operator = OPERATORS[sign as keyof typeof OPERATORS];
  if (value === '' && (operator === 'eq' || operator === 'ne')) return { [column]: { is_null: operator === 'eq' } };
  return { [column]: { [operator]: operandOf(value!) } };
}

/** The text of a number or a truth value is sent as such; to a text column the service reads a number as its text. */
const operandOf = (text: string): string | number | boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
};

function parsed(json: string): RowFilters {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`--filters takes a JSON object, not ${json}`);
  }
}

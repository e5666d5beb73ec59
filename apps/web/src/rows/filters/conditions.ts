import type { Schemas } from '../../api/client.js';
import { inNotation } from '../../app/notation.js';

export type Column = Schemas['UploadColumnDto'];
export type ColumnType = Schemas['ColumnType'];
export type Value = string | number | boolean;

/** What the cells of one column must fulfil. */
export interface Condition {
  column: string;
  operator: Operator;
  value: Value | Value[];
}

/** One of these conditions must hold. */
export type AnyOf = Condition[];

/** All of these groups must hold: what most questions look like, and what the editor shows as one chip a group. */
export type Question = AnyOf[];

/** The operators of the API, as words, by what they take. */
export const OPERATORS = {
  eq: { words: 'is', takes: 'value' },
  ne: { words: 'is not', takes: 'value' },
  gte: { words: 'is at least', takes: 'value' },
  gt: { words: 'is more than', takes: 'value' },
  lte: { words: 'is at most', takes: 'value' },
  lt: { words: 'is less than', takes: 'value' },
  between: { words: 'is between', takes: 'two' },
  in: { words: 'is any of', takes: 'list' },
  not_in: { words: 'is none of', takes: 'list' },
  contains: { words: 'contains', takes: 'text' },
  not_contains: { words: 'does not contain', takes: 'text' },
  starts_with: { words: 'starts with', takes: 'text' },
  ends_with: { words: 'ends with', takes: 'text' },
  is_null: { words: 'is empty', takes: 'nothing' },
} as const;
export type Operator = keyof typeof OPERATORS;

const ORDERED: Operator[] = ['eq', 'gte', 'gt', 'lte', 'lt', 'between', 'in', 'ne', 'not_in', 'contains', 'is_null'];
const BY_TYPE: Record<ColumnType, Operator[]> = {
  integer: ORDERED,
  number: ORDERED,
  date: ORDERED,
  datetime: ORDERED,
  boolean: ['eq', 'is_null'],
  text: [
    'contains',
    'eq',
    'in',
    'starts_with',
    'ends_with',
    'ne',
    'not_in',
    'not_contains',
    'gte',
    'lte',
    'between',
    'is_null',
  ],
};

/** The operators that are offered for a type, the likeliest first. */
export const operatorsFor = (type: ColumnType): Operator[] => BY_TYPE[type];

/** `filters` of the API. Undefined for no condition. */
export function toFilters(question: Question): Record<string, unknown> | undefined {
  const groups = question.filter((group) => group.length > 0);
  if (groups.length === 0) return undefined;
  const parts = groups.map((group) => (group.length === 1 ? one(group[0]!) : { $or: group.map(one) }));
  const keys = parts.flatMap((part) => Object.keys(part));
  // Conditions beside each other in one object hold together; a name that comes twice needs $and.
  return new Set(keys).size === keys.length ? Object.assign({}, ...parts) : { $and: parts };
}

const one = ({ column, operator, value }: Condition): Record<string, unknown> => ({
  [column]: operator === 'eq' ? value : { [operator]: value },
});

/** Reads `filters` into groups; null for a question that is nested more deeply, which is shown as it stands. */
export function fromFilters(filters: unknown): Question | null {
  if (!isObject(filters)) return null;
  const question: Question = [];
  for (const [name, member] of Object.entries(filters)) {
    const groups = name === '$and' ? allOf(member) : name === '$or' ? anyOf(member) : conditionsOf(name, member);
    if (!groups) return null;
    question.push(...groups);
  }
  return question;
}

function allOf(member: unknown): Question | null {
  if (!Array.isArray(member)) return null;
  const parts = member.map(fromFilters);
  return parts.includes(null) ? null : (parts as Question[]).flat();
}

/** Each alternative must be a single condition. */
function anyOf(member: unknown): Question | null {
  if (!Array.isArray(member)) return null;
  const group: AnyOf = [];
  for (const alternative of member) {
    const parts = fromFilters(alternative);
    if (parts?.length !== 1 || parts[0]!.length !== 1) return null;
    group.push(parts[0]![0]!);
  }
  return [group];
}

function conditionsOf(column: string, member: unknown): Question | null {
  if (column.startsWith('$')) return null;
  if (isValue(member)) return [[{ column, operator: 'eq', value: member }]];
  if (Array.isArray(member)) return member.every(isValue) ? [[{ column, operator: 'in', value: member }]] : null;
  if (!isObject(member)) return null;
  const groups = Object.entries(member).map(([operator, value]) =>
    operator in OPERATORS && (isValue(value) || (Array.isArray(value) && value.every(isValue)))
      ? [{ column, operator: operator as Operator, value: value as Value | Value[] }]
      : null,
  );
  return groups.includes(null) ? null : (groups as Question);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isValue = (value: unknown): value is Value => ['string', 'number', 'boolean'].includes(typeof value);

/**
 * A value as it can be typed into a filter of its column. A number of the API has a point; as a text the API would read it by the format of the
 * column, and in `1.234,56` the text `1.234` is a thousand and more.
 * @param format of the column; null where it has none
 */
export const asWritten = (value: Value, format: string | null = null): string =>
  typeof value === 'number' && format?.endsWith(',56') && !String(value).includes('e')
    ? String(value).replace('.', ',')
    : String(value);

/** The list without the value if it has it, else with it. All others stay of the type that they have. */
export function toggled(values: Value[], value: Value, format: string | null): Value[] {
  const text = asWritten(value, format);
  const others = values.filter((one) => asWritten(one, format) !== text);
  return others.length < values.length ? others : [...values, value];
}

/** The names that people gave the columns, and the formats of their values. */
export interface ColumnWords {
  nameOf(key: string): string;
  formatOf(key: string): string | null;
}

/** `price is at least 10`, in the words of the columns. */
export function inWords({ column, operator, value }: Condition, { nameOf, formatOf }: ColumnWords): string {
  const name = nameOf(column);
  const written = (one: Value | undefined) => (one === undefined ? '' : inNotation(one, formatOf(column)));
  if (operator === 'is_null') return `${name} is ${value === true ? 'empty' : 'filled'}`;
  const { words } = OPERATORS[operator];
  if (operator === 'between' && Array.isArray(value))
    return `${name} is between ${written(value[0])} and ${written(value[1])}`;
  if (!Array.isArray(value)) return `${name} ${words} ${written(value)}`;
  const [first, ...others] = value;
  return others.length < 3
    ? `${name} ${words} ${value.map(written).join(', ')}`
    : `${name} ${words} ${written(first)} and ${others.length} more`;
}

/** What a person typed, as the API takes it: `true` and `false` for booleans, and any number as its text. */
export const typed = (text: string, type: ColumnType): Value => (type === 'boolean' ? text === 'true' : text);

import type { ColumnType } from '@app/csv-format';
import { isCalendarDay, MOST_FRACTION_DIGITS } from '@app/csv-format';
import type { Decimal } from './columns.js';
import type { FilterJson } from './filter-json.js';

interface CellGrammar {
  type: ColumnType;
  decimal: Decimal;
}

/** What a problem says that a column of each type takes. */
export const EXPECTED: Record<ColumnType, string> = {
  integer: 'a whole number of at most 2^53-1',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date, "YYYY-MM-DD"',
  datetime: 'an RFC 3339 date and time, "YYYY-MM-DDTHH:MM:SSZ"; without a zone it is UTC, without a time midnight',
  text: 'a text or a number',
};

/**
 * A filter's value as the text of a cell of this type; null when it has another type. Numbers may be JSON numbers or texts as cells
 * hold them. No cell holds U+0000 or half a surrogate pair, and PostgreSQL rejects both.
 */
export function cellValue(given: FilterJson, grammar: CellGrammar): string | null {
  switch (grammar.type) {
    case 'integer':
      return isNumberLike(given) ? wholeNumber(given.text) : null;
    case 'number':
      return isNumberLike(given) ? decimalNumber(given, grammar.decimal) : null;
    case 'boolean':
      if (given.kind === 'boolean') return String(given.value);
      return given.kind === 'string' && /^(true|false)$/i.test(given.text) ? given.text.toLowerCase() : null;
    case 'date':
      return given.kind === 'string' && isDate(given.text) ? given.text : null;
    case 'datetime':
      return given.kind === 'string' ? dateTime(given.text) : null;
    case 'text':
      return isNumberLike(given) && isStorable(given.text) ? given.text : null;
  }
}

/** The text that `contains`, `starts_with` and `ends_with` look for, in columns of any type; null when it is no text. */
export const searchedText = (given: FilterJson): string | null =>
  isNumberLike(given) && isStorable(given.text) ? given.text : null;

export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const isNumberLike = (given: FilterJson): given is Extract<FilterJson, { text: string }> =>
  given.kind === 'number' || given.kind === 'string';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function wholeNumber(text: string): string | null {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value.toFixed(0) : null;
}

function decimalNumber(given: { kind: string; text: string }, decimal: Decimal): string | null {
  const text = given.kind === 'string' && decimal === ',' ? given.text.replace(',', '.') : given.text;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? String(value) : null;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const FRACTION = `\\.\\d{1,${MOST_FRACTION_DIGITS}}`;
const DATE_TIME = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\d)(?:[Tt ](\\d\\d):(\\d\\d):(\\d\\d)(?:${FRACTION})?(?:[Zz]|[+-](\\d\\d):(\\d\\d))?)?$`,
);

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return day !== undefined && isCalendarDay(Number(year), Number(month), Number(day));
}

function dateTime(text: string): string | null {
  const [, day, hour, minute, second, zoneHour = '0', zoneMinute = '0'] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || !isDate(day)) return null;
  if (hour === undefined) return `${day}T00:00:00Z`;
  // RFC 3339 allows the leap second 60.
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  return inRange && Number(zoneHour) < 24 && Number(zoneMinute) < 60 ? text : null;
}

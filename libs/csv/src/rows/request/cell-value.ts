import type { ColumnType, CsvColumn } from '@app/csv-format';
import {
  isCalendarDay,
  isoText,
  MOST_FRACTION_DIGITS,
  NONE,
  narrow,
  plainNumber,
  readDayFormat,
  readingsOf,
  readNumberFormat,
} from '@app/csv-format';
import type { FilterJson } from './filter-json.js';

type CellGrammar = Pick<CsvColumn, 'type' | 'format'>;

const EXPECTED: Record<ColumnType, string> = {
  integer: 'a whole number of at most 2^53-1',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date, "YYYY-MM-DD"',
  datetime: 'an RFC 3339 date and time, "YYYY-MM-DDTHH:MM:SSZ"; without a zone it is UTC, without a time midnight',
  text: 'a text or a number',
};

/** What a problem says that a column takes. */
export const expectedOf = ({ type, format }: CellGrammar): string =>
  format === null ? EXPECTED[type] : `${EXPECTED[type]}, or a text as in ${JSON.stringify(format)}`;

/**
 * A filter's value in the form of the column's type that needs no format; null when it has another type. Numbers may be JSON numbers or
 * texts. A text that is written as the cells of the column are is read so; any other as JSON and ISO 8601 write it. No cell holds U+0000
 * or half a surrogate pair, and PostgreSQL rejects both.
 */
export function cellValue(given: FilterJson, column: CellGrammar): string | null {
  if (given.kind === 'string' && column.format !== null && hasFormat(given.text, column)) {
    return plainForm(given.text, column.format);
  }
  switch (column.type) {
    case 'integer':
      return isNumberLike(given) ? wholeNumber(given.text) : null;
    case 'number':
      return isNumberLike(given) ? decimalNumber(given.text) : null;
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

function hasFormat(text: string, { type, format }: CellGrammar): boolean {
  const bytes = Buffer.from(text);
  return bytes.length > 0 && narrow(readingsOf(type, format), bytes, 0, bytes.length) !== NONE;
}

function plainForm(text: string, format: string): string {
  const ofNumber = readNumberFormat(format);
  if (ofNumber) return decimalNumber(plainNumber(text, ofNumber))!;
  return isoText(text, readDayFormat(format)!.order);
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

function decimalNumber(text: string): string | null {
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

import type { ColumnType } from '../model.js';
import { isCalendarDay } from './calendar.js';

/** The types that all values seen so far have: a set of bits, from which each value can only remove some. */
export type TypeSet = number;

export const INTEGER = 1;
export const NUMBER = 2;
export const BOOLEAN = 4;
export const DATE = 8;
export const DATETIME = 16;
/** Before any value is seen. */
export const ANY: TypeSet = INTEGER | NUMBER | BOOLEAN | DATE | DATETIME;
/** No type but text. */
export const NONE: TypeSet = 0;

/** An integer is a number as well, so INTEGER alone never remains. A column without a value is text. */
export function columnTypeOf(types: TypeSet): ColumnType {
  if (types === ANY || types === NONE) return 'text';
  if (types & INTEGER) return 'integer';
  if (types & NUMBER) return 'number';
  if (types & BOOLEAN) return 'boolean';
  return types & DATE ? 'date' : 'datetime';
}

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const COLON = 0x3a;

/**
 * `types` without those that `value` does not have. It runs once per cell of a column that may still have a type, so it compares
 * character codes, uses no regular expression and allocates nothing.
 * @param value not empty. @param decimal character code of the decimal mark.
 */
export function narrow(types: TypeSet, value: string, decimal: number): TypeSet {
  const first = value.charCodeAt(0);
  if ((first < ZERO || first > NINE) && first !== MINUS) return types & BOOLEAN && isBoolean(value) ? BOOLEAN : NONE;
  let found = NONE;
  if (types & (INTEGER | NUMBER)) found = numeric(value, decimal);
  if (found === NONE && types & (DATE | DATETIME)) found = temporal(value);
  return types & found;
}

function isBoolean(value: string): boolean {
  if (value.length === 4) return value.toLowerCase() === 'true';
  return value.length === 5 && value.toLowerCase() === 'false';
}

/** Beyond it a double, and so JSON, cannot tell neighbouring integers apart. */
const LARGEST_INTEGER = '9007199254740991';
const MAX_DIGITS = 15;

/**
 * `-?(0|[1-9][0-9]*)` up to 2^53 - 1; with a fraction or an exponent a number, of up to 15 significant digits, as written, and
 * within the range of a double.
 */
function numeric(value: string, decimal: number): TypeSet {
  const length = value.length;
  const from = value.charCodeAt(0) === MINUS ? 1 : 0;
  let at = from;
  while (at < length && isDigit(value.charCodeAt(at))) at++;
  const whole = at - from;
  if (whole === 0 || (whole > 1 && value.charCodeAt(from) === ZERO)) return NONE;
  if (at === length) return isSafe(value, from, whole) ? INTEGER | NUMBER : NONE;

  let fraction = 0;
  if (value.charCodeAt(at) === decimal) {
    const begin = ++at;
    while (at < length && isDigit(value.charCodeAt(at))) at++;
    fraction = at - begin;
    if (fraction === 0) return NONE;
  }
  const mantissaEnd = at;
  const hasExponent = at < length && (value.charCodeAt(at) | 0x20) === 0x65;
  if (hasExponent) {
    at++;
    if (value.charCodeAt(at) === PLUS || value.charCodeAt(at) === MINUS) at++;
    const begin = at;
    while (at < length && isDigit(value.charCodeAt(at))) at++;
    if (at === begin) return NONE;
  }
  if (at !== length) return NONE;
  if (whole + fraction > MAX_DIGITS && significantDigits(value, from, mantissaEnd) > MAX_DIGITS) return NONE;
  return (hasExponent || fraction > 300) && !isInRange(value, decimal) ? NONE : NUMBER;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

function isSafe(value: string, from: number, digits: number): boolean {
  if (digits !== LARGEST_INTEGER.length) return digits < LARGEST_INTEGER.length;
  return (from === 0 ? value : value.slice(from)) <= LARGEST_INTEGER;
}

/** Digits from the first non-zero one on. */
function significantDigits(value: string, from: number, to: number): number {
  let digits = 0;
  for (let at = from; at < to; at++) {
    const code = value.charCodeAt(at);
    if (isDigit(code) && (digits > 0 || code !== ZERO)) digits++;
  }
  return digits;
}

/** Whether a double holds the value: an overflow to infinity or an underflow to zero is an error in PostgreSQL. */
function isInRange(value: string, decimal: number): boolean {
  const number = Number(decimal === DOT ? value : value.replace(',', '.'));
  return Number.isFinite(number) && (number !== 0 || !/^-?[0-9.,]*[1-9]/.test(value));
}

/** YYYY-MM-DD with a day that exists, alone or before a time of day as RFC 3339 writes it; the T may be a space, the zone may be absent. */
function temporal(value: string): TypeSet {
  const length = value.length;
  if (length < 10 || value.charCodeAt(4) !== MINUS || value.charCodeAt(7) !== MINUS) return NONE;
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2);
  // A part that is not made of digits is NaN.
  if (!isCalendarDay(year, twoDigits(value, 5), twoDigits(value, 8))) return NONE;
  if (length === 10) return DATE;
  return isTimeOfDay(value) ? DATETIME : NONE;
}

/** PostgreSQL keeps six, and refuses to read somewhat over a hundred. */
export const MOST_FRACTION_DIGITS = 30;

function isTimeOfDay(value: string): boolean {
  const length = value.length;
  const separator = value.charCodeAt(10);
  if (length < 19 || (separator !== 0x20 && (separator | 0x20) !== 0x74)) return false;
  if (value.charCodeAt(13) !== COLON || value.charCodeAt(16) !== COLON) return false;
  const minute = twoDigits(value, 14);
  const second = twoDigits(value, 17);
  // Second 60 is a leap second: it ends an hour, or half an hour in zones with such an offset.
  if (!(twoDigits(value, 11) <= 23 && minute <= 59 && (second <= 59 || (second === 60 && minute % 30 === 29))))
    return false;
  let at = 19;
  if (value.charCodeAt(at) === DOT) {
    const begin = ++at;
    while (at < length && isDigit(value.charCodeAt(at))) at++;
    if (at === begin || at - begin > MOST_FRACTION_DIGITS) return false;
  }
  return at === length || isZone(value, at);
}

function isZone(value: string, at: number): boolean {
  const first = value.charCodeAt(at);
  if ((first | 0x20) === 0x7a) return at + 1 === value.length;
  if ((first !== PLUS && first !== MINUS) || at + 6 !== value.length || value.charCodeAt(at + 3) !== COLON)
    return false;
  return twoDigits(value, at + 1) <= 23 && twoDigits(value, at + 4) <= 59;
}

function twoDigits(value: string, at: number): number {
  const tens = value.charCodeAt(at);
  const ones = value.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

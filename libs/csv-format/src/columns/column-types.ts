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

/** One way in which values are written, and the types that a value written so can have. */
interface ValueForm {
  types: TypeSet;
  /** The types of the value at `from` to `to` (at least one byte); NONE where it is not written in this form. */
  read(bytes: Uint8Array, from: number, to: number, decimal: number): TypeSet;
}

/**
 * All forms. They do not share a type, so a column that has come down to one type tries one form for each of its values.
 * A further form (thousands marks, dates that begin with the day) gets bits of its own and a line here.
 */
const FORMS: readonly ValueForm[] = [
  { types: INTEGER | NUMBER, read: numeric },
  { types: DATE | DATETIME, read: temporal },
  { types: BOOLEAN, read: truth },
];

/**
 * `types` without those that a value does not have. It runs for each cell of a column that may still have a type, so it compares bytes
 * where they are, uses no regular expression and allocates nothing.
 * @param bytes hold the value from `from` to `to`, at least one byte. @param decimal code of the decimal mark.
 */
export function narrow(types: TypeSet, bytes: Uint8Array, from: number, to: number, decimal: number): TypeSet {
  let found = NONE;
  for (const form of FORMS) {
    if ((types & form.types) !== 0) found |= form.read(bytes, from, to, decimal);
  }
  return types & found;
}

function truth(bytes: Uint8Array, from: number, to: number): TypeSet {
  return spells(bytes, from, to, 'true') || spells(bytes, from, to, 'false') ? BOOLEAN : NONE;
}

/** Whether the bytes are the word, in any case. @param word of small letters. */
function spells(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let at = 0; at < word.length; at++) {
    if ((bytes[from + at]! | 0x20) !== word.charCodeAt(at)) return false;
  }
  return true;
}

/** Beyond it a double, and so JSON, cannot tell neighbouring integers apart. */
const LARGEST_INTEGER = '9007199254740991';
const MAX_DIGITS = 15;

/**
 * `-?(0|[1-9][0-9]*)` up to 2^53 - 1; with a fraction or an exponent a number, of up to 15 significant digits, as written, and
 * within the range of a double.
 */
function numeric(bytes: Uint8Array, start: number, end: number, decimal: number): TypeSet {
  const from = bytes[start] === MINUS ? start + 1 : start;
  let at = behindDigits(bytes, from, end);
  const whole = at - from;
  if (whole === 0 || (whole > 1 && bytes[from] === ZERO)) return NONE;
  if (at === end) return isSafe(bytes, from, whole) ? INTEGER | NUMBER : NONE;

  let fraction = 0;
  if (bytes[at] === decimal) {
    const begin = ++at;
    at = behindDigits(bytes, begin, end);
    fraction = at - begin;
    if (fraction === 0) return NONE;
  }
  const mantissaEnd = at;
  const hasExponent = at < end && (bytes[at]! | 0x20) === 0x65;
  if (hasExponent) {
    at++;
    if (at < end && (bytes[at] === PLUS || bytes[at] === MINUS)) at++;
    const begin = at;
    at = behindDigits(bytes, begin, end);
    if (at === begin) return NONE;
  }
  if (at !== end) return NONE;
  if (whole + fraction > MAX_DIGITS && significantDigits(bytes, from, mantissaEnd) > MAX_DIGITS) return NONE;
  return (hasExponent || fraction > 300) && !isInRange(bytes, start, end, decimal) ? NONE : NUMBER;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

function behindDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at]!)) at++;
  return at;
}

function isSafe(bytes: Uint8Array, from: number, digits: number): boolean {
  if (digits !== LARGEST_INTEGER.length) return digits < LARGEST_INTEGER.length;
  for (let at = 0; at < digits; at++) {
    const difference = bytes[from + at]! - LARGEST_INTEGER.charCodeAt(at);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** Digits from the first non-zero one on. */
function significantDigits(bytes: Uint8Array, from: number, to: number): number {
  let digits = 0;
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (isDigit(code) && (digits > 0 || code !== ZERO)) digits++;
  }
  return digits;
}

/** Whether a double holds the value: an overflow to infinity or an underflow to zero is an error in PostgreSQL. */
function isInRange(bytes: Uint8Array, from: number, to: number, decimal: number): boolean {
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  const number = Number(decimal === DOT ? value : value.replace(',', '.'));
  return Number.isFinite(number) && (number !== 0 || !/^-?[0-9.,]*[1-9]/.test(value));
}

/** YYYY-MM-DD with a day that exists, alone or before a time of day as RFC 3339 writes it; the T may be a space, the zone may be absent. */
function temporal(bytes: Uint8Array, from: number, to: number): TypeSet {
  const length = to - from;
  if (length < 10 || bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return NONE;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  // A part that is not made of digits is NaN.
  if (!isCalendarDay(year, twoDigits(bytes, from + 5), twoDigits(bytes, from + 8))) return NONE;
  if (length === 10) return DATE;
  return isTimeOfDay(bytes, from + 10, to) ? DATETIME : NONE;
}

/** PostgreSQL keeps six, and refuses to read somewhat over a hundred. */
export const MOST_FRACTION_DIGITS = 30;

/** @param from of the T or the space before the time. */
function isTimeOfDay(bytes: Uint8Array, from: number, to: number): boolean {
  const separator = bytes[from]!;
  if (to - from < 9 || (separator !== 0x20 && (separator | 0x20) !== 0x74)) return false;
  if (bytes[from + 3] !== COLON || bytes[from + 6] !== COLON) return false;
  const minute = twoDigits(bytes, from + 4);
  const second = twoDigits(bytes, from + 7);
  // Second 60 is a leap second: it ends an hour, or half an hour in zones with such an offset.
  if (!(twoDigits(bytes, from + 1) <= 23 && minute <= 59 && (second <= 59 || (second === 60 && minute % 30 === 29))))
    return false;
  let at = from + 9;
  if (at < to && bytes[at] === DOT) {
    const begin = ++at;
    at = behindDigits(bytes, begin, to);
    if (at === begin || at - begin > MOST_FRACTION_DIGITS) return false;
  }
  return at === to || isZone(bytes, at, to);
}

function isZone(bytes: Uint8Array, at: number, to: number): boolean {
  const first = bytes[at]!;
  if ((first | 0x20) === 0x7a) return at + 1 === to;
  if ((first !== PLUS && first !== MINUS) || at + 6 !== to || bytes[at + 3] !== COLON) return false;
  return twoDigits(bytes, at + 1) <= 23 && twoDigits(bytes, at + 4) <= 59;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

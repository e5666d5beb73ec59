import {
  COMMA,
  GROUPED,
  GROUPED_FORMS,
  groupedBy,
  NONE,
  NUMBERS,
  POINT,
  type Readings,
  WITH_COMMA,
  WITH_POINT,
} from './readings.js';

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const COMMA_BYTE = 0x2c;

/** Beyond it a double, and so JSON, cannot tell neighbouring integers apart. */
const LARGEST_INTEGER = '9007199254740991';
const MAX_DIGITS = 15;
/** Digits between two thousands marks. */
const GROUP = 3;

/** The thousands marks as bytes. */
const MARKS = [...new Set(GROUPED_FORMS.map(({ thousands }) => thousands))].map((thousands) => ({
  bytes: Buffer.from(thousands),
  bits: groupedBy(thousands),
}));
const BY_DOTS = groupedBy('.');
const BY_COMMAS = groupedBy(',');

/**
 * The ways in which a value is a number; NONE where it is none.
 *
 * Without marks: `-?(0|[1-9][0-9]*)` up to 2^53 - 1; with a fraction or an exponent of up to 15 significant digits, as written, and within
 * the range of a double. With thousands marks: the same mark in front of each group of three digits, one to three digits before the
 * first, no exponent. What may be left out: the marks of a value in a column that has some.
 * @param bytes hold the value from `start` to `end`, at least one byte.
 */
export function numberReadings(bytes: Uint8Array, start: number, end: number): Readings {
  const from = bytes[start] === MINUS ? start + 1 : start;
  let at = behindDigits(bytes, from, end);
  const whole = at - from;
  if (whole === 0 || (whole > 1 && bytes[from] === ZERO)) return NONE;
  if (at === end) return isSafe(bytes, from, whole) ? NUMBERS : NONE;

  const mark = bytes[at]!;
  let fraction = 0;
  if (mark === DOT || mark === COMMA_BYTE) {
    const begin = ++at;
    at = behindDigits(bytes, begin, end);
    fraction = at - begin;
    if (fraction === 0) return NONE;
  } else if ((mark | 0x20) !== 0x65) {
    return groupedReadings(bytes, from, end, whole);
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
  if (at !== end) return hasExponent ? NONE : groupedReadings(bytes, from, end, whole);

  // `1.234` may be a thousand and more; `0.234` and `1234.567` are not.
  const isGroup = fraction === GROUP && whole <= GROUP && bytes[from] !== ZERO && !hasExponent;
  const asGroup = isGroup ? (mark === DOT ? BY_DOTS : BY_COMMAS) : NONE;
  if (whole + fraction > MAX_DIGITS && significantDigits(bytes, from, mantissaEnd) > MAX_DIGITS) return NONE;
  if ((hasExponent || fraction > 300) && !isInRange(bytes, start, end)) return NONE;
  if (fraction === 0) return POINT | COMMA;
  const plain = mark === DOT ? WITH_POINT : WITH_COMMA;
  return hasExponent ? plain & ~GROUPED : plain | asGroup;
}

/** The readings of a number that has a thousands mark behind its first `first` digits. */
function groupedReadings(bytes: Uint8Array, from: number, end: number, first: number): Readings {
  if (first > GROUP || bytes[from] === ZERO) return NONE;
  let at = from + first;
  const mark = MARKS.find((one) => startsWith(bytes, at, end, one.bytes));
  if (!mark) return NONE;
  let digits = first;
  while (startsWith(bytes, at, end, mark.bytes)) {
    const begin = at + mark.bytes.length;
    at = behindDigits(bytes, begin, end);
    if (at - begin !== GROUP) return NONE;
    digits += GROUP;
  }
  let decimals = WITH_POINT | WITH_COMMA;
  if (at < end) {
    decimals = bytes[at] === DOT ? WITH_POINT : bytes[at] === COMMA_BYTE ? WITH_COMMA : NONE;
    const begin = at + 1;
    at = behindDigits(bytes, begin, end);
    if (at === begin || at < end) return NONE;
    digits += at - begin;
  }
  return digits > MAX_DIGITS ? NONE : mark.bits & decimals;
}

function startsWith(bytes: Uint8Array, at: number, end: number, mark: Uint8Array): boolean {
  if (at + mark.length > end) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

export const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Where the digits that begin at `from` end; `from` itself if there are none. */
export function behindDigits(bytes: Uint8Array, from: number, end: number): number {
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
function isInRange(bytes: Uint8Array, from: number, to: number): boolean {
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  const number = Number(value.replace(',', '.'));
  return Number.isFinite(number) && (number !== 0 || !/^-?[0-9.,]*[1-9]/.test(value));
}

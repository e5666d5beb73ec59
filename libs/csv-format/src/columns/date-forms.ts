import { isCalendarDay } from './calendar.js';
import { behindDigits, isDigit } from './number-forms.js';
import {
  CLOCK_12,
  CLOCK_24,
  DASHES,
  DAY,
  DAY_FIRST,
  DOTS,
  ISO_DAY,
  MONTH_FIRST,
  NONE,
  type Readings,
  RFC_TIME,
  SLASHES,
  YEAR_FIRST,
  YEAR_OF_2,
  YEAR_OF_4,
} from './readings.js';

const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const SPACE = 0x20;

/** PostgreSQL keeps six, and refuses to read somewhat over a hundred. */
export const MOST_FRACTION_DIGITS = 30;

/** A year of two digits up to this is of the 21st century. POSIX's strptime and most spreadsheets draw the line here. */
const LAST_OF_2000 = 68;

/**
 * The ways in which a value is a day or a day with a time; NONE where it is neither. The day must exist.
 *
 * - `YYYY-MM-DD`, with two digits for month and day; the time as RFC 3339 writes it, or without seconds or with AM and PM.
 * - `YYYY/MM/DD` and `YYYY.MM.DD`; `DD.MM.YYYY`; with slashes or dashes the day or the month may come first. Month and day have one or two
 *   digits. The time has no zone.
 * - The same with a year of two digits at the end. With dots and dashes day and month then have two digits, as `1.2.10` may be a version
 *   and `1-2-10` a score.
 * @param bytes hold the value from `from` to `to`, at least one byte.
 */
export function dateReadings(bytes: Uint8Array, from: number, to: number): Readings {
  if (to - from < 6 || !isDigit(bytes[from]!)) return NONE;
  return bytes[from + 4] === MINUS && bytes[from + 7] === MINUS
    ? isoReadings(bytes, from, to)
    : otherReadings(bytes, from, to);
}

function isoReadings(bytes: Uint8Array, from: number, to: number): Readings {
  if (to - from < 10) return NONE;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  // A part that is not made of digits is NaN.
  if (!isCalendarDay(year, twoDigits(bytes, from + 5), twoDigits(bytes, from + 8))) return NONE;
  if (to - from === 10) return ISO_DAY | DAY;
  const times = rfcTimes(bytes, from + 10, to) || clockTimes(bytes, from + 10, to);
  return times === NONE ? NONE : ISO_DAY | times;
}

function otherReadings(bytes: Uint8Array, from: number, to: number): Readings {
  const firstEnd = behindDigits(bytes, from, to);
  const separator = bytes[firstEnd];
  if (separator !== DOT && separator !== SLASH && separator !== MINUS) return NONE;
  const secondEnd = behindDigits(bytes, firstEnd + 1, to);
  if (bytes[secondEnd] !== separator || secondEnd >= to) return NONE;
  const end = behindDigits(bytes, secondEnd + 1, to);
  const lengths = [firstEnd - from, secondEnd - firstEnd - 1, end - secondEnd - 1] as const;
  const [first, second, third] = [
    numberIn(bytes, from, firstEnd),
    numberIn(bytes, firstEnd + 1, secondEnd),
    numberIn(bytes, secondEnd + 1, end),
  ];
  const orders = ordersOf(separator, lengths, first, second, third);
  if (orders === NONE) return NONE;
  const times = end === to ? DAY : clockTimes(bytes, end, to);
  if (times === NONE) return NONE;
  return orders | times | (separator === DOT ? DOTS : separator === SLASH ? SLASHES : DASHES);
}

/** The orders of the three numbers in which they are a day, and the digits of the year. */
function ordersOf(
  separator: number,
  [firstLength, secondLength, thirdLength]: readonly [number, number, number],
  first: number,
  second: number,
  third: number,
): Readings {
  if (secondLength < 1 || secondLength > 2) return NONE;
  if (firstLength === 4) {
    const isDay = separator !== MINUS && thirdLength >= 1 && thirdLength <= 2 && isCalendarDay(first, second, third);
    return isDay ? YEAR_FIRST | YEAR_OF_4 : NONE;
  }
  if (firstLength < 1 || firstLength > 2 || (thirdLength !== 4 && thirdLength !== 2)) return NONE;
  if (thirdLength === 2 && separator !== SLASH && (firstLength !== 2 || secondLength !== 2)) return NONE;
  const year = thirdLength === 4 ? third : yearOfTwoDigits(third);
  let orders = isCalendarDay(year, second, first) ? DAY_FIRST : NONE;
  if (separator !== DOT && isCalendarDay(year, first, second)) orders |= MONTH_FIRST;
  return orders === NONE ? NONE : orders | (thirdLength === 4 ? YEAR_OF_4 : YEAR_OF_2);
}

/** The year that two digits stand for: 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999. */
export const yearOfTwoDigits = (year: number): number => (year <= LAST_OF_2000 ? 2000 : 1900) + year;

/** A time of day as RFC 3339 writes it. @param from of the T or the space before the time. */
function rfcTimes(bytes: Uint8Array, from: number, to: number): Readings {
  if (to - from < 9 || !isTimeSeparator(bytes[from]!)) return NONE;
  if (bytes[from + 3] !== COLON || bytes[from + 6] !== COLON) return NONE;
  const minute = twoDigits(bytes, from + 4);
  const second = twoDigits(bytes, from + 7);
  // Second 60 is a leap second: it ends an hour, or half an hour in zones with such an offset.
  if (!(twoDigits(bytes, from + 1) <= 23 && minute <= 59 && (second <= 59 || (second === 60 && minute % 30 === 29))))
    return NONE;
  const at = behindFraction(bytes, from + 9, to);
  if (at < 0) return NONE;
  if (at === to) return second === 60 ? RFC_TIME : RFC_TIME | CLOCK_24;
  return isZone(bytes, at, to) ? RFC_TIME : NONE;
}

/** A time of day without a zone: H:MM, H:MM:SS, with a fraction, with AM or PM. @param from of the T or the space before the time. */
function clockTimes(bytes: Uint8Array, from: number, to: number): Readings {
  if (!isTimeSeparator(bytes[from]!)) return NONE;
  const hourEnd = behindDigits(bytes, from + 1, to);
  const hourDigits = hourEnd - from - 1;
  if (hourDigits < 1 || hourDigits > 2 || to - hourEnd < 3 || bytes[hourEnd] !== COLON) return NONE;
  const hour = numberIn(bytes, from + 1, hourEnd);
  if (!(twoDigits(bytes, hourEnd + 1) <= 59)) return NONE;
  let at = hourEnd + 3;
  if (at < to && bytes[at] === COLON) {
    if (to - at < 3 || !(twoDigits(bytes, at + 1) <= 59)) return NONE;
    at = behindFraction(bytes, at + 3, to);
    if (at < 0) return NONE;
  }
  if (at === to) return hour <= 23 ? CLOCK_24 : NONE;
  if (bytes[at] === SPACE) at++;
  if (at + 2 !== to) return NONE;
  const half = bytes[at]! | SPACE;
  const isHalf = (half === 0x61 || half === 0x70) && (bytes[at + 1]! | SPACE) === 0x6d;
  return isHalf && hour >= 1 && hour <= 12 ? CLOCK_12 : NONE;
}

const isTimeSeparator = (byte: number): boolean => byte === SPACE || (byte | SPACE) === 0x74;

/** Behind the fraction of a second, if there is one; -1 where it is malformed. */
function behindFraction(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to || bytes[at] !== DOT) return at;
  const end = behindDigits(bytes, at + 1, to);
  const digits = end - at - 1;
  return digits === 0 || digits > MOST_FRACTION_DIGITS ? -1 : end;
}

function isZone(bytes: Uint8Array, at: number, to: number): boolean {
  const first = bytes[at]!;
  if ((first | SPACE) === 0x7a) return at + 1 === to;
  if ((first !== PLUS && first !== MINUS) || at + 6 !== to || bytes[at + 3] !== COLON) return false;
  return twoDigits(bytes, at + 1) <= 23 && twoDigits(bytes, at + 4) <= 59;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

/** The number that digits stand for; at most four of them are meant. */
function numberIn(bytes: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 10 + bytes[at]! - ZERO;
  return number;
}

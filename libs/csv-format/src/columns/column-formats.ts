import type { ColumnType } from '../model.js';
import { yearOfTwoDigits } from './date-forms.js';
import {
  alikeMarks,
  BOOLEAN,
  CLOCK_12,
  CLOCK_24,
  COMMA,
  DASHES,
  DAY,
  DAY_FIRST,
  type DecimalMark,
  DOTS,
  GROUPED_FORMS,
  INTEGER,
  ISO_DAY,
  MONTH_FIRST,
  NONE,
  NUMBERS,
  ORDERS,
  POINT,
  type Readings,
  RFC_TIME,
  SEPARATORS,
  SLASHES,
  THOUSANDS_MARKS,
  YEAR_FIRST,
  YEAR_OF_2,
  YEAR_OF_4,
  YEARS,
} from './readings.js';

/** How the numbers of a column are written. */
export interface NumberFormat {
  /** Empty: without thousands marks. */
  thousands: string;
  decimal: DecimalMark;
}

/** How the days of a column are written. */
export interface DayFormat {
  order: 'day' | 'month' | 'year';
  separator: '.' | '/' | '-';
  yearDigits: 2 | 4;
  /** What follows the day. `rfc`: a time as RFC 3339 writes it. */
  time: 'none' | 'rfc' | '24h' | '12h';
}

const NUMBER_FORMAT = new RegExp(`^1([${THOUSANDS_MARKS.join('')}]?)234([.,])56$`, 'u');

/** A format of numbers is the number 1234.56 written so: `1.234,56`. @returns null where the text is none */
export function readNumberFormat(text: string): NumberFormat | null {
  const [, thousands, decimal] = NUMBER_FORMAT.exec(text) ?? [];
  if (thousands === undefined || thousands === decimal) return null;
  return { thousands, decimal: decimal as DecimalMark };
}

/** The name of a format of numbers: the number 1234.56 written in it. */
export const numberFormatText = ({ thousands, decimal }: NumberFormat): string => `1${thousands}234${decimal}56`;

const DAY_PATTERNS: readonly { pattern: RegExp; order: DayFormat['order'] }[] = [
  { pattern: /^DD?([./-])MM?\1(YYYY|YY)$/i, order: 'day' },
  { pattern: /^MM?([/-])DD?\1(YYYY|YY)$/i, order: 'month' },
  { pattern: /^(?:YYYY([./])MM?\1DD?|YYYY(-)MM\2DD)$/i, order: 'year' },
];
const TIME_PATTERN = /^HH?:MM(?::SS)?( ?(?:AM|PM|A|AM\/PM|TT))?$/i;

/** More than any format has. What takes formats apart tries each `TH` of a text to its end. */
const LONGEST_DAY_FORMAT = 40;

/**
 * A format of days or of days with a time: `DD.MM.YYYY`, `MM/DD/YY hh:MM:SS AM`; `D` and `M` are accepted for `DD` and `MM`. Years of two
 * digits stand last, and with dots the day comes first or the year does.
 * @returns null where the text is none
 */
export function readDayFormat(text: string): DayFormat | null {
  if (text.length > LONGEST_DAY_FORMAT) return null;
  const [, day = '', clock] = /^(\S+?)(?:[ T](H.*))?$/i.exec(text.trim()) ?? [];
  for (const { pattern, order } of DAY_PATTERNS) {
    const found = pattern.exec(day);
    if (!found) continue;
    const time = clock === undefined ? null : TIME_PATTERN.exec(clock);
    if (clock !== undefined && !time) return null;
    return {
      order,
      separator: (found[1] ?? found[2]) as DayFormat['separator'],
      yearDigits: order !== 'year' && found[2]!.length === 2 ? 2 : 4,
      time: time === null ? 'none' : time[1] === undefined ? '24h' : '12h',
    };
  }
  return null;
}

/** The name of a format of days, such as `DD.MM.YYYY`; the inverse of `readDayFormat`. */
export function dayFormatText({ order, separator, yearDigits, time }: DayFormat): string {
  const year = yearDigits === 4 ? 'YYYY' : 'YY';
  const parts = { day: ['DD', 'MM', year], month: ['MM', 'DD', year], year: [year, 'MM', 'DD'] }[order];
  const clock = { none: '', rfc: 'THH:MM:SS', '24h': ' HH:MM:SS', '12h': ' hh:MM:SS AM' }[time];
  return parts.join(separator) + clock;
}

const ORDER_BITS = { day: DAY_FIRST, month: MONTH_FIRST, year: YEAR_FIRST } as const;
const SEPARATOR_BITS = { '.': DOTS, '/': SLASHES, '-': DASHES } as const;
const TIME_BITS = { none: DAY, rfc: RFC_TIME, '24h': CLOCK_24, '12h': CLOCK_12 } as const;

const keyOf = <T extends Record<string, Readings>>(bits: T, readings: Readings): keyof T =>
  Object.entries(bits).find(([, bit]) => (readings & bit) !== 0)![0];

/** The format of days in a set that has one separator, order, year and time. */
const dayFormatOf = (readings: Readings): DayFormat => ({
  order: keyOf(ORDER_BITS, readings),
  separator: keyOf(SEPARATOR_BITS, readings),
  yearDigits: (readings & YEAR_OF_2) !== 0 ? 2 : 4,
  time: keyOf(TIME_BITS, readings),
});

/** A type and how its values are written: null for JSON's numbers, YYYY-MM-DD and RFC 3339, and for types with one form. */
export interface TypeAndFormat {
  type: ColumnType;
  format: string | null;
}

/**
 * The type and format of a set of readings.
 * @param decimal chosen where both decimal marks are left.
 * @returns text for a set in which day and month may each come first
 */
export function typeAndFormatOf(readings: Readings, decimal: DecimalMark): TypeAndFormat {
  if ((readings & INTEGER) !== 0) return { type: 'integer', format: null };
  if ((readings & NUMBERS) !== 0) return { type: 'number', format: numberFormatIn(readings, decimal) };
  if ((readings & BOOLEAN) !== 0) return { type: 'boolean', format: null };
  if (readings === NONE || isOrderOpen(readings)) return { type: 'text', format: null };
  if ((readings & DAY) !== 0) {
    const isIso = (readings & (SEPARATORS | ORDERS | YEARS)) === ISO_DAY;
    return { type: 'date', format: isIso ? null : dayFormatText(dayFormatOf(readings)) };
  }
  return { type: 'datetime', format: (readings & RFC_TIME) !== 0 ? null : dayFormatText(dayFormatOf(readings)) };
}

/** Whether day and month may each come first. */
export const isOrderOpen = (readings: Readings): boolean =>
  (readings & (DAY_FIRST | MONTH_FIRST)) === (DAY_FIRST | MONTH_FIRST);

/** Without thousands marks if possible; with the other decimal mark only if none of the chosen one is left. */
function numberFormatIn(readings: Readings, decimal: DecimalMark): string | null {
  for (const mark of decimal === '.' ? (['.', ','] as const) : ([',', '.'] as const)) {
    if ((readings & (mark === '.' ? POINT : COMMA)) !== 0) return mark === '.' ? null : '1234,56';
    const grouped = GROUPED_FORMS.find((form) => form.decimal === mark && (readings & form.bit) !== 0);
    if (grouped) return numberFormatText(grouped);
  }
  return null;
}

/** The type of a set of readings, also where the order of day and month is open. */
export function typeOf(readings: Readings): ColumnType {
  if ((readings & (NUMBERS | BOOLEAN)) === 0 && isOrderOpen(readings))
    return (readings & DAY) !== 0 ? 'date' : 'datetime';
  return typeAndFormatOf(readings, '.').type;
}

/**
 * The readings that a type has in a format.
 * @param format null for the form of the type that needs none
 * @returns NONE where the type has no such format
 */
export function readingsOf(type: ColumnType, format: string | null): Readings {
  switch (type) {
    case 'integer':
      return format === null ? INTEGER : NONE;
    case 'boolean':
      return format === null ? BOOLEAN : NONE;
    case 'number': {
      if (format === null) return POINT;
      const found = readNumberFormat(format);
      return found === null ? NONE : numberReadingsOf(found);
    }
    case 'date':
      return format === null ? ISO_DAY | DAY : dayReadings(format, DAY);
    case 'datetime':
      return format === null ? ISO_DAY | RFC_TIME : dayReadings(format, CLOCK_24 | CLOCK_12);
    case 'text':
      return NONE;
  }
}

/** The readings that a type has in a format, or in one that looks like it: with another blank or apostrophe between thousands. */
export function readingsLike(type: ColumnType, format: string | null): Readings {
  const number = type === 'number' && format !== null ? readNumberFormat(format) : null;
  if (number === null) return readingsOf(type, format);
  return alikeMarks(number.thousands).reduce(
    (bits, thousands) => bits | numberReadingsOf({ ...number, thousands }),
    NONE,
  );
}

function numberReadingsOf({ thousands, decimal }: NumberFormat): Readings {
  if (thousands === '') return decimal === '.' ? POINT : COMMA;
  return GROUPED_FORMS.find((form) => form.thousands === thousands && form.decimal === decimal)!.bit;
}

function dayReadings(text: string, times: Readings): Readings {
  const format = readDayFormat(text);
  if (!format) return NONE;
  const wanted = format.time === 'none' ? times : times & TIME_BITS[format.time];
  if (wanted === NONE) return NONE;
  return (
    ORDER_BITS[format.order] |
    SEPARATOR_BITS[format.separator] |
    (format.yearDigits === 2 ? YEAR_OF_2 : YEAR_OF_4) |
    wanted
  );
}

/** The type that a format belongs to, for a format that is given without a type; null where the text is no format. */
export function typeOfFormat(format: string): 'number' | 'date' | 'datetime' | null {
  if (readNumberFormat(format)) return 'number';
  const day = readDayFormat(format);
  return day && (day.time === 'none' ? 'date' : 'datetime');
}

/** A number of a column as JSON, from its text. The text must have the format. */
export function plainNumber(text: string, { thousands, decimal }: NumberFormat): string {
  const whole = thousands === '' ? text : text.replaceAll(thousands, '');
  return decimal === '.' ? whole : whole.replace(',', '.');
}

const DAY_PARTS =
  /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[ Tt](\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))? ?([AaPp])?[Mm]?)?$/;

/**
 * A day as `YYYY-MM-DD`, and with a time as `YYYY-MM-DDTHH:MM:SS`, with the fraction that the text has. The text must have the format.
 * `csv_iso` does the same in PostgreSQL.
 */
export function isoText(text: string, order: DayFormat['order']): string {
  const [, first, second, third, hour, minute, second60 = '00', half] = DAY_PARTS.exec(text)!;
  const [year, month, day] = (
    { day: [third, second, first], month: [third, first, second], year: [first, second, third] } as const
  )[order] as [string, string, string];
  const date = `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (hour === undefined) return date;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return `${date}T${String(hours).padStart(2, '0')}:${minute}:${second60}`;
}

const fullYear = (year: string): string =>
  year.length === 4 ? year : String(yearOfTwoDigits(Number(year))).padStart(4, '0');

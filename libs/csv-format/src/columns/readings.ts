/**
 * The ways in which all values seen so far can be read: a set of bits, from which each value can only remove some. A batch keeps the
 * sets of its columns, and PostgreSQL intersects those of all batches with `bit_and`, so there are at most 31 bits.
 *
 * A number has one bit for each way to write it. A day or an instant has one bit of each of four properties (separator, order, year,
 * time), so that 12 bits stand for all their combinations; a set in which one of the four is empty has no such reading.
 */
export type Readings = number;

/** No reading but text. */
export const NONE: Readings = 0;

export const INTEGER = 1 << 0;
/** A number without thousands marks: `1234.56` and `1234,56`. */
export const POINT = 1 << 1;
export const COMMA = 1 << 2;

const FIRST_GROUPED_BIT = 3;

/** The thousands marks, as they are in UTF-8. The first two exclude the decimal mark that they are. */
export const THOUSANDS_MARKS = ['.', ',', ' ', '\u00a0', '\u202f', "'", '\u2019'] as const;
type ThousandsMark = (typeof THOUSANDS_MARKS)[number];
export type DecimalMark = '.' | ',';

const ALIKE: readonly (readonly string[])[] = [
  [' ', '\u00a0', '\u202f'],
  ["'", '\u2019'],
];

/** A thousands mark and those that look like it: they stand for each other where one of them is declared or asked for. */
export const alikeMarks = (mark: string): readonly string[] => ALIKE.find((group) => group.includes(mark)) ?? [mark];

export interface GroupedForm {
  thousands: ThousandsMark;
  decimal: DecimalMark;
  bit: Readings;
}

/** Numbers with a thousands mark. */
export const GROUPED_FORMS: readonly GroupedForm[] = THOUSANDS_MARKS.flatMap((thousands) =>
  (['.', ','] as const).filter((decimal) => decimal !== thousands).map((decimal) => ({ thousands, decimal })),
).map((form, index) => ({ ...form, bit: 1 << (FIRST_GROUPED_BIT + index) }));

const union = (forms: readonly GroupedForm[]): Readings => forms.reduce((bits, { bit }) => bits | bit, NONE);

export const GROUPED = union(GROUPED_FORMS);
/** Numbers with this decimal mark, with and without thousands marks. */
export const WITH_POINT = POINT | union(GROUPED_FORMS.filter(({ decimal }) => decimal === '.'));
export const WITH_COMMA = COMMA | union(GROUPED_FORMS.filter(({ decimal }) => decimal === ','));
export const NUMBERS = INTEGER | WITH_POINT | WITH_COMMA;

/** The grouped forms with a thousands mark. */
export const groupedBy = (mark: string): Readings => union(GROUPED_FORMS.filter(({ thousands }) => thousands === mark));

export const BOOLEAN = 1 << 15;

export const DOTS = 1 << 16;
export const SLASHES = 1 << 17;
export const DASHES = 1 << 18;
export const DAY_FIRST = 1 << 19;
export const MONTH_FIRST = 1 << 20;
export const YEAR_FIRST = 1 << 21;
export const YEAR_OF_4 = 1 << 22;
export const YEAR_OF_2 = 1 << 23;
/** A day alone. */
export const DAY = 1 << 24;
/** A day with a time as RFC 3339 writes it; the T may be a space, and the zone may be absent. */
export const RFC_TIME = 1 << 25;
/** A day with HH:MM, with or without seconds, without a zone. */
export const CLOCK_24 = 1 << 26;
/** The same by twelve hours, with AM or PM. */
export const CLOCK_12 = 1 << 27;

export const SEPARATORS = DOTS | SLASHES | DASHES;
export const ORDERS = DAY_FIRST | MONTH_FIRST | YEAR_FIRST;
export const YEARS = YEAR_OF_4 | YEAR_OF_2;
export const CLOCKS = RFC_TIME | CLOCK_24 | CLOCK_12;
export const TIMES = DAY | CLOCKS;
export const TEMPORAL = SEPARATORS | ORDERS | YEARS | TIMES;

/** YYYY-MM-DD, of a day and of an instant. */
export const ISO_DAY = DASHES | YEAR_FIRST | YEAR_OF_4;

/** Before any value is seen. */
export const ANY: Readings = NUMBERS | BOOLEAN | TEMPORAL;

/** Removes the bits of days and instants where no reading of them is left. */
export function withoutEmptyProperty(readings: Readings): Readings {
  const isWhole =
    (readings & SEPARATORS) !== 0 && (readings & ORDERS) !== 0 && (readings & YEARS) !== 0 && (readings & TIMES) !== 0;
  return isWhole ? readings : readings & ~TEMPORAL;
}

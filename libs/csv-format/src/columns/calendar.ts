const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Whether the day exists in the Gregorian calendar. There is no year 0, neither for ISO 8601's users nor for PostgreSQL.
 * NaN is no day.
 * @param month, day from 1.
 */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  const isLeapMonth = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (isLeapMonth ? 29 : DAYS[month - 1]!);
}

import { clip } from './plain-facts.js';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const minute = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** `1,000,000` */
export const number = (value: number): string => grouped.format(value);

/** `12.3 s`, `2 min 5 s`, `1 h 2 min`: two units at most, as one would say it. */
export function duration(seconds: number): string {
  const tenths = Math.round(seconds * 10) / 10;
  if (tenths < 60) return `${tenths.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${grouped.format(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** `23 November 2026, 10:15 UTC` from an RFC 3339 time. */
export function datetime(value: string): string {
  const time = new Date(value);
  return `${day.format(time)}, ${minute.format(time)} UTC`;
}

/** `1 row`, `2,000 rows` */
export const counted = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/**
 * `Hello Ada,` or only `Hello,`. Anybody can register anybody's address under any name, so a name that a mail client
 * would make a link of, or that is a sentence, is not repeated: the welcome mail is no carrier for advertisements.
 */
export function greeting(fullName: string): string {
  const suspicious = /[/\\@:]|www\.|\p{L}{2,}\.\p{L}{2,}/iu.test(fullName) || Array.from(fullName).length > 80;
  return fullName === '' || suspicious ? 'Hello,' : `Hello ${fullName},`;
}

/** How many of a list are left when `shown` have been told. */
export const more = (list: readonly unknown[], shown: number): number => Math.max(0, list.length - shown);

export const first = <T>(list: readonly T[], count: number): T[] => list.slice(0, count);

/** `81,301 rows per second`; nothing where the time is too short to divide by. */
export const rate = (rows: number, seconds: number): string =>
  seconds >= 0.1 && rows > 0 ? `${number(Math.round(rows / seconds))} rows per second` : '';

export { clip };

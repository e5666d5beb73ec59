// Numbers and times as people read them, in the language of the page.

const grouped = new Intl.NumberFormat('en-US');
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
// With the zone, because the API tells times in UTC.
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** `1,000,000` */
export const count = (value: number): string => grouped.format(value);

/** `1 row`, `2,000 rows` */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `381.7 MB`, by powers of ten as file managers show it. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let left = value;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return unit === 0 ? counted(value, 'byte') : `${oneDigit.format(left)} ${units[unit]}`;
}

/** `4 s`, `2 min 5 s`, `1 h 2 min` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `26 Nov 2026, 18:20 CET`, in the zone of the reader. */
export const dateTime = (rfc3339: string): string => moment.format(new Date(rfc3339));

/** A day as `1 Dec 2026`; an instant as `dateTime` writes it. */
export const due = (value: string): string => (value.includes('T') ? dateTime(value) : day.format(new Date(value)));

/** A share as `42 %`. 100 % is the whole alone: what is nearly sure is not shown as sure. */
export const percent = (share: number): string =>
  share < 0.01 ? 'under 1 %' : share < 1 ? `${Math.min(99, Math.round(share * 100))} %` : '100 %';

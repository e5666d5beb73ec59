import Handlebars from 'handlebars';
import { clip } from './sanitize.js';

// What a template can call: every export of this file, by its name.

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const minute = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** `1,000,000` */
export const number = (value: number): string => grouped.format(value);

/** `12.3 s`, `2 min 5 s`, `1 h 2 min`: at most two units. */
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

/** A day as it was given, `2026-12-01`; an RFC 3339 time as `datetime` writes it. */
export const due = (value: string): string => (value.includes('T') ? datetime(value) : value);

/** `1 row`, `2,000 rows` */
export const counted = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/**
 * `Hello Ada,` or only `Hello,`. Anyone can register another person's address under any name. A name that looks like a link, or
 * is as long as a sentence, could carry an advertisement in the welcome mail, so it is left out.
 */
export function greeting(fullName: string): string {
  const suspicious = /[/\\@:]|www\.|\p{L}{2}\.\p{L}{2}/iu.test(fullName) || Array.from(fullName).length > 80;
  return fullName === '' || suspicious ? 'Hello,' : `Hello ${fullName},`;
}

/** How many items of a list are not shown. */
export const more = (list: readonly unknown[], shown: number): number => Math.max(0, list.length - shown);

/** The first `count` items of a list. */
export const first = <T>(list: readonly T[], count: number): T[] => list.slice(0, count);

/** `81,301 rows per second`; empty for no rows, and for less than 0.1 s, which is too short to divide by. */
export const rate = (rows: number, seconds: number): string =>
  seconds >= 0.1 && rows > 0 ? `${number(Math.round(rows / seconds))} rows per second` : '';

export { clip };

const SANS = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';

/**
 * The look of a mail. Many mail clients drop style sheets, so every element has its style inline. The classes in the templates are
 * for the dark mode of the clients that keep the sheet.
 */
const STYLES = {
  page: 'background-color:#f3f4f6;',
  brand: `padding:0 4px 12px;font:600 13px/20px ${SANS};letter-spacing:.02em;color:#6b7280;`,
  card: 'padding:32px 36px;background-color:#ffffff;border:1px solid #e5e7eb;border-radius:8px;',
  title: `margin:0 0 16px;font:600 22px/30px ${SANS};color:#111827;`,
  body: `font:400 16px/25px ${SANS};color:#1f2937;overflow-wrap:anywhere;`,
  footer: `padding:16px 4px 0;font:400 13px/20px ${SANS};color:#6b7280;`,
  paragraph: 'margin:0 0 16px;',
  section: 'margin:28px 0 8px;font-size:16px;line-height:24px;font-weight:600;color:#111827;',
  label: 'padding:9px 0;border-top:1px solid #e5e7eb;',
  value: 'padding:9px 0 9px 16px;border-top:1px solid #e5e7eb;white-space:nowrap;',
  panel: 'padding:14px 0;border-top:1px solid #e5e7eb;border-bottom:1px solid #e5e7eb;',
  note: 'font-size:14px;line-height:22px;color:#6b7280;',
  small: 'margin:24px 0 0;font-size:13px;line-height:20px;color:#6b7280;',
  code: `padding:2px 6px;border-radius:4px;background-color:#f3f4f6;font:400 13px/24px ${MONO};color:#374151;`,
} as const;

/** The inline style of an element, by name. */
export const style = (name: keyof typeof STYLES) => new Handlebars.SafeString(STYLES[name]);

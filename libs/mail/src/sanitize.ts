/** A line break ends a header, or forges a paragraph of the text part. jsonb rejects NUL. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Direction marks reverse the text after them: `fdp.exe` is shown as `exe.pdf`. */
const DIRECTION_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
/** Lone surrogates: jsonb rejects them. */
const LONE_SURROGATES = /\p{Cs}/gu;

/** Limit for one string of a mail. A title has at most 255 characters, but a column's header can have a million. */
const MAX_CHARACTERS = 500;

/** At most `max` code points; the last one is an ellipsis when the text was cut. */
export function clip(text: string, max: number): string {
  const points = Array.from(text.length > 2 * max ? text.slice(0, 2 * max) : text);
  return points.length > max || text.length > 2 * max ? `${points.slice(0, max - 1).join('')}…` : text;
}

/** Text of a user as one line that is safe in a header, in the text part and in jsonb. */
const singleLine = (text: string) =>
  clip(
    text.replace(CONTROLS, ' ').replace(DIRECTION_MARKS, '').replace(LONE_SURROGATES, '\uFFFD').trim(),
    MAX_CHARACTERS,
  );

/** A copy of a mail's context in which every string is one safe line. Sanitizing twice gives the same result. */
export function sanitize<T>(value: T): T {
  if (typeof value === 'string') return singleLine(value) as T;
  if (Array.isArray(value)) return value.map(sanitize) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, sanitize(item)])) as T;
}

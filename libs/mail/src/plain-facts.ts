// A line break would end a header or forge a paragraph of the text part; direction marks can turn a file name around
// (`fdp.exe` shown as `exe.pdf`); NUL and half surrogate pairs are refused by jsonb.
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const HALF_PAIRS = /\p{Cs}/gu;

/** Longest fact a mail repeats; a title has 255, the header of a column may have a megabyte. */
const MAX_FACT_CHARACTERS = 500;

/** The first `max` code points, the last of them an ellipsis where something was cut off. */
export function clip(text: string, max: number): string {
  const points = Array.from(text.length > 2 * max ? text.slice(0, 2 * max) : text);
  return points.length > max || text.length > 2 * max ? `${points.slice(0, max - 1).join('')}…` : text;
}

/** One line of what somebody else wrote, fit for a header, a text part and jsonb. */
const plainLine = (text: string) =>
  clip(text.replace(BREAKING, ' ').replace(TURNING, '').replace(HALF_PAIRS, '\uFFFD').trim(), MAX_FACT_CHARACTERS);

/** A mail's context with every string in it made one harmless line. Does nothing to what it has already been done to. */
export function plainFacts<T>(facts: T): T {
  if (typeof facts === 'string') return plainLine(facts) as T;
  if (Array.isArray(facts)) return facts.map(plainFacts) as T;
  if (facts === null || typeof facts !== 'object') return facts;
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, plainFacts(value)])) as T;
}

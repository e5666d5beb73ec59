import { escapeLike } from '@app/database';

/** A condition that is cheaper than folding the case of a whole row. Every row that matches the search passes; a few others pass too. */
export interface SearchPrefilter {
  /** A pattern of LIKE. */
  pattern: string;
  /** Whether the pattern has ASCII letters, which must be found in either case. */
  hasLetters: boolean;
}

/** With fewer known characters most rows would pass. */
const MIN_KNOWN = 3;

/** Runs of ASCII characters without case. They are the same before and after folding: no other character becomes one of them. */
const CASELESS = /[^A-Za-z\u0080-\u{10ffff}]+/gu;

/**
 * Characters that folding may have made of characters that are not ASCII, or that are not ASCII: U+0130 becomes i, U+212A becomes k, and
 * no other becomes ASCII. LIKE's `_` stands for any one character.
 */
const UNKNOWN = /[IiKk\u0080-\u{10ffff}]/gu;

/**
 * @param text what is searched, as cells are stored.
 * @returns null where too little of the text is known.
 */
export function searchPrefilter(text: string): SearchPrefilter | null {
  const caseless = (text.match(CASELESS) ?? []).reduce(
    (longest, run) => (run.length > longest.length ? run : longest),
    '',
  );
  if (caseless.length >= MIN_KNOWN) return { pattern: `%${escapeLike(caseless)}%`, hasLetters: false };
  if (text.replace(UNKNOWN, '').length < MIN_KNOWN) return null;
  const parts = text.split(UNKNOWN).map(escapeLike);
  return { pattern: `%${parts.join('_').replace(/^_+/, '')}%`, hasLetters: true };
}

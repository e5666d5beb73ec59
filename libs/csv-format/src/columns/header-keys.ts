/** A column's key, made of its header, beside the header as it stood in the file. */
export interface HeaderKey {
  key: string;
  name: string;
  /** From 1, in file order. */
  position: number;
}

/**
 * The keys that rows are stored under, one per header cell, in file order: snake_case, unique, never empty.
 *
 * Unique keys stay, the first of several equal ones too; a further one takes the smallest suffix from 2 that no other key has:
 * `name, name, name_2` -> `name, name_3, name_2`. Nothing left of a header: `column_<position>`.
 * Linear in the number of headers, whatever they are (2,000 equal ones, or suffixes taken in advance).
 */
export function headerKeys(names: readonly string[]): HeaderKey[] {
  const bases = names.map((name, i) => snakeKey(name) || `column_${i + 1}`);
  const taken = new Set(bases);
  const seen = new Set<string>();
  // Where the search for a base's next free suffix goes on: what was taken stays taken.
  const nextSuffix = new Map<string, number>();
  return names.map((name, i) => {
    const base = bases[i]!;
    let key = base;
    if (seen.has(base)) {
      let suffix = nextSuffix.get(base) ?? 2;
      while (taken.has(`${base}_${suffix}`)) suffix++;
      nextSuffix.set(base, suffix + 1);
      key = `${base}_${suffix}`;
      taken.add(key);
    }
    seen.add(base);
    return { key, name, position: i + 1 };
  });
}

// A combining mark belongs to the letter before it: without its vowel signs and viramas a word of Hindi, Tamil or Thai is not that
// word, and x̂ has no composed form. A mark after anything else (an emoji's selector, a keycap's frame) is no part of a letter.
const WORDS = /(?:\p{L}\p{M}*|\p{N})+/gu;
// fooBar, and a lower-case letter with digits in between: user1ID.
const LOWER_THEN_UPPER = /(\p{Ll}\p{M}*\p{N}*)(?=[\p{Lu}\p{Lt}])/gu;
// HTTPServer, CO2Emission: the last capital of a run begins the word that its lower-case letters go on.
const CAPITALISED_WORD = /([\p{Lu}\p{N}]\p{M}*)(?=[\p{Lu}\p{Lt}]\p{M}*\p{Ll})/gu;
const STARTS_WITH_DIGIT = /^\p{N}/u;

/** The empty string when no letter and no digit is left. Its own result comes out of it as it went in. */
function snakeKey(name: string): string {
  const words = name.normalize('NFC').match(WORDS);
  if (!words) return '';
  const parts = words.map((word) => word.replace(LOWER_THEN_UPPER, '$1_').replace(CAPITALISED_WORD, '$1_'));
  // Lower case may decompose (İ -> i + U+0307), so compose once more.
  const key = parts.join('_').toLowerCase().normalize('NFC');
  return STARTS_WITH_DIGIT.test(key) ? `col_${key}` : key;
}

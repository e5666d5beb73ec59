/** A column's key, made from its header, and the header as it is in the file. */
export interface HeaderKey {
  key: string;
  name: string;
  /** From 1, in file order. */
  position: number;
}

/**
 * The keys that rows are stored under, one per header cell, in file order: snake_case, unique, never empty.
 *
 * Unique keys stay as they are, and so does the first of several equal ones. A further one gets the smallest suffix from 2 that no other
 * key has: `name, name, name_2` -> `name, name_3, name_2`. A header without letters and digits: `column_<position>`.
 * Linear in the number of headers, also with 2,000 equal ones or with suffixes that are in use already.
 */
export function headerKeys(names: readonly string[]): HeaderKey[] {
  const bases = names.map((name, i) => snakeKey(name) || `column_${i + 1}`);
  const taken = new Set(bases);
  const seen = new Set<string>();
  // Where the search for a base's next free suffix continues: a suffix in use stays in use.
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

// A combining mark belongs to the letter before it: a word of Hindi, Tamil or Thai is another word without its vowel signs and viramas,
// and x̂ has no composed form. A mark after anything else (an emoji's selector, a keycap's frame) is not part of a letter.
const WORDS = /(?:\p{L}\p{M}*|\p{N})+/gu;
// fooBar, and a lower-case letter with digits in between: user1ID.
const LOWER_THEN_UPPER = /(\p{Ll}\p{M}*\p{N}*)(?=[\p{Lu}\p{Lt}])/gu;
// HTTPServer, CO2Emission: the last capital of a run begins the next word.
const CAPITALISED_WORD = /([\p{Lu}\p{N}]\p{M}*)(?=[\p{Lu}\p{Lt}]\p{M}*\p{Ll})/gu;
const STARTS_WITH_DIGIT = /^\p{N}/u;

/** Empty where the name has no letter and no digit. Applied to its own result it changes nothing. */
function snakeKey(name: string): string {
  const words = name.normalize('NFC').match(WORDS);
  if (!words) return '';
  const parts = words.map((word) => word.replace(LOWER_THEN_UPPER, '$1_').replace(CAPITALISED_WORD, '$1_'));
  // Lower case may decompose (İ -> i + U+0307), so compose once more.
  const key = parts.join('_').toLowerCase().normalize('NFC');
  return STARTS_WITH_DIGIT.test(key) ? `col_${key}` : key;
}

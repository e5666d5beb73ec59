/** Where in a value the text is looked for; at `start` and `end` that end of the text is the value's own. */
export type Place = 'inside' | 'start' | 'end';

/**
 * Whether pg_trgm can look the text up. It cuts words (runs of letters and digits) into groups of three, two blanks before a word
 * and one behind it counted in where that end is known to be the word's own.
 */
export const hasTrigram = (text: string, place: Place): boolean =>
  [...text.matchAll(/[\p{L}\p{N}]+/gu)].some(({ 0: word, index }) => {
    const ownStart = index > 0 || place === 'start';
    const ownEnd = index + word.length < text.length || place === 'end';
    return [...word].length + (ownStart ? 2 : 0) + (ownEnd ? 1 : 0) >= 3;
  });

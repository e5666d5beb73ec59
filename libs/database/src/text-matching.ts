/** Escapes the wildcards of LIKE in `text`, so that it matches only itself. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * SQL that folds the letter case of the SQL expression `text`. The collation is named, so that Ü and ü are equal on every server;
 * "pg_c_utf8" is built into PostgreSQL since version 17 and uses Unicode's simple case mapping.
 */
export const foldCase = (text: string): string => `lower(${text} COLLATE "pg_c_utf8")`;

/**
 * The same of a text in this process, so that two texts are equal here if and only if they are in PostgreSQL. Each character becomes one
 * character: `toLowerCase` of a whole text makes two of U+0130, and another sigma of one at the end of a word.
 */
export const foldedCase = (text: string): string =>
  Array.from(text, (character) => Array.from(character.toLowerCase())[0]).join('');

/** Separates the cells of a joined row: the unit separator of ASCII. A joined row holds no other U+001F. */
export const CELL_SEPARATOR = '\x1f';
/** Separates joined rows: the record separator of ASCII. A joined row holds none. */
export const ROW_SEPARATOR = '\x1e';

/**
 * What replaces the control characters that would disturb joined cells. Escaped texts compare, order, contain, start and end as the
 * exact texts do: each code begins with the smallest or the largest character of its group, and no code is part of another. A code that
 * began with U+001E would break the batches' own separators.
 */
const CODES: Readonly<Record<string, string>> = {
  '\x01': '\x03\x01\x01',
  '\x02': '\x03\x01\x02',
  '\x03': '\x03\x02',
  '\x1d': '\x1d\x01\x01',
  '\x1e': '\x1d\x01\x02',
  '\x1f': '\x1d\x02',
};
/** The characters that `escapeCell` replaces. */
export const ESCAPED_CHARACTERS: readonly string[] = Object.keys(CODES);
const CHARACTERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CODES).map(([character, code]) => [code, character]),
);

const ESCAPED = /[\x01-\x03\x1d-\x1f]/;
const EACH_ESCAPED = /[\x01-\x03\x1d-\x1f]/g;
const EACH_CODE = /\x03\x01[\x01\x02]|\x03\x02|\x1d\x01[\x01\x02]|\x1d\x02/g;

/** Whether `escapeCell` would change the text. */
export const needsEscape = (text: string): boolean => ESCAPED.test(text);

/** A cell's text as it stands in a joined row. It works on text and on its latin1 view, since all codes are ASCII. */
export const escapeCell = (text: string): string =>
  needsEscape(text) ? text.replace(EACH_ESCAPED, (character) => CODES[character]!) : text;

/** The exact text of a cell that `escapeCell` returned. */
export const unescapeCell = (escaped: string): string =>
  needsEscape(escaped) ? escaped.replace(EACH_CODE, (code) => CHARACTERS[code]!) : escaped;

/** Joins cells to one text, in column order. An empty cell is an empty text. */
export const joinCells = (cells: readonly string[]): string => cells.map(escapeCell).join(CELL_SEPARATOR);

/** The exact texts of the cells that `joinCells` joined. @param cells at least one */
export const splitCells = (joined: string): string[] => joined.split(CELL_SEPARATOR).map(unescapeCell);

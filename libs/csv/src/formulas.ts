/**
 * What a spreadsheet takes for the beginning of a formula: = + - @, their full-width forms, tab, line feed and carriage return (OWASP,
 * "CSV Injection", with what Excel and LibreOffice were seen to accept).
 */
const FORMULA_START = /^[=+\-@\t\n\r\uff1d\uff0b\uff0d\uff20]/;

/** The text with an apostrophe before it if a spreadsheet would take it for a formula; a spreadsheet then shows it as a text. */
export const escapeFormula = (text: string): string => (FORMULA_START.test(text) ? `'${text}` : text);

const FIRST_BYTES: ReadonlySet<number> = new Set(Buffer.from('=+-@\t\n\r'));
const FULL_WIDTH_LAST_BYTES: ReadonlySet<number> = new Set([0x9d, 0x8b, 0x8d, 0xa0]);

/** The rule of `escapeFormula` for a text as UTF-8. @param at where the text begins in `bytes`, which must not be its end */
export function beginsFormula(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at]!;
  if (first !== 0xef) return FIRST_BYTES.has(first);
  return bytes[at + 1] === 0xbc && FULL_WIDTH_LAST_BYTES.has(bytes[at + 2]!);
}

/** A number is no formula, whatever its sign. */
const NUMBER = '[+-]?\\d+(?:[.,]\\d+)*(?:[eE][+-]?\\d+)?';
/** = + - @ of full width in UTF-8, as single bytes. */
const FULL_WIDTH = '\\xef\\xbc[\\x9d\\x8b\\x8d\\xa0]';

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/**
 * Escapes formulas in the raw text of records, cell by cell. The records may be malformed, so a cell begins behind each delimiter and
 * each line break, inside of quotes too: a spreadsheet may read it so. Numbers stay as they are.
 * @returns a function of UTF-8 bytes; invalid ones stay as they are
 */
export function formulaEscaper({ delimiter, quote }: { delimiter: string; quote: string }): (raw: Buffer) => Buffer {
  const mark = Buffer.from(delimiter).toString('latin1');
  const border = ['\r', '\n', mark].map(literal).join('|');
  const opening = Buffer.from(quote).toString('latin1');
  const optional = opening === '' ? '' : `(?:${literal(opening)})?`;
  const isNumber = `${optional}${NUMBER}${optional}(?:${border}|$)`;
  // A bare tab may be the delimiter, and a bare line break ends the record; in quotes they are the beginning of a cell.
  const bare = `(?=[=+\\-@${mark === '\t' ? '' : '\\t'}]|${FULL_WIDTH})`;
  const quoted = opening === '' ? '' : `${literal(opening)}(?=[=+\\-@\\t\\r\\n]|${FULL_WIDTH})|`;
  // Only what begins like a formula is tried as a number. Tried at each delimiter, a record of 64 KiB of `1,1,1` was read to its end 32,000
  // times, which took seconds.
  const formulaLike = `(?=${optional}(?:[=+\\-@\\t\\r\\n]|${FULL_WIDTH}))`;
  const beginning = new RegExp(`(?:^|${border})${formulaLike}(?!${isNumber})(?:${quoted}${bare})`, 'g');
  return (raw) =>
    Buffer.from(
      raw.toString('latin1').replace(beginning, (before) => `${before}'`),
      'latin1',
    );
}

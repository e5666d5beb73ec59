import Papa from 'papaparse';
import type { CsvGrammar } from './grammar.js';
import type { RecordScanner } from './record-scanner.js';

/**
 * The only file that calls papaparse. papaparse gets one record, whose end the grammar has found, and cuts its cells. So its guesses
 * (delimiter, line break), its headers, its streams and its `escapeChar` are not used.
 *
 * It cuts as the grammar does, except in the records for which `cutsOtherwise` is true; a property test compares the two.
 *
 * @param text latin1, without the line break behind it; not empty.
 * @returns null where papaparse finds more or less than one record in it.
 */
export function cutWithPapaparse(text: string, { delimiter, quote, newline }: CsvGrammar): string[] | null {
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter,
    // No character of this kind is outside of the quotes of a record.
    newline: newline === 'cr' ? '\r' : '\n',
    quoteChar: quote,
    // The fast mode splits at delimiters, so it is right where nothing is quoted, and only there.
    fastMode: quote === '',
  });
  return data.length === 1 && errors.length === 0 ? data[0]! : null;
}

/**
 * Whether papaparse would cut a record otherwise than the grammar does, without an error that shows it:
 * - a file of one column: papaparse guesses a delimiter
 * - a stray quote: text behind a closing quote belongs to the cell, for papaparse up to a later closing quote, even lines below
 * - blanks that are to be trimmed
 * - an escape that is not the quote: for papaparse `"a\\"` is not closed, as it looks at one character before a quote
 *
 * White space behind a closing quote is no such case: where the two differ (A0, and white space at the end of the text), papaparse
 * reports an error, or the quote is a stray one.
 */
export function cutsOtherwise(
  { delimiter, quote, escape: mark, trim }: CsvGrammar,
  scanned: RecordScanner,
  text: string,
): boolean {
  return delimiter === '' || trim === true || scanned.strayCells > 0 || (mark !== quote && text.includes(mark));
}

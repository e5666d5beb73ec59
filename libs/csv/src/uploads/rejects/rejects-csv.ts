import type { CsvColumn, Dialect } from '@app/csv-format';
import { formulaEscaper } from '../../formulas.js';
import type { CsvReject } from './reject.entity.js';

type WritingDialect = Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'newline' | 'has_header'>;

/**
 * Writes rejects as a CSV file with the columns of the original, to be corrected and uploaded again: the header if the file had one, then
 * the original bytes of each record, so that its fault is visible. Lines end as in the original file. The text is UTF-8, whatever the
 * encoding of the file was, except bytes that are invalid in that encoding. With `escapeFormulas`, cells that a spreadsheet would take
 * for formulas get an apostrophe.
 */
export async function* rejectsCsv(
  columns: readonly CsvColumn[],
  dialect: WritingDialect | null,
  rejects: AsyncIterable<Pick<CsvReject, 'raw'>>,
  { escapeFormulas = false } = {},
): AsyncGenerator<Buffer> {
  const end = Buffer.from(lineBreak(dialect?.newline));
  const written = escapeFormulas ? formulaEscaper(dialect ?? UNKNOWN_MARKS) : (raw: Buffer) => raw;
  const header = headerLine(columns, dialect);
  if (header !== undefined) yield Buffer.concat([written(Buffer.from(header)), end]);
  for await (const { raw } of rejects) yield Buffer.concat([written(raw), end]);
}

/** For a file whose dialect was not found. */
const UNKNOWN_MARKS = { delimiter: ',', quote: '"' };

/** LF for a file with mixed line breaks, and for one whose dialect is not known. */
const lineBreak = (newline: WritingDialect['newline'] | undefined): string =>
  newline === 'crlf' ? '\r\n' : newline === 'cr' ? '\r' : '\n';

/** The header of the file in the file's dialect; undefined if it had none. */
function headerLine(columns: readonly CsvColumn[], dialect: WritingDialect | null): string | undefined {
  if (!dialect?.has_header || columns.length === 0) return undefined;
  const ordered = [...columns].sort((a, b) => a.position - b.position);
  return ordered.map(({ name }) => cell(name, dialect, ordered.length === 1)).join(dialect.delimiter);
}

function cell(text: string, { delimiter, quote, escape: mark }: WritingDialect, isOnlyCell: boolean): string {
  const plain = !text.includes(delimiter) && !text.includes(quote) && !/[\r\n]|^\s|\s$/.test(text);
  // An empty only cell needs quotes: a blank line is no header.
  if (quote === '' || (plain && !(isOnlyCell && text === ''))) return text;
  const escaped = mark === quote ? text : text.replaceAll(mark, () => mark + mark);
  return quote + escaped.replaceAll(quote, () => mark + quote) + quote;
}

import { type CsvColumn, type Dialect, decodeFileText, encodeFileText, fileMark } from '@app/csv-format';
import { formulaEscaper } from '../../formulas.js';
import type { CsvReject } from './reject.entity.js';

type WritingDialect = Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'newline' | 'has_header'>;

/** How the original file is written. */
interface Original {
  columns: readonly CsvColumn[];
  /** Null where it was not found. */
  dialect: WritingDialect | null;
  encoding: string;
}

/**
 * Writes rejects as a CSV file with the columns of the original, to be corrected and uploaded again: the header if the file had one, then
 * the bytes of each record as they stand in the file, so that its fault is visible. Encoding and line ends are those of the file. With
 * `escapeFormulas`, cells that a spreadsheet would take for formulas get an apostrophe.
 */
export async function* rejectsCsv(
  { columns, dialect, encoding }: Original,
  rejects: AsyncIterable<Pick<CsvReject, 'raw'>>,
  { escapeFormulas = false } = {},
): AsyncGenerator<Buffer> {
  const end = encodeFileText(lineBreak(dialect?.newline), encoding);
  const escapeCells = formulaEscaper(dialect ?? UNKNOWN_MARKS);
  const written = escapeFormulas ? inEncoding(escapeCells, encoding) : (raw: Buffer) => raw;
  const header = headerLine(columns, dialect);
  const mark = fileMark(encoding);
  if (mark.length > 0) yield mark;
  if (header !== undefined) yield Buffer.concat([written(encodeFileText(header, encoding)), end]);
  for await (const { raw } of rejects) yield Buffer.concat([written(raw), end]);
}

/** For a file whose dialect was not found. */
const UNKNOWN_MARKS = { delimiter: ',', quote: '"' };

/**
 * Applies a change of UTF-8 to a record in another encoding. Where decoding would lose something, the bytes themselves are changed, as
 * ASCII is in most encodings; in UTF-16 and UTF-32, which hold no ASCII, what does not decode becomes U+FFFD.
 */
function inEncoding(change: (utf8: Buffer) => Buffer, encoding: string): (raw: Buffer) => Buffer {
  if (encoding === 'utf-8') return change;
  const isWide = fileMark(encoding).length > 0;
  return (raw) => {
    const { text } = decodeFileText(raw, encoding);
    if (!isWide && !encodeFileText(text, encoding).equals(raw)) return change(raw);
    return encodeFileText(change(Buffer.from(text)).toString(), encoding);
  };
}

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

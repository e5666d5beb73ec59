import type { CsvColumn, Dialect } from '@app/csv-format';
import type { CsvReject } from './reject.entity.js';

type Writing = Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'newline' | 'has_header'>;

/** Of a file that mixes line ends, or about which nothing is known, LF. */
const lineEnd = (newline: Writing['newline'] | undefined): string =>
  newline === 'crlf' ? '\r\n' : newline === 'cr' ? '\r' : '\n';

/** The file's header, written in its own dialect; undefined where it had none. */
export function headerLine(columns: readonly CsvColumn[], dialect: Writing | null): string | undefined {
  if (!dialect?.has_header || columns.length === 0) return undefined;
  const ordered = [...columns].sort((a, b) => a.position - b.position);
  return ordered.map(({ name }) => cell(name, dialect, ordered.length === 1)).join(dialect.delimiter);
}

function cell(text: string, { delimiter, quote, escape: mark }: Writing, alone: boolean): string {
  const plain = !text.includes(delimiter) && !text.includes(quote) && !/[\r\n]|^\s|\s$/.test(text);
  // Nothing between two line ends would be a blank line, and that is no header.
  if (quote === '' || (plain && !(alone && text === ''))) return text;
  const escaped = mark === quote ? text : text.replaceAll(mark, () => mark + mark);
  return quote + escaped.replaceAll(quote, () => mark + quote) + quote;
}

/**
 * Rejects as a file that can be corrected and uploaded again, to the same columns: the header first if the file had one, then every
 * record as its bytes stood there, each ended as lines of that file are. So what made it a reject is there to be seen and mended, and
 * nothing else was touched. The text is UTF-8, whatever the file was in; only bytes that were invalid are left as they are.
 */
export async function* rejectsCsv(
  columns: readonly CsvColumn[],
  dialect: Writing | null,
  rejects: AsyncIterable<Pick<CsvReject, 'raw'>>,
): AsyncGenerator<Buffer> {
  const end = Buffer.from(lineEnd(dialect?.newline));
  const header = headerLine(columns, dialect);
  if (header !== undefined) yield Buffer.concat([Buffer.from(header), end]);
  for await (const { raw } of rejects) yield Buffer.concat([raw, end]);
}

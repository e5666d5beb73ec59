import { type CsvDialect, NEWLINES } from './dialect.js';
import { BYTE_ORDER_MARKS, canEncode, encode } from './encoding.js';

/** A table of texts, every row as wide as the header. */
export interface CsvTable {
  header: string[];
  rows: string[][];
}

/** A cell as the service returns it: null for an empty one, quoted or not. */
export type Cell = string | null;

const cellOf = (text: string): Cell => (text === '' ? null : text);

/** The cells that a correct reader finds in the file. */
export const cellsOf = (table: CsvTable): Cell[][] => table.rows.map((row) => row.map(cellOf));

const recordsOf = (table: CsvTable, dialect: CsvDialect) =>
  dialect.header ? [table.header, ...table.rows] : table.rows;

function mustQuote(cell: string, record: readonly string[], dialect: CsvDialect): boolean {
  // An empty line is not a record, so a single empty cell must be quoted.
  if (cell === '') return record.length === 1;
  return (
    /[\r\n]/.test(cell) ||
    cell.includes(dialect.delimiter) ||
    cell.includes(dialect.quote) ||
    (dialect.escape === 'backslash' && cell.includes('\\')) ||
    cell.startsWith('\ufeff')
  );
}

function writeCell(cell: string, record: readonly string[], dialect: CsvDialect): string {
  const { quote, quoting } = dialect;
  if (quote === '') return cell;
  if (quoting === 'minimal' && !mustQuote(cell, record, dialect)) return cell;
  const inside =
    dialect.escape === 'doubled'
      ? cell.replaceAll(quote, () => quote + quote)
      : cell.replace(/[\\"']/g, (character) =>
          character === '\\' || character === quote ? `\\${character}` : character,
        );
  return quote + inside + quote;
}

function writeText(table: CsvTable, dialect: CsvDialect): string {
  const newline = NEWLINES[dialect.newline];
  const lines = recordsOf(table, dialect).map((record) =>
    record.map((cell) => writeCell(cell, record, dialect)).join(dialect.delimiter),
  );
  return lines.join(newline) + (dialect.finalNewline ? newline : '');
}

/** Whether the text at the start of the file would be read as a byte order mark. */
function beginsLikeAMark(table: CsvTable, dialect: CsvDialect): boolean {
  const first = recordsOf(table, dialect)[0]?.[0] ?? '';
  if (dialect.quote !== '' && (dialect.quoting === 'all' || first.startsWith('\ufeff'))) return false;
  if (dialect.encoding !== 'windows-1252') return first.startsWith('\ufeff');
  const bytes = encode(first.slice(0, 3), dialect.encoding);
  return Object.values(BYTE_ORDER_MARKS).some((mark) => bytes.subarray(0, mark.length).equals(mark));
}

/**
 * Whether a reader that is told the dialect can give back exactly this table (see `cellsOf`). It cannot where
 * - there is no record at all, or a row is not as wide as the header
 * - a character has no form in the encoding, or is NUL, which no row may hold
 * - nothing is quoted, and a cell holds the delimiter, a newline of any kind, or is empty and alone in its record
 * - the file, or where nothing is quoted a record, would begin with a byte order mark that is meant as text.
 */
export function canExpress(table: CsvTable, dialect: CsvDialect): boolean {
  const records = recordsOf(table, dialect);
  if (records.length === 0 || table.header.length === 0) return false;
  if (table.rows.some((row) => row.length !== table.header.length)) return false;
  const cells = records.flat();
  if (!cells.every((cell) => canEncode(cell, dialect.encoding))) return false;
  if (dialect.quote === '') {
    if (cells.some((cell) => /[\r\n]/.test(cell) || cell.includes(dialect.delimiter))) return false;
    if (records.some((record) => record.length === 1 && record[0] === '')) return false;
    if (records.some(([first]) => first!.startsWith('\ufeff'))) return false;
  }
  return !beginsLikeAMark(table, dialect);
}

/** The table as the bytes of a file. @throws RangeError where the dialect cannot express it */
export function writeCsv(table: CsvTable, dialect: CsvDialect): Buffer {
  if (!canExpress(table, dialect)) throw new RangeError('the dialect cannot express this table');
  return encode(writeText(table, dialect), dialect.encoding);
}

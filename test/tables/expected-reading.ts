import type { Cell } from '../../libs/csv-format/calibration/pollutions.js';
import type { MadeFile } from '../../libs/csv-format/calibration/tables.js';
import type { UploadView } from '../support/client.js';

/** Something that was said of an upload: a warning, a reject or a failure. */
interface Told {
  code: string;
  /** The physical line in the file, from 1; null for the file as a whole. */
  line: number | null;
}

/** The part of a reading that a fault is in. */
type Part = 'delimiter' | 'quoting' | 'header' | 'names' | 'start' | 'encoding' | 'types' | 'records';

export interface Fault {
  part: Part;
  what: string;
}

/** The doubts that fit a fault in each part, whatever the pollution. Records that are wrong have none: the pollution has its own codes. */
const DOUBTS: Readonly<Record<Part, readonly string[]>> = {
  delimiter: ['delimiter_uncertain', 'single_column'],
  quoting: ['quoting_uncertain'],
  header: ['header_uncertain', 'header_width'],
  // Of a header that is split by another delimiter than it has, or not at all.
  names: ['header_uncertain', 'header_width', 'delimiter_uncertain', 'single_column'],
  start: ['header_uncertain', 'records_skipped'],
  encoding: ['encoding_uncertain'],
  types: ['decimal_uncertain', 'date_order_uncertain'],
  records: [],
};

interface ReadDialect {
  delimiter: string;
  quote: string;
  encoding: string;
  has_header: boolean;
  preamble_lines: number;
}

interface ReadColumn {
  key: string;
  name: string;
  type: string;
  format: string | null;
}

/** What the service made of a file. */
export interface Reading {
  upload: UploadView;
  rows: Cell[][];
  told: Told[];
}

const TYPES: readonly (readonly [type: string, form: RegExp])[] = [
  ['integer', /^-?(0|[1-9]\d{0,14})$/],
  ['number', /^-?(0|[1-9]\d*)(\.\d+)?$/],
  ['number', /^-?(0|[1-9]\d*)(,\d+)?$/],
  ['boolean', /^(true|false)$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['date', /^\d\d\.\d\d\.\d{4}$/],
  ['datetime', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d$/],
];
/** Days with the month first; where no day is over 12 the order is open. */
const SLASHES = /^\d\d\/\d\d\/\d{4}$/;
const DAY_OVER_12 = /^\d\d\/(1[3-9]|2\d|3[01])\//;
/** A fraction that is no group of thousands. */
const DECIMAL_COMMA = /,(\d{1,2}|\d{4,})$|^-?0,|\d{4},/;

/** The type of a column of these cells by the contract. */
function typeOf(cells: readonly Cell[]): string {
  const values = cells.filter((cell) => cell !== null);
  const every = (form: RegExp): boolean => values.every((value) => form.test(value));
  if (values.length === 0) return 'text';
  if (every(SLASHES)) return values.some((value) => DAY_OVER_12.test(value)) ? 'date' : 'text';
  return TYPES.find(([, form]) => every(form))?.[0] ?? 'text';
}

/** The format of a column of these cells; undefined where values of the file may be read in two ways. */
function formatOf(cells: readonly Cell[], type: string): string | null | undefined {
  const values = cells.filter((cell) => cell !== null);
  if (type === 'date') return FORMATS.find(([, form]) => form.test(values[0]!))![0];
  if (type !== 'number') return null;
  if (values.some((value) => DECIMAL_COMMA.test(value))) return '1234,56';
  // 1,234 and 1.234 are a fraction or thousands.
  return values.every((value) => /^-?[1-9]\d{0,2}([.,]\d{3})?$/.test(value)) ? undefined : null;
}
const FORMATS: readonly (readonly [format: string | null, form: RegExp])[] = [
  [null, /-/],
  ['DD.MM.YYYY', /\./],
  ['MM/DD/YYYY', /\//],
];

/** Why a reading is not the one that was meant, in which part; null where it is. @param encoding that the file is written in */
export function fault({ meant, text }: MadeFile, { upload, rows, told }: Reading, encoding: string): Fault | null {
  const of = (part: Part, what: string): Fault => ({ part, what });
  const dialect = upload.dialect as ReadDialect;
  const isOtherEncoding = /[^\p{ASCII}]/u.test(text) && dialect.encoding !== encoding.replace('-bom', '');
  // A file whose every record has to be rejected fails.
  const isAllRejected = meant.rows.length === 0 && meant.rejects > 0;
  if (isAllRejected && upload.status === 'failed' && upload.rejected_rows === meant.rejects) return null;
  if (upload.status !== 'completed') return of('records', `it is ${upload.status}`);
  const width = Math.max(1, ...rows.map(filled), meant.width);
  const found = rows.map((row) => row.slice(0, width));
  const expected = meant.rows.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? null));
  const at = expected.findIndex((row, i) => row.some((cell, column) => cell !== (found[i]?.[column] ?? null)));
  const rowFault =
    found.length !== expected.length
      ? `it has ${found.length} rows, not ${expected.length}`
      : at >= 0
        ? `row ${at + 1} is ${JSON.stringify(found[at])}, not ${JSON.stringify(expected[at])}`
        : null;
  // A part of the dialect that is read otherwise is what makes the rows wrong. Without any delimiter, the file has one column.
  const isOneColumn = (meant.width === 1 && !meant.hasEmptyColumns) || !text.includes(meant.delimiter);
  const isWide = upload.columns.length > 1;
  const isOtherDelimiter = isOneColumn ? isWide : !isWide || dialect.delimiter !== meant.delimiter;
  if (rowFault && isOtherDelimiter) return of('delimiter', rowFault);
  if (dialect.has_header !== meant.hasHeader) return of('header', 'its header is no header, or its first row is one');
  if (rowFault && dialect.preamble_lines !== meant.preambleLines) return of('start', rowFault);
  // Without quoted cells the quote is the usual one, where the file has any.
  const quote = meant.quote ?? (text.includes('"') ? '"' : dialect.quote);
  if (rowFault && dialect.quote !== quote) return of('quoting', rowFault);
  if (rowFault) return of(isOtherEncoding ? 'encoding' : 'records', rowFault);
  if (upload.rejected_rows !== meant.rejects)
    return of('records', `it has ${upload.rejected_rows} rejects, not ${meant.rejects}`);
  const names = meant.names?.map((name, i) => name.trim() || upload.columns[i]?.key);
  const columns = upload.columns.slice(0, meant.width) as unknown as ReadColumn[];
  if (names && columns.some(({ name, key }, i) => (name || key) !== names[i]))
    return of(
      isOtherEncoding ? 'encoding' : isOtherDelimiter ? 'names' : 'header',
      `its columns are ${columns.map(({ name }) => name)}, not ${names}`,
    );
  for (const [i, { name, type, format }] of columns.entries()) {
    const cells = expected.map((row) => row[i]!);
    const right = typeOf(cells);
    const isOpenOrder = right === 'text' && cells.some(Boolean) && cells.every((cell) => !cell || SLASHES.test(cell));
    if (type !== right) return of('types', `column ${name} is ${type}, not ${right}`);
    if (isOpenOrder && !told.some(({ code }) => code === 'date_order_uncertain'))
      return of('types', `nothing tells that the order of day and month of ${name} is open`);
    const rightFormat = formatOf(cells, right);
    if (rightFormat !== undefined && format !== rightFormat)
      return of('types', `column ${name} is read as ${format}, not ${rightFormat}`);
  }
  return null;
}

const filled = (row: readonly Cell[]): number => row.findLastIndex((cell) => cell !== null) + 1;

/**
 * Whether something that was said fits the fault: a code of the file's pollution at one of its lines, or doubt about the very part that
 * was read otherwise than it was meant, where the table begins.
 */
export function isTold(
  { lines, firstLine }: MadeFile,
  codes: readonly string[],
  { told }: Reading,
  { part }: Fault,
): boolean {
  return told.some(({ code, line }) => {
    const isNear = line === null || line <= firstLine + 1 || lines.includes(line);
    if (DOUBTS[part].includes(code) && isNear) return true;
    return codes.includes(code) && (lines.length === 0 || isNear);
  });
}

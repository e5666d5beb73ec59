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

/** The type and format of a column by the contract; the format is null where the type needs none. */
interface Kind {
  type: string;
  format: string | null;
  /** Another format that reads the same values. */
  alike?: string;
  /** Whether day and month may each come first. */
  isOpen?: boolean;
}

const TEXT: Kind = { type: 'text', format: null };

const PLAIN: readonly (readonly [kind: Kind, form: RegExp])[] = [
  [{ type: 'integer', format: null }, /^-?(0|[1-9]\d{0,14})$/],
  [{ type: 'boolean', format: null }, /^(true|false)$/i],
  [{ type: 'date', format: null }, /^\d{4}-\d\d-\d\d$/],
  [{ type: 'datetime', format: null }, /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d$/],
];

/** Numbers in each way to write them; `mark` is that between thousands. The marks of a value may be left out. */
const NUMBERS = (['.', ','] as const).flatMap((decimal) =>
  ['', '.', ',', ' ', '\u00a0', "'"]
    .filter((mark) => mark !== decimal)
    .map((mark) => ({
      decimal,
      mark,
      format: mark === '' && decimal === '.' ? null : `1${mark}234${decimal}56`,
      form: new RegExp(
        String.raw`^-?(?:0|[1-9]\d*${mark === '' ? '' : String.raw`|[1-9]\d{0,2}(?:[${mark}]\d{3})+`})(?:[${decimal}]\d+)?$`,
      ),
    })),
);

/** @param decimal the mark that the file was written with, which decides where a text may be a fraction or thousands */
function numberKind(values: readonly string[], decimal: string): Kind | null {
  const fitting = NUMBERS.filter(({ form }) => values.every((value) => form.test(value)));
  // Of marks that no value has, the plain form is meant.
  const meant = fitting.find((one) => one.decimal === decimal) ?? fitting[0];
  if (!meant) return null;
  // Without any fraction, thousands marks that are no decimal mark are the same with both.
  const alike = fitting.find((one) => one.mark !== '' && one.mark === meant.mark && one !== meant)?.format;
  return { type: 'number', format: meant.format, ...(alike && { alike }) };
}

const DAY = /^(\d\d)([./-])(\d\d)\2(\d{4}|\d\d)(?: (\d{1,2}):\d\d(?::\d\d)?( [AP]M)?)?$/;

/** Days in another order than that of ISO 8601, with or without a time. */
function dayKind(values: readonly string[]): Kind | null {
  const found = values.map((value) => DAY.exec(value));
  if (found.some((parts) => parts === null)) return null;
  const days = found as RegExpExecArray[];
  const [, , separator, , year, hour, half] = days[0]!;
  const isAlike = days.every(
    (parts) =>
      parts[2] === separator &&
      parts[4]!.length === year!.length &&
      (parts[5] === undefined) === (hour === undefined) &&
      (parts[6] === undefined) === (half === undefined),
  );
  if (!isAlike) return null;
  const isDayFirst = separator === '.' || days.some(([, first]) => Number(first) > 12);
  const isMonthFirst = separator !== '.' && days.some((parts) => Number(parts[3]) > 12);
  if (isDayFirst && isMonthFirst) return null;
  if (!isDayFirst && !isMonthFirst) return { ...TEXT, isOpen: true };
  const order = isDayFirst ? ['DD', 'MM'] : ['MM', 'DD'];
  const clock = hour === undefined ? '' : half === undefined ? ' HH:MM:SS' : ' hh:MM:SS AM';
  return {
    type: hour === undefined ? 'date' : 'datetime',
    format: [...order, year!.length === 4 ? 'YYYY' : 'YY'].join(separator) + clock,
  };
}

/** What a column of these cells is by the contract. */
function kindOf(cells: readonly Cell[], decimal: string): Kind {
  const values = cells.filter((cell) => cell !== null);
  if (values.length === 0) return TEXT;
  const plain = PLAIN.find(([, form]) => values.every((value) => form.test(value)))?.[0];
  return plain ?? numberKind(values, decimal) ?? dayKind(values) ?? TEXT;
}

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
    const right = kindOf(cells, meant.decimal);
    if (type !== right.type) return of('types', `column ${name} is ${type}, not ${right.type}`);
    if (right.isOpen && !told.some(({ code }) => code === 'date_order_uncertain'))
      return of('types', `nothing tells that the order of day and month of ${name} is open`);
    if (format !== right.format && format !== right.alike)
      return of('types', `column ${name} is read as ${format}, not ${right.format}`);
  }
  return null;
}

const filled = (row: readonly Cell[]): number => row.findLastIndex((cell) => cell !== null) + 1;

/** Codes that may be about the file as a whole, and then have no line. */
const OF_THE_FILE = new Set(['encoding_uncertain']);

/**
 * Whether something that was said fits the fault: a code of the file's pollution at one of its lines, or doubt about the very part that
 * was read otherwise than it was meant, where the table begins, or where it was taken to begin.
 */
export function isTold(
  { lines, firstLine, meant }: MadeFile,
  codes: readonly string[],
  { told, upload }: Reading,
  { part }: Fault,
): boolean {
  const { preamble_lines: above } = upload.dialect as ReadDialect;
  const headerLines = (meant.names ?? []).join('').split('\n').length;
  return told.some(({ code, line }) => {
    const isAtStart = line !== null && (line <= firstLine + headerLines || line === above + 1);
    const isNear = line === null ? OF_THE_FILE.has(code) : isAtStart || lines.includes(line);
    if (DOUBTS[part].includes(code) && isNear) return true;
    return codes.includes(code) && (lines.length === 0 || isNear);
  });
}

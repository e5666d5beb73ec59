import type { Cell } from '../../libs/csv-format/calibration/pollutions.js';
import type { MadeFile } from '../../libs/csv-format/calibration/tables.js';
import type { UploadView } from '../support/client.js';

/** Something that was said of an upload: a warning, a reject or a failure. */
interface Told {
  code: string;
  /** The physical line in the file, from 1; null for the file as a whole. */
  line: number | null;
}

/** What the service made of a file. */
export interface Reading {
  upload: UploadView;
  rows: Cell[][];
  told: Told[];
}

/** Doubt about a part of the dialect fits any file, at the beginning of its table. */
const DOUBT = [
  'delimiter_uncertain',
  'quoting_uncertain',
  'header_uncertain',
  'encoding_uncertain',
  'decimal_uncertain',
  'date_order_uncertain',
  'single_column',
  'header_width',
];

const TYPES: readonly (readonly [type: string, form: RegExp])[] = [
  ['integer', /^-?(0|[1-9]\d{0,14})$/],
  ['boolean', /^(true|false)$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['datetime', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d$/],
];

/** The types that a column of these cells may have: several where a rule of the contract leaves it open. */
function typesOf(cells: readonly Cell[], decimal: string): string[] {
  const values = cells.filter((cell) => cell !== null);
  const every = (form: RegExp): boolean => values.every((value) => form.test(value));
  if (values.length === 0) return ['text'];
  for (const [type, form] of TYPES) if (every(form)) return [type];
  if (every(/^-?(0|[1-9]\d*)(\.\d+)?$/)) return ['number'];
  // A comma is a decimal sign only where one value of the file proves it.
  if (decimal === ',' && every(/^-?(0|[1-9]\d*)(,\d+)?$/)) return ['number', 'text', 'integer'];
  // A date where days and months cannot be confused.
  if (every(/^\d\d\.\d\d\.\d{4}$/) || every(/^\d\d\/\d\d\/\d{4}$/)) return ['date', 'text'];
  return ['text'];
}

/** Why a reading is not the one that was meant; null where it is. */
export function fault({ meant }: MadeFile, { upload, rows }: Reading): string | null {
  if (upload.status !== 'completed') return `it is ${upload.status}`;
  const width = Math.max(1, ...rows.map(filled), meant.width);
  const found = rows.map((row) => row.slice(0, width));
  const expected = meant.rows.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? null));
  if (found.length !== expected.length) return `it has ${found.length} rows, not ${expected.length}`;
  const at = expected.findIndex((row, i) => row.some((cell, column) => cell !== (found[i]![column] ?? null)));
  if (at >= 0) return `row ${at + 1} is ${JSON.stringify(found[at])}, not ${JSON.stringify(expected[at])}`;
  if (upload.rejected_rows !== meant.rejects) return `it has ${upload.rejected_rows} rejects, not ${meant.rejects}`;
  const names = meant.names?.map((name, i) => name.trim() || upload.columns[i]?.key);
  const columns = upload.columns.slice(0, meant.width);
  if (names && columns.some(({ name, key }, i) => (name || key) !== names[i]))
    return `its columns are ${columns.map(({ name }) => name)}, not ${names}`;
  if ((upload.dialect as { has_header: boolean }).has_header !== meant.hasHeader) return 'its header is no header';
  for (const [i, { name, type }] of columns.entries()) {
    const types = typesOf(
      expected.map((row) => row[i]!),
      meant.decimal,
    );
    if (!types.includes(type)) return `column ${name} is ${type}, not ${types.join(' or ')}`;
  }
  return null;
}

const filled = (row: readonly Cell[]): number => row.findLastIndex((cell) => cell !== null) + 1;

/** Whether something that was said fits the file: a code of its pollution at one of its lines, or doubt where the table begins. */
export function isTold({ lines, firstLine }: MadeFile, codes: readonly string[], { told }: Reading): boolean {
  return told.some(({ code, line }) => {
    const isNear = line === null || line <= firstLine + 1;
    if (DOUBT.includes(code) && (isNear || lines.includes(line))) return true;
    return codes.includes(code) && (line === null || lines.length === 0 || lines.includes(line) || isNear);
  });
}

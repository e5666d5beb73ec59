import type { CsvColumn } from '@app/csv-format';
import type { Decimal } from '../request/columns.js';
import { cellText, concatenation } from './cell-sql.js';
import { literal } from './sql-values.js';

const LINE_END = '\r\n';
/** What a spreadsheet takes for the start of a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r]/;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The first line of an export (RFC 4180): the file's headers, or the key where a header is empty. */
export function csvHeader(columns: CsvColumn[], escapeFormulas: boolean): string {
  const names = columns.map(({ name, key }) => {
    const header = name === '' ? key : name;
    return quoted(escapeFormulas && FORMULA_START.test(header) ? `'${header}` : header);
  });
  return names.join(',') + LINE_END;
}

/** Types whose cells never hold a quote, a line break or the start of a formula. A decimal comma must be quoted. */
const PLAIN: ReadonlySet<CsvColumn['type']> = new Set(['integer', 'boolean', 'date', 'datetime']);

/**
 * SQL for a row as a line of CSV: exact texts, quoted where RFC 4180 requires it; empty cells as nothing. The empty cell of a single
 * column is written as `""`, because an empty line is no record.
 */
export function csvLine(columns: CsvColumn[], decimal: Decimal, escapeFormulas: boolean): string {
  const cells = columns.map((column) => csvCell(column, decimal, escapeFormulas));
  if (cells.length === 1) return concatenation([`coalesce(${cells[0]}, '""')`, literal(LINE_END)]);
  const parts = cells.flatMap((cell, index) => (index === 0 ? [cell] : [`','`, cell]));
  return concatenation([...parts, literal(LINE_END)]);
}

function csvCell(column: CsvColumn, decimal: Decimal, escapeFormulas: boolean): string {
  const text = cellText(column);
  if (PLAIN.has(column.type) || (column.type === 'number' && decimal === '.')) return text;
  const safe =
    escapeFormulas && column.type === 'text'
      ? `CASE WHEN ${text} ~ E'^[=+@\\\\t\\\\r-]' THEN '''' || ${text} ELSE ${text} END`
      : text;
  return `CASE WHEN ${text} ~ E'[",\\\\r\\\\n]' THEN '"' || replace(${safe}, '"', '""') || '"' ELSE ${safe} END`;
}

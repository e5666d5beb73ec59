import type { CsvColumn } from '@app/csv-format';
import { cellText, concatenation } from '../sql/cell-sql.js';
import { literal } from '../sql/literal.js';

const LINE_END = '\r\n';
/** How a spreadsheet tells a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r]/;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The first line of an export, RFC 4180: the headers as they stood in the file, or the keys where it had none. */
export function csvHeader(columns: CsvColumn[], escapeFormulas: boolean): string {
  const names = columns.map(({ name, key }) => {
    const header = name === '' ? key : name;
    return quoted(escapeFormulas && FORMULA_START.test(header) ? `'${header}` : header);
  });
  return names.join(',') + LINE_END;
}

/** Types whose cells hold neither quotes nor line ends, nor the beginning of a formula. A decimal comma has to be quoted. */
const PLAIN: ReadonlySet<CsvColumn['type']> = new Set(['integer', 'boolean', 'date', 'datetime']);

/**
 * A row as a line of CSV, as SQL: the exact texts, quoted where RFC 4180 wants it, empty cells as nothing. One alone on its line is
 * quoted too, for a line without a character would be no record.
 */
export function csvLine(columns: CsvColumn[], decimal: '.' | ',', escapeFormulas: boolean): string {
  const cells = columns.map((column) => csvCell(column, decimal, escapeFormulas));
  if (cells.length === 1) return concatenation([`coalesce(${cells[0]}, '""')`, literal(LINE_END)]);
  const parts = cells.flatMap((cell, index) => (index === 0 ? [cell] : [`','`, cell]));
  return concatenation([...parts, literal(LINE_END)]);
}

function csvCell(column: CsvColumn, decimal: '.' | ',', escapeFormulas: boolean): string {
  const text = cellText(column);
  if (PLAIN.has(column.type) || (column.type === 'number' && decimal === '.')) return text;
  const safe =
    escapeFormulas && column.type === 'text'
      ? `CASE WHEN ${text} ~ E'^[=+@\\\\t\\\\r-]' THEN '''' || ${text} ELSE ${text} END`
      : text;
  return `CASE WHEN ${text} ~ E'[",\\\\r\\\\n]' THEN '"' || replace(${safe}, '"', '""') || '"' ELSE ${safe} END`;
}

import { type ColumnType, type CsvColumn, escapeCell, readDayFormat, readNumberFormat } from '@app/csv-format';
import { literal } from './sql-values.js';

// The one place for the SQL of a cell. A row is the text `cells`: its cells in column order, escaped, joined by U+001F. Everything that
// PostgreSQL compares is escaped, on both sides: escaped texts are equal, ordered, and part of each other as the exact ones are.

/** Stands between the cells of a row. No stored cell has it. */
export const SEPARATOR = `E'\\x1f'`;

/** SQL for all cells of a row. A text that `asked` has written is in it if and only if it is in a cell, as it holds no separator. */
export const ALL_CELLS = 'cells';

/** SQL for the stored text of a cell, null where it is empty or stands for no value. */
export const cellText = (column: Pick<CsvColumn, 'position' | 'null_values'>): string =>
  withoutNullValues(column, `nullif(split_part(cells, ${SEPARATOR}, ${column.position}), '')`);

/** SQL for the stored text of a cell in an array that CELL_ARRAY has made, named `cell`; null as in `cellText`. */
export const arrayCell = (column: Pick<CsvColumn, 'position' | 'null_values'>): string =>
  withoutNullValues(column, `cell[${column.position}]`);

const withoutNullValues = ({ null_values: nullValues }: Pick<CsvColumn, 'null_values'>, text: string): string =>
  nullValues.reduce((sql, value) => `nullif(${sql}, ${literal(escapeCell(value))})`, text);

/**
 * SQL for the stored texts of all cells as an array from 1, null where empty. `split_part` searches a row from its start, and decompresses
 * a row of more than 2 kB again for each cell, so a statement that needs many cells of a row splits it once.
 */
export const CELL_ARRAY = `string_to_array(cells, ${SEPARATOR}, '')`;

/** SQL for the exact text behind a stored one. It makes six passes over the text, so it is only for texts that leave the server. */
export const exactText = (text: string, hasEscapes: boolean): string => (hasEscapes ? `csv_unescape(${text})` : text);

/** A client's text as cells are stored, to be given as a parameter. Escape it before what LIKE wants to be escaped. */
export const asked = escapeCell;

/**
 * SQL for the value that cells of a column are compared by. `text` is SQL for the text of a cell of this column. The expression is
 * immutable, so it can be indexed. Days compare by their ISO texts, datetimes as instants.
 */
export function comparable({ type, format }: Pick<CsvColumn, 'type' | 'format'>, text: string): string {
  if (format === null) return comparableValue(type, text);
  if (type === 'number') return comparableValue(type, plainNumber(format, text));
  return comparableValue(type, `csv_iso(${text}, ${literal(readDayFormat(format)!.order)})`);
}

/** As `comparable`, of a text in the form of the type that needs no format: a client's value. */
export function comparableValue(type: ColumnType, text: string): string {
  switch (type) {
    case 'integer':
      return `CAST(${text} AS int8)`;
    case 'number':
      return `CAST(${text} AS float8)`;
    case 'boolean':
      return `CAST(${text} AS boolean)`;
    case 'datetime':
      return `csv_instant(${text})`;
    case 'date':
    case 'text':
      return `(${text} COLLATE "C")`;
  }
}

function plainNumber(format: string, text: string): string {
  const { thousands, decimal } = readNumberFormat(format)!;
  const whole = thousands === '' ? text : `replace(${text}, ${literal(thousands)}, '')`;
  return decimal === ',' ? `replace(${whole}, ',', '.')` : whole;
}

import { type ColumnType, type CsvColumn, escapeCell } from '@app/csv-format';
import type { Decimal } from '../request/columns.js';

// The one place for the SQL of a cell. A row is the text `cells`: its cells in column order, escaped, joined by U+001F. Everything that
// PostgreSQL compares is escaped, on both sides: escaped texts are equal, ordered, and part of each other as the exact ones are.

const SEPARATOR = `E'\\x1f'`;

/** SQL for all cells of a row. A text that `asked` has written is in it if and only if it is in a cell, as it holds no separator. */
export const ALL_CELLS = 'cells';

/** SQL for the stored text of a cell, null where it is empty. */
export const cellText = ({ position }: Pick<CsvColumn, 'position'>): string =>
  `nullif(split_part(cells, ${SEPARATOR}, ${position}), '')`;

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
 * SQL for the value that cells of a type are compared by. `text` is SQL for the text of a cell or a parameter. The expression is
 * immutable, so it can be indexed. Dates have one written form, so their texts sort correctly; datetimes compare as instants.
 */
export function comparable(type: ColumnType, decimal: Decimal, text: string): string {
  switch (type) {
    case 'integer':
      return `CAST(${text} AS int8)`;
    case 'number':
      return `CAST(${decimal === ',' ? `replace(${text}, ',', '.')` : text} AS float8)`;
    case 'boolean':
      return `CAST(${text} AS boolean)`;
    case 'datetime':
      return `csv_instant(${text})`;
    case 'date':
    case 'text':
      return `(${text} COLLATE "C")`;
  }
}

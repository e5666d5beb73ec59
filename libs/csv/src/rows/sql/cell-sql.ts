import type { ColumnType, UploadColumn } from '../../upload/upload.entity.js';
import type { ValueForm } from '../query/rows-query.js';
import { literal } from './literal.js';

/** The rows of one upload: `csv_rows` and its like are called `r` in every query. */
export const ROWS = 'r';

/** The exact text of a cell, null when it is empty. */
export const cellText = (column: UploadColumn): string => `(${ROWS}.data->>${literal(column.key)})`;

/**
 * What cells of a type are compared by, given as SQL that yields their text: a cell's, or a parameter's. Immutable, so that it
 * can be indexed. Dates have one form only, so their text sorts as they do; datetimes compare as instants.
 */
export function comparable(type: ColumnType, decimal: '.' | ',', text: string): string {
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

/** Letter case is Unicode's simple one, from a collation that is the same on every server since PostgreSQL 17. */
export const caseless = (text: string): string => `lower(${text} COLLATE "pg_c_utf8")`;

/** A cell as JSON. Numbers and booleans are valid JSON as they stand, but for a decimal comma and capitals. */
export function cellJson(column: UploadColumn, decimal: '.' | ',', values: ValueForm): string {
  const text = cellText(column);
  const type = values === 'text' ? 'text' : column.type;
  switch (type) {
    case 'integer':
      return `coalesce(${text}, 'null')`;
    case 'number':
      return `coalesce(${decimal === ',' ? `replace(${text}, ',', '.')` : text}, 'null')`;
    case 'boolean':
      return `coalesce(lower(${text}), 'null')`;
    default:
      return `coalesce(to_json(${text})::text, 'null')`;
  }
}

/** PostgreSQL calls a function with at most 100 arguments. */
const MOST_ARGUMENTS = 100;

/** Joins texts of any number; nulls count as empty. */
export function concatenation(parts: string[]): string {
  if (parts.length <= MOST_ARGUMENTS) return `concat(${parts.join(', ')})`;
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += MOST_ARGUMENTS)
    groups.push(`concat(${parts.slice(i, i + MOST_ARGUMENTS).join(', ')})`);
  return concatenation(groups);
}

/** A row's data as the text of a JSON object, its columns in the given order. */
export function rowJson(columns: UploadColumn[], decimal: '.' | ',', values: ValueForm): string {
  const members = columns.flatMap((column, index) => [
    literal(`${index === 0 ? '{' : ','}${JSON.stringify(column.key)}:`),
    cellJson(column, decimal, values),
  ]);
  return concatenation([...members, "'}'"]);
}

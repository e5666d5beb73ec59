import type { ColumnType, CsvColumn } from '@app/csv-format';
import type { ValueForm } from '../request/rows-query.js';
import { literal } from './literal.js';

/** PostgreSQL calls a function with at most 100 arguments. */
const MOST_ARGUMENTS = 100;

/**
 * `data`, taken out of storage once. A row of more than 2 kB is stored compressed and elsewhere, and each `data->>'key'` would fetch
 * it anew: 20 rows of 2,000 columns took 3.7 s to be written out, and take 0.2. The concatenation itself hands its left side through.
 */
export const unpackedData = `data || CAST('{}' AS jsonb)`;

/** The exact text of a cell, null when it is empty. */
export const cellText = ({ key }: Pick<CsvColumn, 'key'>): string => `(data->>${literal(key)})`;

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

/**
 * All values of a row in one text that is indexed for `search`: a JSON array, so without keys, but with escapes, and made by one
 * function however many columns there are. `[`, `null` and the like stand in it too: what it lets through has to be looked at again.
 */
export const searchText = `CAST(jsonb_path_query_array(data, '$.*') AS text)`;

/** Stands between the values in `joinedValues`. */
export const VALUE_SEPARATOR = '\x1f';

/**
 * All values of a row joined by a control character: a text without one is in it if and only if it is in a value. Of the ways to look
 * at all values this one costs least: 4.1 us a row of 20 columns with everything, `data::text` 4.9, and that sees keys and escapes.
 */
export const joinedValues = (columns: CsvColumn[]): string => joined(columns.map(cellText));

function joined(parts: string[]): string {
  const most = MOST_ARGUMENTS - 1;
  if (parts.length <= most) return `concat_ws(E'\\x1f', ${parts.join(', ')})`;
  const groups: string[] = [];
  for (let from = 0; from < parts.length; from += most) groups.push(joined(parts.slice(from, from + most)));
  return joined(groups);
}

/** A cell as JSON. Numbers and booleans are valid JSON as they stand, but for a decimal comma and capitals. */
export function cellJson(column: CsvColumn, decimal: '.' | ',', values: ValueForm): string {
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

/** Joins texts of any number; nulls count as empty. */
export function concatenation(parts: string[]): string {
  if (parts.length <= MOST_ARGUMENTS) return `concat(${parts.join(', ')})`;
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += MOST_ARGUMENTS)
    groups.push(`concat(${parts.slice(i, i + MOST_ARGUMENTS).join(', ')})`);
  return concatenation(groups);
}

/** A row's data as the text of a JSON object, its columns in the given order. */
export function rowJson(columns: CsvColumn[], decimal: '.' | ',', values: ValueForm): string {
  const members = columns.flatMap((column, index) => [
    literal(`${index === 0 ? '{' : ','}${JSON.stringify(column.key)}:`),
    cellJson(column, decimal, values),
  ]);
  return concatenation([...members, "'}'"]);
}

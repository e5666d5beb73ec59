import type { ColumnType, CsvColumn } from '@app/csv-format';
import type { Decimal } from '../request/columns.js';
import type { ValueForm } from '../request/rows-query.js';
import { literal } from './sql-values.js';

/** PostgreSQL's limit for the arguments of a function. */
const MAX_ARGUMENTS = 100;

/**
 * `data`, decompressed once. PostgreSQL stores a row of more than 2 kB compressed and out of line, and each `data->>'key'` would read
 * it again: writing 20 rows of 2,000 columns took 3.7 s, and takes 0.2 s with this. Concatenating an empty object changes nothing else.
 */
export const unpackedData = `data || CAST('{}' AS jsonb)`;

/** SQL for the exact text of a cell, null where it is empty. */
export const cellText = ({ key }: Pick<CsvColumn, 'key'>): string => `(data->>${literal(key)})`;

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

/**
 * All values of a row as one text, which the search index covers: a JSON array, made by one function for any number of columns. It has
 * no keys, but it has escapes, brackets and `null`, so its matches must be checked again.
 */
export const searchText = `CAST(jsonb_path_query_array(data, '$.*') AS text)`;

/** Separates the values in `joinedValues`. */
export const VALUE_SEPARATOR = '\x1f';

/**
 * All values of a row, joined by a control character: a text without that character is in it if and only if it is in a value. This is
 * the cheapest way to look at all values: 4.1 us for a row of 20 columns; `data::text` takes 4.9 and also shows keys and escapes.
 */
export const joinedValues = (columns: CsvColumn[]): string => joined(columns.map(cellText));

function joined(parts: string[]): string {
  const max = MAX_ARGUMENTS - 1;
  if (parts.length <= max) return `concat_ws(E'\\x1f', ${parts.join(', ')})`;
  const groups: string[] = [];
  for (let from = 0; from < parts.length; from += max) groups.push(joined(parts.slice(from, from + max)));
  return joined(groups);
}

/** SQL for a cell as JSON. Texts of numbers and booleans are valid JSON, except for a decimal comma and capital letters. */
function cellJson(column: CsvColumn, decimal: Decimal, values: ValueForm): string {
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

/** SQL that joins any number of texts; nulls count as empty. */
export function concatenation(parts: string[]): string {
  if (parts.length <= MAX_ARGUMENTS) return `concat(${parts.join(', ')})`;
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += MAX_ARGUMENTS)
    groups.push(`concat(${parts.slice(i, i + MAX_ARGUMENTS).join(', ')})`);
  return concatenation(groups);
}

/** SQL for a row's data as the text of a JSON object, with the columns in the given order. */
export function rowJson(columns: CsvColumn[], decimal: Decimal, values: ValueForm): string {
  const members = columns.flatMap((column, index) => [
    literal(`${index === 0 ? '{' : ','}${JSON.stringify(column.key)}:`),
    cellJson(column, decimal, values),
  ]);
  return concatenation([...members, "'}'"]);
}

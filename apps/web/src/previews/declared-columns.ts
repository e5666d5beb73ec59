import type { Schemas } from '../api/client.js';

type Column = Pick<Schemas['UploadColumnDto'], 'key' | 'name' | 'position' | 'type'>;

/** Names and types that a person gave to columns, by their positions from 1. */
export interface DeclaredColumns {
  /** The columns as they were found, before any of this was said. */
  found: readonly Column[];
  names: Readonly<Record<number, string>>;
  types: Readonly<Record<number, string>>;
}

export const NO_COLUMNS: DeclaredColumns = { found: [], names: {}, types: {} };

/**
 * The options `names` and `types` of docs/uploading.md. Names are given for all columns or for none, so those that were not changed
 * are repeated.
 */
export function sentColumns({ found, names, types }: DeclaredColumns): Record<string, string> {
  const isNamed = found.some(({ position, name }) => names[position] && names[position] !== name);
  const nameOf = ({ position, name }: Column) => names[position] || name;
  // The key of a column follows from its name, so a column that got another is called by that.
  const callOf = (column: Column) => (nameOf(column) === column.name ? column.key : nameOf(column));
  const typed = found.filter(({ position }) => types[position]);
  return {
    ...(isNamed && { names: found.map((column) => listItem(nameOf(column))).join(',') }),
    ...(typed.length > 0 && {
      types: typed.map((column) => listItem(`${callOf(column)}:${types[column.position]}`)).join(','),
    }),
  };
}

/** An item of a list of the API, written as a cell of a CSV file. */
export const listItem = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

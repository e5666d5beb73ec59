import type { CsvColumn } from '@app/csv-format';
import { foldCase } from '@app/database';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { ownTable } from '../../uploads/upload-tables.js';
import { ALL_CELLS, cellText, comparable } from '../sql/cell-sql.js';
import { textBlocksView } from '../sql/text-blocks.js';

/**
 * `order_asc`, `order_desc`: a column's values in order, for equality, ranges and sorting. `contains`: the trigrams of a column, for
 * parts of its text. `search`: the trigrams of all values of a row. `text_blocks`: the texts of a column in a materialized view, to count
 * frequent parts of them.
 */
export type IndexKind = 'order_asc' | 'order_desc' | 'contains' | 'search' | 'text_blocks';

/** An index of an upload; `column` is null for `search`. */
export interface IndexChoice {
  kind: IndexKind;
  column: CsvColumn | null;
}

/** Whether both are the same kind of index on the same column. */
export const sameIndex =
  (one: IndexChoice) =>
  (other: IndexChoice): boolean =>
    one.kind === other.kind && one.column?.key === other.column?.key;

const INDEX_NAME = /^csv_parts\.rows_\d+_[a-z]+(_[a-z]+)?(_\d+)+$/;

interface IndexDefinition {
  /** As SQL names it, with its schema. */
  name: string;
  sql: string;
}

/** Whether the index has a column's values in order. */
export const isOrderIndex = ({ kind }: IndexChoice): boolean => kind === 'order_asc' || kind === 'order_desc';

/**
 * What builds an index on an upload's own table. Its expressions are exactly those that queries compare by; otherwise
 * PostgreSQL would not recognize them. A descending index is not an ascending one read backwards: equal rows keep file order.
 */
export function indexDefinition(
  upload: Pick<CsvUpload, 'rows_table' | 'lease_epoch' | 'processed_rows'>,
  { kind, column }: IndexChoice,
): IndexDefinition {
  const table = ownTable(upload.rows_table);
  // The name has the epoch: after a change of a column, its old index may still exist while the new one is built.
  const name = `${table}_${kind}${column ? `_${column.position}` : ''}_${upload.lease_epoch}`;
  if (kind === 'text_blocks' && column)
    return { name, sql: textBlocksView(name, table, upload.processed_rows, column) };
  const create = `CREATE INDEX ${name.slice(name.indexOf('.') + 1)} ON ${table}`;
  const trigrams = (text: string) => `${create} USING gin ((${foldCase(text)}) gin_trgm_ops)`;
  if (column === null) return { name, sql: trigrams(ALL_CELLS) };
  if (kind === 'contains') return { name, sql: trigrams(cellText(column)) };
  const value = comparable(column, cellText(column));
  return { name, sql: `${create} ((${value}) ${kind === 'order_desc' ? 'DESC' : 'ASC'} NULLS LAST, row_number)` };
}

/**
 * The statement that drops a built index while queries may still read it. Only the caller waits for them; counts that still want a view
 * wait with it, for `COUNT_TIMEOUT_MS` at most.
 * @throws if it is not the name of an index of one upload
 */
export function dropOfIndex(name: string): string {
  if (!INDEX_NAME.test(name)) throw new Error('Not the name of an index of one upload.');
  const isView = name.includes('_text_blocks_');
  return isView ? `DROP MATERIALIZED VIEW IF EXISTS ${name}` : `DROP INDEX CONCURRENTLY IF EXISTS ${name}`;
}

/**
 * Whether pg_trgm can look the text up. It splits words (runs of letters and digits) into groups of three characters, after padding a
 * word with two blanks in front and one behind. The padding counts only where that end of the word is known: inside the text, or
 * where the text starts or ends the cell.
 */
export const hasTrigram = (text: string, place: 'inside' | 'start' | 'end'): boolean =>
  [...text.matchAll(/[\p{L}\p{N}]+/gu)].some(({ 0: word, index }) => {
    const startKnown = index > 0 || place === 'start';
    const endKnown = index + word.length < text.length || place === 'end';
    return [...word].length + (startKnown ? 2 : 0) + (endKnown ? 1 : 0) >= 3;
  });

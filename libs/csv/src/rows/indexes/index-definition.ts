import type { CsvUpload } from '../../uploads/upload.entity.js';
import { ownTable } from '../../uploads/upload-tables.js';
import { caseless, cellText, comparable, searchText } from '../sql/cell-sql.js';
import type { IndexChoice } from './index-needs.js';

export interface IndexDefinition {
  /** With its schema, as it is called in SQL. */
  name: string;
  sql: string;
}

/**
 * How an index on an upload's own table is built. Its expressions are those that queries compare by, letter for letter, or the
 * planner would not know them again. One in descending order is not the other read backwards: equal rows keep the file's order.
 */
export function indexDefinition(
  upload: Pick<CsvUpload, 'rows_table' | 'dialect'>,
  { kind, column }: IndexChoice,
): IndexDefinition {
  const table = ownTable(upload.rows_table);
  const name = `${table}_${kind}${column ? `_${column.position}` : ''}`;
  const create = `CREATE INDEX ${name.slice(name.indexOf('.') + 1)} ON ${table}`;
  const trigrams = (text: string) => `${create} USING gin ((${caseless(text)}) gin_trgm_ops)`;
  if (column === null) return { name, sql: trigrams(searchText) };
  if (kind === 'contains') return { name, sql: trigrams(cellText(column)) };
  const value = comparable(column.type, upload.dialect?.decimal ?? '.', cellText(column));
  return { name, sql: `${create} ((${value}) ${kind === 'order_desc' ? 'DESC' : 'ASC'} NULLS LAST, row_number)` };
}

import type { EntityManager } from 'typeorm';
import type { CsvUpload } from './upload.entity.js';

// Where the data of an upload is stored, beside its row in csv_uploads: its rows in csv_rows or in a table of its own (csv_parts.rows_<n>),
// its rejects in csv_rejects, and metadata in csv_batches (checkpoints), csv_indexes and csv_profiles. A row is its number and its cells,
// joined to one text; in csv_rows also its upload.

/** Holds the rows of every upload that has no table of its own. */
export const SHARED_ROWS_TABLE = 'csv_rows';

/** Tables that may hold millions of lines of one upload, and the column that numbers them. */
const NUMBER_COLUMN = { csv_rows: 'row_number', csv_rejects: 'record_number' } as const;
export type NumberedTable = keyof typeof NUMBER_COLUMN;

/** Tables with at most some thousands of lines per upload. */
const METADATA_TABLES = ['csv_batches', 'csv_indexes', 'csv_profiles'] as const;

const OWN_TABLE = /^csv_parts\.rows_\d+$/;

/** Whether the table holds the rows of one upload. Such a table has no `upload_id`. */
export const isOwnTable = (name: string): boolean => name !== SHARED_ROWS_TABLE;

/**
 * SQL that holds for the rows of one upload in its table.
 * @param uploadId SQL for the id, as a rule a parameter; the parameter is not used for an own table
 */
export const rowsOfUpload = (table: string, uploadId: string): string =>
  isOwnTable(table) ? 'TRUE' : `upload_id = ${uploadId}`;

/** @returns `name`, which is then safe to use in SQL @throws if it is not the name of an upload's own table */
export function ownTable(name: string): string {
  if (!OWN_TABLE.test(name)) throw new Error('Not the name of a table that belongs to one upload.');
  return name;
}

/** Creates a table for the rows of one upload, still without its key. @returns its name */
export async function createOwnTable(manager: EntityManager): Promise<string> {
  const [{ number }] = await manager.query(`SELECT nextval('csv_part_numbers') AS number`);
  const table = ownTable(`csv_parts.rows_${number}`);
  // LIKE does not copy what stands behind WITH; the migration explains it.
  await manager.query(
    `CREATE TABLE ${table} (LIKE csv_own_rows INCLUDING ALL EXCLUDING INDEXES) WITH (toast_tuple_target = 8160)`,
  );
  return table;
}

/**
 * Makes the row number the key of an upload's own table, when all rows are in it. A unique index and not a constraint, because its build
 * takes the lock that a DELETE of the upload takes too (SHARE), so the two do not wait for each other.
 * @throws SQLSTATE 23505 if a row number is there twice
 */
export async function createKey(manager: EntityManager, table: string): Promise<void> {
  const name = ownTable(table);
  await manager.query(
    `CREATE UNIQUE INDEX IF NOT EXISTS ${name.slice(name.indexOf('.') + 1)}_pkey ON ${name} (row_number)`,
  );
}

/** Deletes the rows, rejects and checkpoints with higher numbers than these. */
export async function deleteBehind(
  manager: EntityManager,
  upload: Pick<CsvUpload, 'id' | 'rows_table'>,
  { row, record, batch }: { row: number; record: number; batch: number },
): Promise<void> {
  const { id, rows_table: rows } = upload;
  await manager.query(`DELETE FROM ${rows} WHERE ${rowsOfUpload(rows, '$2')} AND row_number > $1`, [
    row,
    ...(isOwnTable(rows) ? [] : [id]),
  ]);
  await manager.query(`DELETE FROM csv_rejects WHERE upload_id = $1 AND ${NUMBER_COLUMN.csv_rejects} > $2`, [
    id,
    record,
  ]);
  await manager.query('DELETE FROM csv_batches WHERE upload_id = $1 AND batch_no > $2', [id, batch]);
}

/**
 * Deletes the next lines behind number `after`, by a range of the key: a slice does not read what earlier slices have deleted.
 * @returns the number of the last deleted line, or null if there was none
 */
export async function deleteSlice(
  manager: EntityManager,
  table: NumberedTable,
  uploadId: string,
  after: number,
  limit: number,
): Promise<number | null> {
  const number = NUMBER_COLUMN[table];
  const [{ upto }] = await manager.query(
    `SELECT max(number) AS upto FROM (
       SELECT ${number} AS number FROM ${table} WHERE upload_id = $1 AND ${number} > $2 ORDER BY ${number} LIMIT $3)`,
    [uploadId, after, limit],
  );
  if (upto === null) return null;
  await manager.query(`DELETE FROM ${table} WHERE upload_id = $1 AND ${number} > $2 AND ${number} <= $3`, [
    uploadId,
    after,
    upto,
  ]);
  return Number(upto);
}

/** Deletes all rejects of an upload. */
export async function deleteRejects(manager: EntityManager, uploadId: string): Promise<void> {
  await manager.query('DELETE FROM csv_rejects WHERE upload_id = $1', [uploadId]);
}

/** Deletes the checkpoints, the list of indexes and the profile of an upload. */
export async function deleteMetadata(manager: EntityManager, uploadId: string): Promise<void> {
  for (const table of METADATA_TABLES) await manager.query(`DELETE FROM ${table} WHERE upload_id = $1`, [uploadId]);
}

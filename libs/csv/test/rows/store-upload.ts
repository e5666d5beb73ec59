import { type CsvColumn, joinCells, needsEscape } from '@app/csv-format';
import { newId } from '@app/database';
import type { DataSource } from 'typeorm';
import { CsvUpload } from '../../src/uploads/upload.entity.js';
import { createKey, createOwnTable, isOwnTable } from '../../src/uploads/upload-tables.js';

/** A column as an ingest leaves it; of text by default. */
export const newColumn = (facts: Partial<CsvColumn> & { key: string }): CsvColumn => ({
  name: facts.key,
  type: 'text',
  position: 1,
  format: null,
  null_values: [],
  would_be: null,
  ...facts,
});

/** Columns by key, each with its type or with more facts. */
export const newColumns = (columns: Record<string, CsvColumn['type'] | Partial<CsvColumn>>): CsvColumn[] =>
  Object.entries(columns).map(([key, facts], index) =>
    newColumn({ key, position: index + 1, ...(typeof facts === 'string' ? { type: facts } : facts) }),
  );

/** Inserts a completed upload as an ingest leaves it. Rows are exact texts, null where empty. */
export async function storeUpload(
  dataSource: DataSource,
  userId: string,
  columns: CsvColumn[],
  rows: (string | null)[][],
  facts: Partial<CsvUpload> = {},
): Promise<CsvUpload> {
  const upload = Object.assign(new CsvUpload(), {
    id: newId(),
    user_id: userId,
    original_filename: 'test.csv',
    size_bytes: 1,
    sha256: Buffer.alloc(32),
    status: 'completed',
    encoding: { encoding: 'utf-8', bom: false, confidence: 1 },
    storage_key: newId(),
    rows_table: 'csv_rows',
    columns,
    dialect: { decimal: '.' },
    has_escapes: rows.flat().some((cell) => needsEscape(cell ?? '')),
    processed_rows: rows.length,
    ...facts,
  });
  await dataSource.manager.insert(CsvUpload, upload as object);
  const joined = rows.map((cells) => joinCells(cells.map((cell) => cell ?? '')));
  const source = 'unnest($1::text[]) WITH ORDINALITY AS line (cells, number)';
  if (isOwnTable(upload.rows_table)) {
    await dataSource.query(
      `INSERT INTO ${upload.rows_table} (row_number, cells) SELECT line.number, line.cells FROM ${source}`,
      [joined],
    );
  } else {
    await dataSource.query(
      `INSERT INTO csv_rows (upload_id, row_number, cells) SELECT $2, line.number, line.cells FROM ${source}`,
      [joined, upload.id],
    );
  }
  return upload;
}

/** A new table for one big upload. */
export async function newOwnTable(dataSource: DataSource): Promise<string> {
  const table = await createOwnTable(dataSource.manager);
  await createKey(dataSource.manager, table);
  return table;
}

/** A big upload whose rows PostgreSQL generates: `cells` is SQL for each cell that uses the row number `n`. */
export async function storeMadeUpload(
  dataSource: DataSource,
  userId: string,
  columns: CsvColumn[],
  rows: number,
  cells: string[],
): Promise<CsvUpload> {
  const rows_table = await newOwnTable(dataSource);
  const upload = await storeUpload(dataSource, userId, columns, [], { rows_table, processed_rows: rows });
  await dataSource.query(
    `INSERT INTO ${rows_table} (row_number, cells)
     SELECT n, concat_ws(E'\\x1f', ${cells.join(', ')}) FROM generate_series(1, $1::int) AS n`,
    [rows],
  );
  await dataSource.query(`ANALYZE ${rows_table}`);
  return upload;
}

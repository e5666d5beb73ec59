import { type CsvColumn } from '@app/csv-format';
import { newId } from '@app/database';
import type { DataSource } from 'typeorm';
import { CsvUpload } from '../../src/uploads/upload.entity.js';

export const newColumns = (columns: Record<string, CsvColumn['type']>): CsvColumn[] =>
  Object.entries(columns).map(([key, type], index) => ({ key, name: key, type, position: index + 1 }));

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
    processed_rows: rows.length,
    ...facts,
  });
  await dataSource.manager.insert(CsvUpload, upload as object);
  await dataSource.query(
    `INSERT INTO ${upload.rows_table} (upload_id, row_number, data)
     SELECT $1, line.number, jsonb_object($2::text[], ARRAY(SELECT jsonb_array_elements_text(line.cells)))
       FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS line (cells, number)`,
    [upload.id, columns.map((column) => column.key), JSON.stringify(rows)],
  );
  return upload;
}

/** A new table for one big upload. */
export async function newOwnTable(dataSource: DataSource): Promise<string> {
  const [{ number }] = await dataSource.query(`SELECT nextval('csv_part_numbers') AS number`);
  await dataSource.query(`CREATE TABLE csv_parts.rows_${number} (LIKE csv_rows INCLUDING ALL)`);
  return `csv_parts.rows_${number}`;
}

/** A big upload whose rows PostgreSQL generates: `data` is SQL that uses the row number `n`. */
export async function storeMadeUpload(
  dataSource: DataSource,
  userId: string,
  columns: CsvColumn[],
  rows: number,
  data: string,
): Promise<CsvUpload> {
  const rows_table = await newOwnTable(dataSource);
  const upload = await storeUpload(dataSource, userId, columns, [], { rows_table, processed_rows: rows });
  await dataSource.query(
    `INSERT INTO ${rows_table} (upload_id, row_number, data) SELECT $1, n, ${data} FROM generate_series(1, $2::int) AS n`,
    [upload.id, rows],
  );
  await dataSource.query(`ANALYZE ${rows_table}`);
  return upload;
}

import { randomUUID } from 'node:crypto';
import { joinCells } from '@app/csv-format';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_SETS, dataSetChunks } from '../../../bench/data-sets.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { BrokenRows, hashCsv, hashTable, readAllCsv } from './oracle.js';

// Real: PostgreSQL with the migrated schema. The test inserts the rows, not the service.

const ROWS = 12_000;
const keys = DATA_SETS.tricky.columns.map((column) => column.key);
const file = Buffer.concat([...dataSetChunks('tricky', { rows: ROWS })]);

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function newStoredUpload(): Promise<string> {
  const uploadId = randomUUID();
  const rows = await readAllCsv(file);
  const joined = rows.map((cells) => joinCells(cells.map((cell) => cell ?? '')));
  await client.query(
    'INSERT INTO csv_rows SELECT $1, row_number, cells FROM unnest($2::text[]) WITH ORDINALITY AS made (cells, row_number)',
    [uploadId, joined],
  );
  return uploadId;
}

describe('hashTable on PostgreSQL', () => {
  it('hashes the rows of one upload in the order of their numbers, like the file', async () => {
    await newStoredUpload();
    const uploadId = await newStoredUpload();
    expect(await hashTable(client, 'csv_rows', uploadId, keys)).toEqual(await hashCsv(file));
    expect(await hashTable(client, 'csv_rows', randomUUID(), keys)).toMatchObject({ rows: 0 });
  });

  it.each<[string, string]>([
    ['all numbers lie below 1', 'UPDATE csv_rows SET row_number = row_number - 20001 WHERE upload_id = $1'],
    ['a row is missing between two pages', 'DELETE FROM csv_rows WHERE upload_id = $1 AND row_number = 5001'],
    ['a row is numbered apart', `UPDATE csv_rows SET row_number = 99999 WHERE upload_id = $1 AND row_number = ${ROWS}`],
    [
      'a cell is gone',
      `UPDATE csv_rows SET cells = regexp_replace(cells, E'\\x1f[^\\x1f]*$', '') WHERE upload_id = $1 AND row_number = 7`,
    ],
  ])('rejects them when %s', async (_, damage) => {
    const uploadId = await newStoredUpload();
    await client.query(damage, [uploadId]);
    await expect(hashTable(client, 'csv_rows', uploadId, keys)).rejects.toThrow(BrokenRows);
  });
});

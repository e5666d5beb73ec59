import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { ReplicaPosition } from '../../src/rows/execute/replica-position.js';
import { CsvUpload } from '../../src/uploads/upload.entity.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns } from './store-upload.js';

// Real: PostgreSQL. A replica itself is in test/scale/replica.

let database: TestDatabase;
let harness: RowsHarness;
let positions: ReplicaPosition;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url);
  positions = new ReplicaPosition(harness.dataSource);
});
afterAll(async () => {
  await harness.close();
  await database.drop();
});

const COLUMNS = newColumns({ word: 'text', n: 'integer' });
const ROWS = Array.from({ length: 30 }, (_, n) => [`w${n}`, String(n)]);
/** As a request reads it. */
const current = ({ id }: Pick<CsvUpload, 'id'>) => harness.dataSource.manager.findOneByOrFail(CsvUpload, { id });
const newUpload = async () => current(await harness.newUpload(COLUMNS, ROWS));
const written = async (): Promise<number> => {
  const [{ position }] = await harness.dataSource.query(
    `SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS position`,
  );
  return Number(position);
};
const raiseEpoch = ({ id }: CsvUpload) =>
  harness.dataSource.query('UPDATE csv_uploads SET lease_epoch = lease_epoch + 1 WHERE id = $1', [id]);

describe('the position of an upload in the log', () => {
  it('is behind what its first reader has seen, and the same for all who read it later', async () => {
    const upload = await newUpload();
    const before = await written();
    const position = await positions.of(upload);
    expect(position).toBeGreaterThanOrEqual(before);
    expect(await positions.of(upload)).toBe(position);
    expect(await positions.of(await current(upload))).toBe(position);
  });

  it('is stored by one of several first readers, and the others do not know it yet', async () => {
    const upload = await newUpload();
    const readers = await Promise.all(Array.from({ length: 5 }, () => current(upload)));
    const found = await Promise.all(readers.map((reader) => positions.of(reader)));
    expect(found.filter((position) => position !== null)).toHaveLength(1);
  });

  it('is unknown to a reader who has not seen a change, and another for one who has', async () => {
    const upload = await newUpload();
    const old = await current(upload);
    await raiseEpoch(upload);
    expect(await positions.of(old)).toBeNull();
    const first = await positions.of(await current(upload));
    await raiseEpoch(upload);
    expect(await positions.of(await current(upload))).toBeGreaterThan(first!);
  });

  it('is unknown for an upload that was deleted', async () => {
    const upload = await newUpload();
    await harness.dataSource.query('DELETE FROM csv_uploads WHERE id = $1', [upload.id]);
    expect(await positions.of(upload)).toBeNull();
  });

  it('is behind an index that was built since', async () => {
    const upload = await current(await harness.newBigUpload(COLUMNS, ROWS));
    const before = await positions.of(upload);
    await harness.ask(upload, { sort_by: '-n' });
    await harness.buildIndexes();
    expect(await positions.of(await current(upload))).toBeGreaterThan(before!);
  });
});

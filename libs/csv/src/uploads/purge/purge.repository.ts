import { Transactions } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { UploadStatus } from '../upload.entity.js';
import { ownTable, SHARED_ROWS_TABLE } from '../uploads.repository.js';

/** Tables that hold many lines of one upload, and the column that numbers them. */
const SLICED = [
  { table: SHARED_ROWS_TABLE, number: 'row_number' },
  { table: 'csv_rejects', number: 'record_number' },
] as const;
export type SlicedTable = (typeof SLICED)[number]['table'];

/** A slice takes some 50 ms: short enough for a stopping worker, and for a retry that waits for its lock. */
const ROWS_PER_SLICE = 20_000;
/** Longer is not waited for readers of a table that is to go; they are ended then. */
const DROP_PATIENCE = '1s';

const MAY_HAVE_ROWS = `status IN ('pending', 'processing', 'completed')`;

@Injectable()
export class PurgeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Runs `work` unless the upload is one that may have rows. One that has failed or was cancelled is held in that state
   * meanwhile, so that a retry comes either before or after.
   * @param work is told whether the upload is gone altogether. @returns undefined when there was nothing to be done.
   */
  private async unlessAlive<T>(
    uploadId: string,
    work: (manager: EntityManager, gone: boolean) => Promise<T>,
  ): Promise<T | undefined> {
    return this.transactions.run(async ({ manager }) => {
      const [upload]: { status: UploadStatus }[] = await manager.query(
        'SELECT status FROM csv_uploads WHERE id = $1 FOR SHARE',
        [uploadId],
      );
      if (upload && upload.status !== 'failed' && upload.status !== 'cancelled') return undefined;
      return work(manager, upload === undefined);
    });
  }

  async isGone(uploadId: string): Promise<boolean> {
    return (await this.unlessAlive(uploadId, async (_, gone) => gone)) ?? false;
  }

  /** Removes the next lines after number `after`. @returns the number of the last one, null when there are no more. */
  async deleteSlice(table: SlicedTable, uploadId: string, after: number): Promise<number | null> {
    const number = SLICED.find((sliced) => sliced.table === table)!.number;
    const last = await this.unlessAlive(uploadId, async (manager) => {
      // By ranges of the key, so that no slice walks over what the ones before it left dead.
      const [{ upto }] = await manager.query(
        `SELECT max(number) AS upto FROM (
           SELECT ${number} AS number FROM ${table} WHERE upload_id = $1 AND ${number} > $2 ORDER BY ${number} LIMIT $3)`,
        [uploadId, after, ROWS_PER_SLICE],
      );
      if (upto === null) return null;
      await manager.query(`DELETE FROM ${table} WHERE upload_id = $1 AND ${number} > $2 AND ${number} <= $3`, [
        uploadId,
        after,
        upto,
      ]);
      return Number(upto);
    });
    return last ?? null;
  }

  /** What was noted about an upload beside its rows and rejects; at most some thousands of lines. */
  async deleteNotes(uploadId: string): Promise<void> {
    await this.unlessAlive(uploadId, async (manager) => {
      for (const table of ['csv_batches', 'csv_indexes', 'csv_profiles']) {
        await manager.query(`DELETE FROM ${table} WHERE upload_id = $1`, [uploadId]);
      }
    });
  }

  /**
   * Drops an upload's own table with its indexes, unless an upload that may have rows refers to it.
   * @throws SQLSTATE 55P03 when somebody uses it and does not let go; see `cancelUsers`
   */
  async dropTable(name: string): Promise<void> {
    const table = ownTable(name);
    await this.transactions.run(async ({ manager }) => {
      await manager.query(`SET LOCAL lock_timeout = '${DROP_PATIENCE}'`);
      const owners: { alive: boolean }[] = await manager.query(
        `SELECT ${MAY_HAVE_ROWS} AS alive FROM csv_uploads WHERE rows_table = $1 FOR SHARE`,
        [name],
      );
      if (owners.some(({ alive }) => alive)) return;
      await manager.query(`DROP TABLE IF EXISTS ${table}`);
    });
  }

  /** Ends whatever statement holds a lock on a table that is to go: an index that is being built, a long query, an export. */
  async cancelUsers(name: string): Promise<void> {
    await this.dataSource.query(
      `SELECT pg_cancel_backend(pid) FROM pg_locks
        WHERE relation = to_regclass($1) AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [ownTable(name)],
    );
  }
}

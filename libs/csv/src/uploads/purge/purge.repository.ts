import { sqlState, Transactions } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { UploadStatus } from '../upload.entity.js';
import { deleteMetadata, deleteSlice, type NumberedTable, ownTable } from '../upload-tables.js';

/** A slice takes some 50 ms, which neither a stopping worker nor a retry that waits for its lock will notice. */
const ROWS_PER_SLICE = 20_000;
/** How long DROP TABLE waits for readers of the table before they are cancelled. */
const DROP_LOCK_TIMEOUT = '1s';

const NOT_PERMITTED = '42501';

const MAY_HAVE_ROWS = `status IN ('pending', 'processing', 'completed')`;

/** Deletes what an upload leaves behind. It never deletes data of an upload that may have rows. */
@Injectable()
export class PurgeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** Whether the upload was deleted. */
  async isDeleted(uploadId: string): Promise<boolean> {
    return (await this.unlessMayHaveRows(uploadId, async (_, isDeleted) => isDeleted)) ?? false;
  }

  /** Deletes the next lines behind number `after`. @returns the number of the last one, or null if there are no more */
  async deleteSlice(table: NumberedTable, uploadId: string, after: number): Promise<number | null> {
    const last = await this.unlessMayHaveRows(uploadId, (manager) =>
      deleteSlice(manager, table, uploadId, after, ROWS_PER_SLICE),
    );
    return last ?? null;
  }

  async deleteMetadata(uploadId: string): Promise<void> {
    await this.unlessMayHaveRows(uploadId, (manager) => deleteMetadata(manager, uploadId));
  }

  /**
   * Drops an upload's own table with its indexes and the views of its texts, unless an upload that may have rows refers to it.
   * @throws SQLSTATE 55P03 if a session keeps its lock on the table; see `cancelSessionsUsing`
   */
  async dropTable(name: string): Promise<void> {
    const table = ownTable(name);
    await this.transactions.run(async ({ manager }) => {
      await manager.query(`SET LOCAL lock_timeout = '${DROP_LOCK_TIMEOUT}'`);
      const owners: { may_have_rows: boolean }[] = await manager.query(
        `SELECT ${MAY_HAVE_ROWS} AS may_have_rows FROM csv_uploads WHERE rows_table = $1 FOR SHARE`,
        [name],
      );
      if (owners.some(({ may_have_rows }) => may_have_rows)) return;
      await manager.query(`DROP TABLE IF EXISTS ${table} CASCADE`);
    });
  }

  /** Makes PostgreSQL give back the room of its old log, where the role may do that (pg_checkpoint); otherwise it does so in some minutes. */
  async shortenLog(): Promise<void> {
    try {
      await this.dataSource.query('CHECKPOINT');
    } catch (error) {
      if (sqlState(error) !== NOT_PERMITTED) throw error;
    }
  }

  /**
   * Cancels the statements that hold a lock on a table, or on one of its indexes and views, whose names begin with its own: the build of an
   * index, a long query or an export.
   */
  async cancelSessionsUsing(name: string): Promise<void> {
    await this.dataSource.query(
      `SELECT pg_cancel_backend(pid) FROM pg_locks
        WHERE relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'csv_parts'::regnamespace
                              AND ('csv_parts.' || relname = $1 OR starts_with('csv_parts.' || relname, $1 || '_')))
          AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [ownTable(name)],
    );
  }

  /**
   * Runs `work` unless the upload is in a state in which it may have rows. A failed or cancelled upload is locked in its state meanwhile, so
   * a retry runs either before or after.
   * @param work receives whether the upload was deleted
   * @returns undefined if `work` did not run
   */
  private async unlessMayHaveRows<T>(
    uploadId: string,
    work: (manager: EntityManager, isDeleted: boolean) => Promise<T>,
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
}

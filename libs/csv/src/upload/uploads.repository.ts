import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CsvUpload, type UploadStatus } from './upload.entity.js';
import type { UploadOptions } from './upload-options.js';

/** Where the rows of most uploads are, and of none that has a table of its own. */
export const SHARED_ROWS_TABLE = 'csv_rows';

/** How long a change waits for a batch in flight (some 0.2 s each) before it lets go of what it holds and starts anew. */
const LOCK_TIMEOUT = '2s';

@Injectable()
export class UploadsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, upload: Partial<CsvUpload>): Promise<CsvUpload> {
    await manager
      .createQueryBuilder()
      .insert()
      .into(CsvUpload)
      .values(upload as object)
      .execute();
    return manager.findOneByOrFail(CsvUpload, { id: upload.id! });
  }

  async findOwned(userId: string, uploadId: string): Promise<CsvUpload | null> {
    return this.dataSource.manager.findOneBy(CsvUpload, { id: uploadId, user_id: userId });
  }

  /** Newest first; ids are UUID v7, so their order is that of age. */
  async listOwned(
    userId: string,
    { status, page, pageSize }: { status?: UploadStatus; page: number; pageSize: number },
  ): Promise<{ count: number; uploads: CsvUpload[] }> {
    const [uploads, count] = await this.dataSource.manager.findAndCount(CsvUpload, {
      where: { user_id: userId, ...(status && { status }) },
      order: { id: 'DESC' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    });
    return { count, uploads };
  }

  /**
   * Locks an upload against its worker until the transaction ends; then the next batch finds the fence changed, or gone.
   *
   * A batch locks the upload's row FOR SHARE, and PostgreSQL lets sharers in past a waiting writer: with three connections
   * overlapping, a writer was seen to wait for more than 20 s. Table locks queue fairly, so where the upload has its own table
   * that one is locked first (SHARE: writers wait, readers do not). In the shared table an upload is over in seconds anyway.
   * @returns null when there is no such upload. @throws SQLSTATE 55P03, 40P01 or 42P01 when it is worth trying again
   */
  async lockOwned(manager: EntityManager, userId: string, uploadId: string): Promise<CsvUpload | null> {
    await manager.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    const seen = await manager.findOneBy(CsvUpload, { id: uploadId, user_id: userId });
    if (!seen) return null;
    if (seen.status === 'processing' && seen.rows_table !== SHARED_ROWS_TABLE) {
      await manager.query(`LOCK TABLE ONLY ${ownTable(seen.rows_table)} IN SHARE MODE`);
    }
    return manager
      .createQueryBuilder(CsvUpload, 'upload')
      .setLock('pessimistic_write')
      .where('upload.id = :uploadId AND upload.user_id = :userId', { uploadId, userId })
      .getOne();
  }

  async delete(manager: EntityManager, uploadId: string): Promise<void> {
    await manager.delete(CsvUpload, { id: uploadId });
  }

  /**
   * Ends a locked upload as cancelled. It keeps its rejects and the progress it had made, and no rows; the new epoch shuts its
   * worker out, and giving up the rows table leaves that to a purge.
   */
  async markCancelled(manager: EntityManager, uploadId: string, bytesDone: number): Promise<void> {
    await manager
      .createQueryBuilder()
      .update(CsvUpload)
      .set({
        status: 'cancelled',
        stage: 'cancelled',
        lease_epoch: () => 'lease_epoch + 1',
        rows_table: SHARED_ROWS_TABLE,
        bytes_done: bytesDone,
        processed_rows: 0,
        rejected_rows: () => '(SELECT count(*) FROM csv_rejects WHERE upload_id = csv_uploads.id)',
        completed_at: () => 'now()',
      })
      .where({ id: uploadId })
      .execute();
  }

  /**
   * Sets a locked upload back to how it was when it had just been received, under a new epoch. Of its first run only rows may be
   * left, under its id in the shared table: taking an upload up removes what lies behind its last batch, and it has none now.
   */
  async markPendingAgain(manager: EntityManager, uploadId: string, options: UploadOptions): Promise<void> {
    await manager.query('DELETE FROM csv_batches WHERE upload_id = $1', [uploadId]);
    await manager.query('DELETE FROM csv_rejects WHERE upload_id = $1', [uploadId]);
    await manager.query('DELETE FROM csv_indexes WHERE upload_id = $1', [uploadId]);
    await manager.query('DELETE FROM csv_profiles WHERE upload_id = $1', [uploadId]);
    await manager
      .createQueryBuilder()
      .update(CsvUpload)
      .set({
        options: options as object,
        status: 'pending',
        stage: 'queued',
        lease_epoch: () => 'lease_epoch + 1',
        dialect: null,
        columns: [],
        errors: [],
        rows_table: SHARED_ROWS_TABLE,
        bytes_done: 0,
        processed_rows: 0,
        rejected_rows: 0,
        started_at: null,
        completed_at: null,
      })
      .where({ id: uploadId })
      .execute();
  }
}

const OWN_TABLE = /^csv_parts\.rows_\d+$/;

/** The name of an upload's own table, safe to stand in SQL. */
export function ownTable(name: string): string {
  if (!OWN_TABLE.test(name)) throw new Error('Not the name of a table that belongs to one upload.');
  return name;
}

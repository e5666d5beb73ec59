import type { CsvColumn } from '@app/csv-format';
import { EntityRows, Statements } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, LessThan, type SelectQueryBuilder } from 'typeorm';
import { CsvUpload, type UploadStatus } from './upload.entity.js';
import type { UploadOptions } from './upload-options.js';
import { deleteMetadata, deleteRejects, isOwnTable, ownTable, SHARED_ROWS_TABLE } from './upload-tables.js';

/** How long a change waits for batches in progress (some 0.2 s each) before its transaction is rolled back and repeated. */
const LOCK_TIMEOUT = '2s';

/**
 * Uploads that are read at once for a list: a page of the usual size. The columns of one may be a MiB of JSON, and a page may have 100, which
 * would be 300 MB of objects.
 */
const SLICE_UPLOADS = 20;

/** The rows of csv_uploads, as the api reads and changes them. */
@Injectable()
export class UploadsRepository {
  private readonly uploads: EntityRows<CsvUpload>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {
    this.uploads = new EntityRows(dataSource, CsvUpload);
  }

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
    const text = `${this.uploads.select} WHERE id = $1 AND user_id = $2`;
    const [row] = await this.statements.rows<Record<string, unknown>>(text, [uploadId, userId]);
    return row ? this.uploads.of(row) : null;
  }

  /** The uploads with these ids, of any user, in no particular order. */
  async findAll(uploadIds: readonly string[]): Promise<CsvUpload[]> {
    return this.dataSource.manager.findBy(CsvUpload, { id: In([...uploadIds]) });
  }

  /** The uploads of a page in slices, newest first: ids are UUID v7, so their order is the order of creation. */
  async listOwned(
    userId: string,
    { status, page, pageSize }: { status?: UploadStatus; page: number; pageSize: number },
  ): Promise<{ count: number; slices: AsyncIterable<CsvUpload[]> }> {
    const of = { user_id: userId, ...(status && { status }) };
    const [first, count] = await this.dataSource.manager.findAndCount(CsvUpload, {
      where: of,
      order: { id: 'DESC' },
      skip: (page - 1) * pageSize,
      take: Math.min(pageSize, SLICE_UPLOADS),
    });
    const older = (id: string, take: number) =>
      this.dataSource.manager.find(CsvUpload, { where: { ...of, id: LessThan(id) }, order: { id: 'DESC' }, take });
    const slices = async function* (): AsyncGenerator<CsvUpload[]> {
      let left = pageSize;
      for (let slice = first; slice.length > 0; ) {
        left -= slice.length;
        const last = slice.length < SLICE_UPLOADS ? undefined : slice.at(-1);
        yield slice;
        if (last === undefined || left === 0) return;
        slice = await older(last.id, Math.min(left, SLICE_UPLOADS));
      }
    };
    return { count, slices: slices() };
  }

  /**
   * Locks an upload against its worker until the transaction ends.
   *
   * A batch locks the upload's row FOR SHARE, and PostgreSQL grants such a lock past a waiting writer: with three connections that
   * overlap, a writer waited for more than 20 s. Table locks are granted in order, so an upload's own table is locked first (SHARE: writers
   * wait, readers do not). An upload in the shared table is small, so its ingest ends within seconds.
   * @returns null if there is no such upload
   * @throws SQLSTATE 55P03, 40P01 or 42P01 if another attempt may succeed
   */
  async lockOwned(manager: EntityManager, userId: string, uploadId: string): Promise<CsvUpload | null> {
    await manager.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    const unlocked = await manager.findOneBy(CsvUpload, { id: uploadId, user_id: userId });
    if (!unlocked) return null;
    if (unlocked.status === 'processing' && isOwnTable(unlocked.rows_table)) {
      await manager.query(`LOCK TABLE ONLY ${ownTable(unlocked.rows_table)} IN SHARE MODE`);
    }
    return manager
      .createQueryBuilder(CsvUpload, 'upload')
      .setLock('pessimistic_write')
      .where('upload.id = :uploadId AND upload.user_id = :userId', { uploadId, userId })
      .getOne();
  }

  /** Locks a completed upload until the transaction ends. Nothing is loaded into it any more, so no batch is waited for. */
  async lockCompleted(manager: EntityManager, uploadId: string): Promise<CsvUpload | null> {
    return manager
      .createQueryBuilder(CsvUpload, 'upload')
      .setLock('pessimistic_write')
      .where(`upload.id = :uploadId AND upload.status = 'completed'`, { uploadId })
      .getOne();
  }

  /** Stores the columns of a locked upload. The new epoch tells processes that remember the upload. */
  async saveColumns(manager: EntityManager, uploadId: string, columns: CsvColumn[]): Promise<void> {
    await manager
      .createQueryBuilder()
      .update(CsvUpload)
      .set({ columns: columns as object[], lease_epoch: () => 'lease_epoch + 1' } as object)
      .where({ id: uploadId })
      .execute();
  }

  /**
   * For each of these uploads the id of its user's first upload of the same bytes, if that is another one. Read, not stored: a deletion would
   * have to lock the later uploads, which may be in the middle of an ingest.
   */
  async sameAs(uploadIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.statements.rows<{ id: string; first: string }>(
      `SELECT later.id, first.id AS first FROM csv_uploads later,
         LATERAL (SELECT id FROM csv_uploads WHERE user_id = later.user_id AND sha256 = later.sha256 ORDER BY id LIMIT 1) first
       WHERE later.id = ANY($1::uuid[]) AND first.id < later.id`,
      [uploadIds],
    );
    return new Map(rows.map(({ id, first }) => [id, first]));
  }

  /** The ids of the user's uploads of the same bytes that are newer than this one. */
  async laterCopies(manager: EntityManager, { id, user_id, sha256 }: CsvUpload): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      'SELECT id FROM csv_uploads WHERE user_id = $1 AND sha256 = $2 AND id > $3',
      [user_id, sha256, id],
    );
    return rows.map((row) => row.id);
  }

  /** What the files of a user have together, in bytes. */
  async storedBytes(userId: string, manager: EntityManager = this.dataSource.manager): Promise<number> {
    const [{ bytes }] = await manager.query(
      'SELECT coalesce(sum(size_bytes), 0) AS bytes FROM csv_uploads WHERE user_id = $1',
      [userId],
    );
    return Number(bytes);
  }

  /** The quota that was set for this user alone, in bytes; null if none was. */
  async quotaOf(userId: string, manager: EntityManager = this.dataSource.manager): Promise<number | null> {
    const [row] = await manager.query('SELECT bytes FROM csv_quotas WHERE user_id = $1', [userId]);
    return row ? Number(row.bytes) : null;
  }

  /** @param bytes null to take the quota away again */
  async setQuota(userId: string, bytes: number | null): Promise<void> {
    if (bytes === null) await this.dataSource.query('DELETE FROM csv_quotas WHERE user_id = $1', [userId]);
    else {
      await this.dataSource.query(
        `INSERT INTO csv_quotas (user_id, bytes) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET bytes = excluded.bytes`,
        [userId, bytes],
      );
    }
  }

  async countByStatus(): Promise<{ status: UploadStatus; uploads: number; bytes: number }[]> {
    return this.dataSource.query(
      `SELECT status, count(*)::int AS uploads, sum(size_bytes)::float8 AS bytes FROM csv_uploads GROUP BY status ORDER BY status`,
    );
  }

  /** At most `limit` uploads that ended more than `seconds` ago by PostgreSQL's clock, the oldest first. */
  async findEnded(seconds: number, limit: number): Promise<CsvUpload[]> {
    return this.ended(seconds).orderBy('upload.completed_at').limit(limit).getMany();
  }

  async countEnded(seconds: number): Promise<number> {
    return this.ended(seconds).getCount();
  }

  private ended(seconds: number): SelectQueryBuilder<CsvUpload> {
    return this.dataSource
      .createQueryBuilder(CsvUpload, 'upload')
      .where(`upload.completed_at < clock_timestamp() - :seconds * interval '1 s'`, { seconds })
      .andWhere(`upload.status IN ('completed', 'failed', 'cancelled')`);
  }

  /** Makes the transactions that add uploads of one user wait for each other. */
  async lockQuota(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`csv-quota:${userId}`]);
  }

  async delete(manager: EntityManager, uploadId: string): Promise<void> {
    await manager.delete(CsvUpload, { id: uploadId });
  }

  /**
   * Marks a locked upload as cancelled. It keeps its rejects and its progress, but no rows. The new epoch excludes its worker; the own table
   * is no longer referred to, so a purge can drop it.
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
   * Resets a locked upload to the state after its receipt, under a new epoch. Rows of the first run may remain in the shared table: the next
   * ingest deletes all rows behind the last checkpoint, and there is no checkpoint left.
   */
  async resetToPending(manager: EntityManager, uploadId: string, options: UploadOptions): Promise<void> {
    await deleteRejects(manager, uploadId);
    await deleteMetadata(manager, uploadId);
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
        preamble: [],
        footer: null,
        rows_table: SHARED_ROWS_TABLE,
        has_escapes: false,
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

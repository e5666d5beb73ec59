import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { isId, sqlState, Transactions, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { NotFound } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { ingestJobFor } from './ingest-job.js';
import { UploadProgressReader } from './progress/upload-progress.reader.js';
import type { CsvUpload, UploadStatus } from './upload.entity.js';
import { UploadNotCancellable, UploadNotRetryable } from './upload.problems.js';
import { changedOptions } from './upload-options.js';
import { uploadTags } from './upload-tags.js';
import { UploadsRepository } from './uploads.repository.js';

const CANCELLABLE: readonly UploadStatus[] = ['pending', 'processing'];
const RETRYABLE: readonly UploadStatus[] = ['failed', 'cancelled'];

/** What the owner of an upload can do with it once it is received. Another user's upload does not exist. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly uploads: UploadsRepository,
    private readonly progress: UploadProgressReader,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly cache: TagCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async find(userId: string, uploadId: string): Promise<CsvUpload | null> {
    return isId(uploadId) ? this.uploads.findOwned(userId, uploadId) : null;
  }

  /** @throws NotFound */
  async get(userId: string, uploadId: string): Promise<CsvUpload> {
    const upload = await this.find(userId, uploadId);
    if (!upload) throw new NotFound({ what: 'upload' });
    return upload;
  }

  async list(userId: string, wanted: { status?: UploadStatus; page: number; pageSize: number }) {
    return this.uploads.listOwned(userId, wanted);
  }

  /**
   * Stops an upload that is not done. Its rows go, its rejects and its file stay, so that it can be looked at and retried.
   * @throws NotFound, UploadNotCancellable
   */
  async cancel(userId: string, uploadId: string): Promise<CsvUpload> {
    return this.change(userId, uploadId, async (tx, upload) => {
      if (!CANCELLABLE.includes(upload.status)) throw new UploadNotCancellable({ upload_status: upload.status });
      const bytesDone = await this.progress.committedBytes(upload, tx.manager);
      await this.uploads.markCancelled(tx.manager, upload.id, bytesDone);
      await this.jobs.add(tx, 'csv.purge', { upload_id: upload.id, rows_table: upload.rows_table, storage_key: null });
    });
  }

  /**
   * Ingests the stored file again, from its first byte.
   * @param changes to the options it was uploaded with, as `changedOptions` takes them.
   * @throws NotFound, ValidationFailed, UploadNotRetryable: what is completed is never put at risk; for other options its file is uploaded again
   */
  async retry(userId: string, uploadId: string, changes: Readonly<Record<string, unknown>>): Promise<CsvUpload> {
    return this.change(userId, uploadId, async (tx, upload) => {
      if (!RETRYABLE.includes(upload.status)) throw new UploadNotRetryable({ upload_status: upload.status });
      await this.uploads.markPendingAgain(tx.manager, upload.id, changedOptions(upload.options, changes));
      await this.jobs.add(tx, ingestJobFor(upload.size_bytes, this.config), { upload_id: upload.id });
    });
  }

  /**
   * Deletes an upload in whatever state: gone for every reader with the commit; what it leaves behind goes in the background.
   * @throws NotFound
   */
  async delete(userId: string, uploadId: string): Promise<void> {
    await this.withLocked(userId, uploadId, async (tx, upload) => {
      await this.uploads.delete(tx.manager, upload.id);
      await this.jobs.add(tx, 'csv.purge', {
        upload_id: upload.id,
        rows_table: upload.rows_table,
        storage_key: upload.storage_key,
      });
    });
  }

  private async change(
    userId: string,
    uploadId: string,
    work: (tx: Tx, upload: CsvUpload) => Promise<void>,
  ): Promise<CsvUpload> {
    await this.withLocked(userId, uploadId, work);
    return this.get(userId, uploadId);
  }

  private async withLocked(
    userId: string,
    uploadId: string,
    work: (tx: Tx, upload: CsvUpload) => Promise<void>,
  ): Promise<void> {
    if (!isId(uploadId)) throw new NotFound({ what: 'upload' });
    await retryOnLockConflict(() =>
      this.transactions.run(async (tx) => {
        const upload = await this.uploads.lockOwned(tx.manager, userId, uploadId);
        if (!upload) throw new NotFound({ what: 'upload' });
        await work(tx, upload);
        this.cache.invalidateAfterCommit(tx, [uploadTags.listOf(userId), uploadTags.one(uploadId)]);
      }),
    );
  }
}

/** Lock timeout; deadlock with a worker that takes the upload up; its table went between the look and the lock. */
const LOCK_CONFLICTS = new Set(['55P03', '40P01', '42P01']);
const ATTEMPTS = 5;

async function retryOnLockConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !LOCK_CONFLICTS.has(sqlState(error) ?? '')) throw error;
    }
  }
}

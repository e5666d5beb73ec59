import { isId, sqlState, Transactions, type Tx } from '@app/database';
import { metrics } from '@app/metrics';
import { NotFound } from '@app/problems';
import { Injectable, Logger } from '@nestjs/common';
import { UploadProgressReader } from './progress/upload-progress.reader.js';
import type { CsvUpload, UploadStatus } from './upload.entity.js';
import { UploadNotCancellable, UploadNotRetryable } from './upload.problems.js';
import { UploadEffects } from './upload-effects.js';
import { changedOptions } from './upload-options.js';
import { UploadRoom } from './upload-room.js';
import { UploadsRepository } from './uploads.repository.js';

const CANCELLABLE: readonly UploadStatus[] = ['pending', 'processing'];
const RETRYABLE: readonly UploadStatus[] = ['failed', 'cancelled'];

/** What the owner of an upload can do with it. Uploads of other users are not found. */
@Injectable()
export class UploadsService {
  private readonly log = new Logger(UploadsService.name);

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly progress: UploadProgressReader,
    private readonly transactions: Transactions,
    private readonly effects: UploadEffects,
    private readonly room: UploadRoom,
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

  /** The uploads of a page in slices, so that a page of wide ones is never in memory as a whole. */
  async list(userId: string, wanted: { status?: UploadStatus; page: number; pageSize: number }) {
    return this.uploads.listOwned(userId, wanted);
  }

  /** For each upload that has the same bytes as an earlier one of its user: the id of the first of those. */
  async sameAs(uploads: readonly CsvUpload[]): Promise<ReadonlyMap<string, string>> {
    return uploads.length === 0 ? new Map() : this.uploads.sameAs(uploads.map(({ id }) => id));
  }

  /**
   * Stops an upload that has not ended. Its rows are removed; its rejects and its file are kept, so that it can be retried.
   * @throws NotFound, UploadNotCancellable
   */
  async cancel(userId: string, uploadId: string): Promise<CsvUpload> {
    await this.withLocked(userId, uploadId, async (tx, upload) => {
      if (!CANCELLABLE.includes(upload.status)) throw new UploadNotCancellable({ upload_status: upload.status });
      const bytesDone = await this.progress.committedBytes(upload, tx.manager);
      await this.uploads.markCancelled(tx.manager, upload.id, bytesDone);
      await this.effects.enqueuePurge(tx, upload);
      tx.afterCommit(() => {
        metrics.uploads.inc({ outcome: 'cancelled' });
        this.log.log({ upload_id: upload.id, bytes_done: bytesDone, was: upload.status }, 'Upload cancelled');
      });
    });
    return this.get(userId, uploadId);
  }

  /**
   * Ingests the stored file again, from its first byte. A completed upload cannot be retried: its rows are never put at risk.
   * @param changes to the options of the upload, as `changedOptions` takes them
   * @throws NotFound, ValidationFailed, UploadNotRetryable, StorageFull
   */
  async retry(userId: string, uploadId: string, changes: Readonly<Record<string, unknown>>): Promise<CsvUpload> {
    await this.withLocked(userId, uploadId, async (tx, upload) => {
      if (!RETRYABLE.includes(upload.status)) throw new UploadNotRetryable({ upload_status: upload.status });
      await this.room.requireForFile(upload.size_bytes, upload.size_bytes);
      await this.uploads.resetToPending(tx.manager, upload.id, changedOptions(upload.options, changes));
      await this.effects.enqueueIngest(tx, upload);
      const { id, status, size_bytes } = upload;
      tx.afterCommit(() => this.log.log({ upload_id: id, bytes: size_bytes, was: status }, 'Upload retried'));
    });
    return this.get(userId, uploadId);
  }

  /**
   * Deletes an upload in any state. No reader sees it after the commit; a job removes its data.
   * @throws NotFound
   */
  async delete(userId: string, uploadId: string): Promise<void> {
    await this.withLocked(userId, uploadId, async (tx, upload) => {
      await this.uploads.delete(tx.manager, upload.id);
      await this.effects.enqueuePurge(tx, upload, upload.storage_key);
      const { id, status, size_bytes } = upload;
      tx.afterCommit(() => this.log.log({ upload_id: id, bytes: size_bytes, was: status }, 'Upload deleted'));
      // Their `same_as` may have named this upload.
      this.effects.invalidateEachAfterCommit(tx, await this.uploads.laterCopies(tx.manager, upload));
    });
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
        this.effects.invalidateCacheAfterCommit(tx, upload);
      }),
    );
  }
}

/** Lock timeout; deadlock with a worker that claims the upload; own table dropped between the query and the lock. */
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

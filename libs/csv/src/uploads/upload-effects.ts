import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvUpload } from './upload.entity.js';

/** Cache tags of answers about uploads. */
export const uploadTags = {
  listOf: (userId: string) => `uploads:${userId}`,
  /** Lower case, because the id in a request may be in upper case. */
  one: (uploadId: string) => `upload:${uploadId.toLowerCase()}`,
};

const tagsOf = ({ id, user_id }: Pick<CsvUpload, 'id' | 'user_id'>) => [uploadTags.listOf(user_id), uploadTags.one(id)];

/** What a change of an upload causes: jobs, enqueued in the transaction of the change, and the invalidation of cached answers. */
@Injectable()
export class UploadEffects {
  constructor(
    private readonly jobs: JobOutbox,
    private readonly cache: TagCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Small files have a separate queue, so that none waits behind a big file. */
  async enqueueIngest(tx: Tx, { id, size_bytes }: Pick<CsvUpload, 'id' | 'size_bytes'>): Promise<void> {
    const job = size_bytes > this.config.INGEST_SMALL_BYTES ? 'csv.ingest' : 'csv.ingest-small';
    await this.jobs.add(tx, job, { upload_id: id });
  }

  /** Enqueues the removal of an upload's rows and metadata, and of its file if `storageKey` is given. */
  async enqueuePurge(
    tx: Tx,
    { id, rows_table }: Pick<CsvUpload, 'id' | 'rows_table'>,
    storageKey: string | null = null,
  ): Promise<void> {
    await this.jobs.add(tx, 'csv.purge', { upload_id: id, rows_table, storage_key: storageKey });
  }

  async invalidateCache(upload: Pick<CsvUpload, 'id' | 'user_id'>): Promise<void> {
    await this.cache.invalidate(tagsOf(upload));
  }

  invalidateCacheAfterCommit(tx: Tx, upload: Pick<CsvUpload, 'id' | 'user_id'>): void {
    this.cache.invalidateAfterCommit(tx, tagsOf(upload));
  }

  /** For the answers of single uploads. A file may have thousands of copies, so all of them are one invalidation. */
  invalidateEachAfterCommit(tx: Tx, uploadIds: readonly string[]): void {
    if (uploadIds.length > 0) this.cache.invalidateAfterCommit(tx, uploadIds.map(uploadTags.one));
  }
}

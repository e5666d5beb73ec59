import { TagCache } from '@app/cache';
import { Transactions } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CsvUpload } from '../../upload/upload.entity.js';
import { uploadTags } from '../../upload/upload-tags.js';
import { SHARED_ROWS_TABLE } from '../../upload/uploads.repository.js';
import type { ColumnProfile } from './column-profile.js';
import { ColumnProfiler } from './column-profiler.js';
import { ProfilesRepository } from './profiles.repository.js';

/** Profiles of uploads: computed once, since the rows of a completed upload never change. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly cache: TagCache,
    private readonly profiler: ColumnProfiler,
    private readonly profiles: ProfilesRepository,
  ) {}

  /** The job: nothing to be done where somebody has done it, or the upload has gone. */
  async compute(uploadId: string, signal: AbortSignal): Promise<void> {
    const upload = await this.dataSource.manager.findOneBy(CsvUpload, { id: uploadId, status: 'completed' });
    if (upload && !(await this.profiles.find(uploadId))) await this.computeNow(upload, signal);
  }

  /**
   * The profile of a completed upload. One that nobody has computed yet is computed at once where the upload is small; of a big one
   * it is left to a job.
   * @returns null while a job has it in hand.
   */
  async get(upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[] | null> {
    const known = await this.profiles.find(upload.id);
    if (known) return known;
    if (upload.rows_table === SHARED_ROWS_TABLE) return this.computeNow(upload, signal);
    if (known === undefined) await this.ask(upload.id);
    return null;
  }

  private async computeNow(upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    const columns = await this.profiler.profile(upload, signal);
    await this.transactions.run(async (tx) => {
      await this.profiles.keep(tx, upload.id, columns);
      this.cache.invalidateAfterCommit(tx, [uploadTags.one(upload.id)]);
    });
    return columns;
  }

  private async ask(uploadId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (await this.profiles.markAsked(tx, uploadId)) await this.jobs.add(tx, 'csv.profile', { upload_id: uploadId });
    });
  }
}

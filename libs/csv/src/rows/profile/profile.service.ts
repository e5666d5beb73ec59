import { CONFIG, type Config } from '@app/config';
import { Transactions, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CsvUpload } from '../../upload/upload.entity.js';
import { SHARED_ROWS_TABLE } from '../../upload/uploads.repository.js';
import { Deadline } from '../execute/deadline.js';
import { ScanQueue } from '../execute/scan-queue.js';
import type { ColumnProfile } from './column-profile.js';
import { ColumnProfiler } from './column-profiler.js';
import { ProfilesRepository } from './profiles.repository.js';

/** Profiles of uploads: computed once, since the rows of a completed upload never change. */
@Injectable()
export class ProfileService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly scans: ScanQueue,
    private readonly profiler: ColumnProfiler,
    private readonly profiles: ProfilesRepository,
  ) {}

  /** The job: nothing to be done where somebody has done it, or the upload has gone. */
  async compute(uploadId: string, signal: AbortSignal): Promise<void> {
    const upload = await this.dataSource.manager.findOneBy(CsvUpload, { id: uploadId, status: 'completed' });
    if (upload && !(await this.profiles.find(uploadId))) await this.computeNow(upload, signal);
  }

  /** Whoever asks next has it tried again. */
  async giveUp(tx: Tx, uploadId: string): Promise<void> {
    await this.profiles.forgetAsked(tx, uploadId);
  }

  /**
   * The profile of a completed upload. One that nobody has computed yet is computed at once where the upload is small; of a big one
   * it is left to a job.
   * @returns null while a job has it in hand.
   */
  async get(upload: CsvUpload): Promise<ColumnProfile[] | null> {
    const known = await this.profiles.find(upload.id);
    if (known) return known;
    if (upload.rows_table === SHARED_ROWS_TABLE) return this.computeInTurn(upload);
    if (known === undefined) await this.ask(upload.id);
    return null;
  }

  /** Answers are shared among those who ask at the same time, so it goes on when one of them has gone. */
  private computeInTurn(upload: CsvUpload): Promise<ColumnProfile[]> {
    const timeoutMs = this.config.ROWS_QUERY_TIMEOUT_MS;
    return this.scans.run(upload.user_id, Deadline.in(timeoutMs), () =>
      this.computeNow(upload, AbortSignal.timeout(timeoutMs)),
    );
  }

  private async computeNow(upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    const columns = await this.profiler.profile(upload, signal);
    await this.transactions.run((tx) => this.profiles.keep(tx, upload.id, columns));
    return columns;
  }

  private async ask(uploadId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (await this.profiles.markAsked(tx, uploadId)) await this.jobs.add(tx, 'csv.profile', { upload_id: uploadId });
    });
  }
}

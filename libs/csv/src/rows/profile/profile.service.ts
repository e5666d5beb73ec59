import { CONFIG, type Config } from '@app/config';
import { Deadline, Transactions, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { CsvUpload } from '../../uploads/upload.entity.js';
import { isOwnTable } from '../../uploads/upload-tables.js';
import { BackgroundSlot } from '../execute/background-slot.js';
import { ScanQueue } from '../execute/scan-queue.js';
import type { ColumnProfile } from './column-profile.js';
import { ColumnProfiler } from './column-profiler.js';
import { ProfilesRepository } from './profiles.repository.js';

/**
 * Profiles of uploads. Each is computed when it is first asked for, and once, because the rows of a completed upload never change.
 */
@Injectable()
export class ProfileService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly scans: ScanQueue,
    private readonly profiler: ColumnProfiler,
    private readonly profiles: ProfilesRepository,
    private readonly slot: BackgroundSlot,
  ) {}

  /** The job of a big upload. It does nothing when the profile exists or the upload is deleted. */
  async compute(uploadId: string, signal: AbortSignal): Promise<void> {
    const requestedAt = await this.profiles.requestedAt(uploadId);
    if (!requestedAt) return;
    try {
      await this.slot.run(requestedAt, signal, (tx) => this.computeIn(tx, uploadId, signal));
    } catch (error) {
      // Deleting the upload cancels the work.
      if (await this.profiles.requestedAt(uploadId)) throw error;
    }
  }

  private async computeIn(tx: Tx, uploadId: string, signal: AbortSignal): Promise<void> {
    const upload = await tx.manager.findOneBy(CsvUpload, { id: uploadId, status: 'completed' });
    // Another worker may have computed it while this one waited for its turn.
    if (!upload || !(await this.profiles.requestedAt(uploadId))) return;
    const columns = await this.profiler.profileIn(tx.manager, upload, signal);
    if (!(await this.profiles.save(tx, upload, columns))) throw new Error('The columns were changed meanwhile.');
  }

  /** After the last attempt; the next request for the profile adds a new job. */
  async giveUp(tx: Tx, uploadId: string): Promise<void> {
    await this.profiles.unmarkRequested(tx, uploadId);
  }

  /**
   * The profile of a completed upload. A missing one is computed at once when the upload is small, and by a job when it is big.
   * @returns null while a job computes it.
   */
  async get(upload: CsvUpload): Promise<ColumnProfile[] | null> {
    const known = await this.profiles.find(upload.id);
    if (known) return known;
    if (!isOwnTable(upload.rows_table)) return this.computeQueued(upload);
    if (known === undefined) await this.request(upload.id);
    return null;
  }

  /** Concurrent requests share the result, so it does not stop when one client disconnects. */
  private computeQueued(upload: CsvUpload): Promise<ColumnProfile[]> {
    const timeoutMs = this.config.ROWS_QUERY_TIMEOUT_MS;
    return this.scans.run(upload.user_id, Deadline.in(timeoutMs), async () => {
      const columns = await this.profiler.profile(upload, AbortSignal.timeout(timeoutMs));
      await this.transactions.run((tx) => this.profiles.save(tx, upload, columns));
      return columns;
    });
  }

  private async request(uploadId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (await this.profiles.markRequested(tx, uploadId))
        await this.jobs.add(tx, 'csv.profile', { upload_id: uploadId });
    });
  }
}

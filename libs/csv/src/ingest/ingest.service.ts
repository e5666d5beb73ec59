import { CONFIG, type Config } from '@app/config';
import { isDiskFull, Transactions, type Tx } from '@app/database';
import { type JobContext } from '@app/jobs/worker';
import { metrics } from '@app/metrics';
import { StorageFull } from '@app/problems';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { CsvUpload, UploadStage } from '../uploads/upload.entity.js';
import { UploadEffects } from '../uploads/upload-effects.js';
import { UploadRoom } from '../uploads/upload-room.js';
import { isOwnTable } from '../uploads/upload-tables.js';
import { IngestRepository } from './ingest.repository.js';
import { failureOf, LeaseLost, UnreadableFile } from './ingest-failures.js';
import { IngestLoader } from './ingest-loader.js';
import { IngestMails } from './ingest-mails.js';
import { IngestPlanner, type PlannedIngest } from './ingest-planner.js';
import { loadResult } from './load-result.js';

/** What PostgreSQL stores for a row of csv_rows beside its cells: 44 bytes in the table and some 20 in the key. */
const SHARED_ROW_BYTES = 64;

/** Turns an uploaded file into rows: either each of its records is stored once, or the upload fails with a reason. */
@Injectable()
export class IngestService {
  private readonly log = new Logger(IngestService.name);

  constructor(
    private readonly ingests: IngestRepository,
    private readonly planner: IngestPlanner,
    private readonly loader: IngestLoader,
    private readonly mails: IngestMails,
    private readonly transactions: Transactions,
    private readonly effects: UploadEffects,
    private readonly room: UploadRoom,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Claims an upload, continues from its last committed batch, and ends it as completed or failed. Does nothing if the upload has already
   * ended, was deleted, or is claimed by another worker meanwhile.
   * @throws errors that may not occur in another attempt, and the reason of `signal`
   */
  async ingest(uploadId: string, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const upload = await this.ingests.claim(uploadId);
    if (!upload) return;
    this.log.log({ upload_id: uploadId, bytes: upload.size_bytes }, 'Ingest started');
    try {
      await this.effects.invalidateCache(upload);
      const planned = await this.planner.plan(upload);
      await this.prepareTable(upload, planned);
      await this.enterStage(upload, 'loading');
      await this.loader.load(upload, planned, signal);
      await this.finishTable(upload);
      await this.complete(upload, planned);
    } catch (error) {
      if (error instanceof LeaseLost)
        this.log.log(
          { upload_id: uploadId },
          'Ingest stopped: the upload was claimed by another worker, cancelled or deleted',
        );
      else await this.fail(upload, failureFor(error));
    }
  }

  /** Fails an upload after the last attempt, in the transaction that marks its job dead. */
  async giveUp(tx: Tx, uploadId: string): Promise<void> {
    const upload = await this.ingests.claimIn(tx.manager, uploadId);
    if (upload) await this.failIn(tx, upload, new UnreadableFile('internal_error'));
  }

  /** Only before the first batch: rows that are already stored would stay behind in the shared table. */
  private async prepareTable(upload: CsvUpload, { from, lines }: PlannedIngest): Promise<void> {
    if (from.batch > 0 || isOwnTable(upload.rows_table)) return;
    // Many short lines take as much room as a big file, which only the drop of a table gives back.
    const { OWN_TABLE_BYTES: most } = this.config;
    if (upload.size_bytes > most || lines * SHARED_ROW_BYTES > most) await this.ingests.createOwnTable(upload);
  }

  private async finishTable(upload: CsvUpload): Promise<void> {
    if (!isOwnTable(upload.rows_table)) return;
    await this.enterStage(upload, 'analyzing');
    await this.room.requireForKey(await this.ingests.countRows(upload.id), upload.size_bytes);
    await this.ingests.addKey(upload);
    await this.ingests.analyze(upload);
  }

  private async complete(upload: CsvUpload, { plan }: PlannedIngest): Promise<void> {
    await this.transactions.run(async (tx) => {
      const totals = await this.ingests.totals(tx.manager, upload);
      const completed = await this.ingests.complete(tx, upload, {
        ...loadResult(plan, totals, upload.options),
        has_escapes: totals.hasEscapes,
        processed_rows: totals.rows,
        rejected_rows: totals.rejects,
        bytes_done: upload.size_bytes,
      });
      const firstRows = await this.ingests.firstRows(tx.manager, upload);
      await this.mails.completed(tx, completed, totals.rejectsByCode, firstRows);
      this.effects.invalidateCacheAfterCommit(tx, upload);
      tx.afterCommit(() => this.tellCompleted(completed));
    });
  }

  private async fail(upload: CsvUpload, reason: UnreadableFile): Promise<void> {
    try {
      await this.transactions.run((tx) => this.failIn(tx, upload, reason));
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
    }
  }

  private async failIn(tx: Tx, upload: CsvUpload, reason: UnreadableFile): Promise<void> {
    const failure = failureOf(reason.code, reason.facts);
    const { rejects, bytes } = await this.ingests.partialTotals(tx.manager, upload.id);
    const failed = await this.ingests.fail(tx, upload, {
      errors: [failure, ...upload.errors],
      processed_rows: 0,
      rejected_rows: rejects,
      bytes_done: bytes,
    });
    await this.mails.failed(tx, failed, failure);
    await this.effects.enqueuePurge(tx, upload);
    this.effects.invalidateCacheAfterCommit(tx, upload);
    tx.afterCommit(() => this.tellFailed(failed, failure.code));
  }

  private tellCompleted(upload: CsvUpload): void {
    const facts = outcomeOf(upload);
    metrics.uploads.inc({ outcome: 'completed' });
    metrics.ingestedRows.inc(facts.rows);
    metrics.ingestedBytes.inc(facts.bytes);
    metrics.rejects.inc(facts.rejects);
    metrics.ingestSeconds.observe({ outcome: 'completed' }, facts.seconds ?? 0);
    this.log.log(facts, 'Ingest completed');
  }

  private tellFailed(upload: CsvUpload, code: string): void {
    const facts = outcomeOf(upload);
    metrics.uploads.inc({ outcome: 'failed' });
    metrics.rejects.inc(facts.rejects);
    metrics.ingestSeconds.observe({ outcome: 'failed' }, facts.seconds ?? 0);
    this.log.warn({ ...facts, code }, 'Ingest failed');
  }

  private async enterStage(upload: CsvUpload, stage: UploadStage): Promise<void> {
    await this.ingests.enterStage(upload, stage);
    await this.effects.invalidateCache(upload);
  }
}

/** What the log tells of an upload that has ended. */
const outcomeOf = ({ id, size_bytes, processed_rows, rejected_rows, started_at, completed_at }: CsvUpload) => ({
  upload_id: id,
  bytes: size_bytes,
  rows: processed_rows,
  rejects: rejected_rows,
  seconds: started_at && completed_at && (completed_at.getTime() - started_at.getTime()) / 1000,
});

/** Why the upload fails for good. @throws an error after which another attempt may succeed */
function failureFor(error: unknown): UnreadableFile {
  if (error instanceof UnreadableFile) return error;
  if (error instanceof StorageFull || isDiskFull(error)) return new UnreadableFile('storage_full');
  throw error;
}

import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { columnTypeOf } from '@app/csv-format';
import { Transactions, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { type JobContext } from '@app/jobs/worker';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import { uploadTags } from '../uploads/upload-tags.js';
import { SHARED_ROWS_TABLE } from '../uploads/uploads.repository.js';
import { IngestRepository, type LoadTotals } from './ingest.repository.js';
import { failureOf, LeaseLost, UnreadableFile } from './ingest-failures.js';
import { IngestLoader } from './ingest-loader.js';
import { IngestMails } from './ingest-mails.js';
import { IngestPlanner, type PlannedIngest } from './ingest-planner.js';
import { TOLERATED_REJECTS, TOLERATED_SHARE } from './limits.js';

/** Turns an uploaded file into rows: all of them, once, or none and the reason. */
@Injectable()
export class IngestService {
  private readonly log = new Logger(IngestService.name);

  constructor(
    private readonly ingests: IngestRepository,
    private readonly planner: IngestPlanner,
    private readonly loader: IngestLoader,
    private readonly mails: IngestMails,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly cache: TagCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Takes an upload up where it stands, and ends it completed or failed. Does nothing to one that is settled, gone, or taken
   * by somebody else meanwhile; what is thrown is worth another attempt, which goes on from the last committed batch.
   */
  async ingest(uploadId: string, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const upload = await this.ingests.claim(uploadId);
    if (!upload) return;
    try {
      await this.forgetCached(upload);
      const planned = await this.planner.plan(upload);
      await this.prepareTable(upload);
      await this.enterStage(upload, 'loading');
      await this.loader.load(upload, planned, signal);
      await this.tidyTable(upload);
      await this.finish(upload, planned);
    } catch (error) {
      if (error instanceof LeaseLost) this.log.log({ upload_id: uploadId }, 'An upload was taken away from its ingest');
      else if (error instanceof UnreadableFile) await this.fail(upload, error);
      else throw error;
    }
  }

  /** The last attempt is over: tells the owner, in the transaction that buries the job. */
  async giveUp(tx: Tx, uploadId: string): Promise<void> {
    const upload = await this.ingests.claimIn(tx.manager, uploadId);
    if (upload) await this.failIn(tx, upload, new UnreadableFile('internal_error'));
  }

  private async prepareTable(upload: CsvUpload): Promise<void> {
    if (upload.size_bytes <= this.config.OWN_TABLE_BYTES || upload.rows_table !== SHARED_ROWS_TABLE) return;
    await this.ingests.createOwnTable(upload);
  }

  private async tidyTable(upload: CsvUpload): Promise<void> {
    if (upload.rows_table === SHARED_ROWS_TABLE) return;
    await this.enterStage(upload, 'analyzing');
    await this.ingests.analyze(upload);
  }

  private async finish(upload: CsvUpload, { plan }: PlannedIngest): Promise<void> {
    await this.transactions.run(async (tx) => {
      const totals = await this.ingests.totals(tx.manager, upload.id);
      requireTolerable(upload, totals);
      const columns = plan.columns.map((column, i) => ({ ...column, type: columnTypeOf(totals.types[i] ?? 0) }));
      const completed = await this.ingests.complete(tx, upload, {
        columns,
        errors: [...plan.warnings, ...shortRecords(totals)],
        processed_rows: totals.rows,
        rejected_rows: totals.rejects,
        bytes_done: upload.size_bytes,
      });
      await this.mails.completed(tx, completed, totals.rejectsByCode);
      await this.jobs.add(tx, 'csv.profile', { upload_id: upload.id });
      this.forgetCachedAfter(tx, upload);
    });
  }

  private async fail(upload: CsvUpload, failure: UnreadableFile): Promise<void> {
    try {
      await this.transactions.run((tx) => this.failIn(tx, upload, failure));
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
    }
  }

  private async failIn(tx: Tx, upload: CsvUpload, failure: UnreadableFile): Promise<void> {
    const told = failureOf(failure.code, failure.facts);
    const { rejects, bytes } = await this.ingests.kept(tx.manager, upload.id);
    const failed = await this.ingests.fail(tx, upload, {
      errors: [told, ...upload.errors],
      processed_rows: 0,
      rejected_rows: rejects,
      bytes_done: bytes,
    });
    await this.mails.failed(tx, failed, told);
    await this.jobs.add(tx, 'csv.purge', { upload_id: upload.id, rows_table: upload.rows_table, storage_key: null });
    this.forgetCachedAfter(tx, upload);
  }

  private async enterStage(upload: CsvUpload, stage: string): Promise<void> {
    await this.ingests.enterStage(upload, stage);
    await this.forgetCached(upload);
  }

  private async forgetCached(upload: CsvUpload): Promise<void> {
    await this.cache.invalidate(tagsOf(upload));
  }

  private forgetCachedAfter(tx: Tx, upload: CsvUpload): void {
    this.cache.invalidateAfterCommit(tx, tagsOf(upload));
  }
}

const tagsOf = (upload: CsvUpload) => [uploadTags.one(upload.id), uploadTags.listOf(upload.user_id)];

/** Where the owner has not said how many rejects are too many. @throws UnreadableFile */
function requireTolerable({ options }: CsvUpload, { rows, rejects }: LoadTotals): void {
  if (options.max_rejects !== undefined || rejects <= TOLERATED_REJECTS) return;
  if (rejects > (rows + rejects) * TOLERATED_SHARE) throw new UnreadableFile('too_many_rejects', { rejects });
}

const shortRecords = ({ shortRecords: count }: LoadTotals) =>
  count === 0
    ? []
    : [
        {
          code: 'short_records',
          message: `${count} records had fewer cells than there are columns; what is missing is null.`,
          count,
        },
      ];

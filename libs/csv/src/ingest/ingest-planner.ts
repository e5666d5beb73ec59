import { SAMPLE_BYTES } from '@app/csv-format';
import { Transactions } from '@app/database';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import type { Checkpoint } from './batches/batch.js';
import { type IngestPlan, IngestRepository } from './ingest.repository.js';
import { UnreadableFile } from './ingest-failures.js';
import { TablePlanner } from './table-planner.js';

const LF = 0x0a;
const CR = 0x0d;

export interface PlannedIngest {
  plan: IngestPlan;
  /** Where the load begins. */
  from: Checkpoint;
  /** Where it ends, as a byte of the file: in front of the footer, or at the end. */
  end: number;
  /** How many lines the file has, judged by its first MiB; 0 for a load that continues. */
  lines: number;
}

/** Detects the dialect and the columns of a file once. A worker that takes the upload over continues with the same plan. */
@Injectable()
export class IngestPlanner {
  private readonly tables: TablePlanner;

  constructor(
    private readonly ingests: IngestRepository,
    private readonly transactions: Transactions,
    private readonly store: FileStore,
  ) {
    this.tables = new TablePlanner(store);
  }

  /** @throws UnreadableFile, LeaseLost */
  async plan(upload: CsvUpload): Promise<PlannedIngest> {
    await this.requireWholeFile(upload);
    const checkpoint = await this.ingests.findCheckpoint(upload.id);
    await this.ingests.discardBehind(upload, checkpoint);
    if (checkpoint && upload.dialect) {
      const { dialect, columns, errors: warnings, preamble, footer } = upload;
      const plan = { dialect, columns, warnings, preamble, footer };
      const lines = checkpoint.batch > 0 ? 0 : estimatedLines(await this.tables.sample(upload), upload.size_bytes);
      return { plan, from: checkpoint, end: footer?.byte_offset ?? upload.size_bytes, lines };
    }
    await this.ingests.enterStage(upload, 'detecting');
    const { plan, position, comments, sample } = await this.tables.plan(upload);
    const from: Checkpoint = { ...position, batch: 0, record: 0, row: 0 };
    await this.transactions.run(({ manager }) => this.ingests.savePlan(manager, upload, plan, from, comments));
    const lines = estimatedLines(sample, upload.size_bytes);
    return { plan, from, end: plan.footer?.byte_offset ?? upload.size_bytes, lines };
  }

  private async requireWholeFile(upload: CsvUpload): Promise<void> {
    const size = await this.store.size(upload.storage_key);
    if (size === null) throw new UnreadableFile('file_missing');
    if (size !== upload.size_bytes) throw new UnreadableFile('file_changed');
  }
}

/** @param sample the first MiB of the file, as UTF-8 */
function estimatedLines(sample: Buffer, sizeBytes: number): number {
  const lines = countOf(LF, sample) || countOf(CR, sample);
  return Math.ceil((lines / Math.min(sizeBytes, SAMPLE_BYTES)) * sizeBytes);
}

function countOf(byte: number, text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(byte); at !== -1; at = text.indexOf(byte, at + 1)) count += 1;
  return count;
}

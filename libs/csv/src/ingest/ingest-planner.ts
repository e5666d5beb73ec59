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
      return { plan, from: checkpoint, end: footer?.byte_offset ?? upload.size_bytes };
    }
    await this.ingests.enterStage(upload, 'detecting');
    const { plan, position, comments } = await this.tables.plan(upload);
    const from: Checkpoint = { ...position, batch: 0, record: 0, row: 0 };
    await this.transactions.run(({ manager }) => this.ingests.savePlan(manager, upload, plan, from, comments));
    return { plan, from, end: plan.footer?.byte_offset ?? upload.size_bytes };
  }

  /** How many lines a file has, judged by its first MiB. */
  async estimateLines({ storage_key, size_bytes }: Pick<CsvUpload, 'storage_key' | 'size_bytes'>): Promise<number> {
    const lines = { LF: 0, CR: 0 };
    let bytes = 0;
    for await (const chunk of this.store.createReadStream(storage_key, { end: SAMPLE_BYTES - 1 })) {
      lines.LF += countOf(LF, chunk);
      lines.CR += countOf(CR, chunk);
      bytes += chunk.length;
    }
    return bytes === 0 ? 0 : Math.ceil(((lines.LF || lines.CR) / bytes) * size_bytes);
  }

  private async requireWholeFile(upload: CsvUpload): Promise<void> {
    const size = await this.store.size(upload.storage_key);
    if (size === null) throw new UnreadableFile('file_missing');
    if (size !== upload.size_bytes) throw new UnreadableFile('file_changed');
  }
}

function countOf(byte: number, chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(byte); at !== -1; at = chunk.indexOf(byte, at + 1)) count += 1;
  return count;
}

import type { CsvColumn } from '@app/csv-format';
import {
  createTranscoder,
  detectDialect,
  encodingWarnings,
  headerKeys,
  NoHeader,
  readTableStart,
  SAMPLE_BYTES,
  type TableStart,
  UnreadableHeader,
  withEncoding,
} from '@app/csv-format';
import { Transactions } from '@app/database';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import type { Checkpoint } from './batches/batch.js';
import { type IngestPlan, IngestRepository } from './ingest.repository.js';
import { MAX_COLUMNS, MAX_HEADER_BYTES, UnreadableFile } from './ingest-failures.js';

export interface PlannedIngest {
  plan: IngestPlan;
  /** Where the load begins. */
  from: Checkpoint;
}

/** Detects the dialect and the columns of a file once. A worker that takes the upload over continues with the same plan. */
@Injectable()
export class IngestPlanner {
  constructor(
    private readonly ingests: IngestRepository,
    private readonly transactions: Transactions,
    private readonly store: FileStore,
  ) {}

  /** @throws UnreadableFile, LeaseLost */
  async plan(upload: CsvUpload): Promise<PlannedIngest> {
    await this.requireWholeFile(upload);
    const checkpoint = await this.ingests.findCheckpoint(upload.id);
    await this.ingests.discardBehind(upload, checkpoint);
    if (checkpoint && upload.dialect) {
      const { dialect, columns, errors: warnings } = upload;
      return { plan: { dialect, columns, warnings }, from: checkpoint };
    }
    await this.ingests.enterStage(upload, 'detecting');
    const { plan, position } = await this.detect(upload);
    const from: Checkpoint = { ...position, batch: 0, record: 0, row: 0 };
    await this.transactions.run(({ manager }) => this.ingests.savePlan(manager, upload, plan, from));
    return { plan, from };
  }

  private async requireWholeFile(upload: CsvUpload): Promise<void> {
    const size = await this.store.size(upload.storage_key);
    if (size === null) throw new UnreadableFile('file_missing');
    if (size !== upload.size_bytes) throw new UnreadableFile('file_changed');
  }

  private async detect(upload: CsvUpload): Promise<{ plan: IngestPlan; position: TableStart['position'] }> {
    const encoding = upload.options.encoding ?? upload.encoding.encoding;
    const certainty = upload.options.encoding ? 1 : upload.encoding.confidence;
    const sample = await this.sample(upload, encoding);
    const verdict = detectDialect(sample, upload.options, upload.size_bytes <= SAMPLE_BYTES);
    const dialect = withEncoding(verdict, encoding, certainty);
    const warnings = [...encodingWarnings(sample, encoding, certainty), ...verdict.warnings];
    const start = await this.tableStart(
      upload,
      verdict.hasLiteralHeader ? { ...dialect, quote: '', escape: '' } : dialect,
    );
    // Detection knows what the reader does not: names that belong to other columns, or that another delimiter separates.
    const columns = columnsOf(start.header && (verdict.header ?? start.header), verdict.width);
    return {
      plan: { dialect, columns, warnings: warnings.map((warning) => ({ ...warning })) },
      position: start.position,
    };
  }

  private async sample(upload: CsvUpload, encoding: string): Promise<Buffer> {
    const transcoder = createTranscoder(encoding);
    const parts: Buffer[] = [];
    for await (const chunk of this.store.createReadStream(upload.storage_key, { end: SAMPLE_BYTES - 1 })) {
      parts.push(transcoder.write(chunk));
    }
    if (upload.size_bytes <= SAMPLE_BYTES) parts.push(transcoder.end());
    return Buffer.concat(parts);
  }

  private async tableStart(upload: CsvUpload, dialect: IngestPlan['dialect']): Promise<TableStart> {
    const file = this.store.createReadStream(upload.storage_key);
    try {
      return await readTableStart(file, dialect);
    } catch (error) {
      if (error instanceof NoHeader)
        throw new UnreadableFile(dialect.preamble_lines > 0 ? 'csv_no_columns' : 'csv_empty');
      // A header of tens of thousands of columns may exceed the length of a record, but its fault is the number of columns.
      if (error instanceof UnreadableHeader && error.raw.split(dialect.delimiter).length > MAX_COLUMNS)
        throw new UnreadableFile('too_many_columns');
      if (error instanceof UnreadableHeader) throw new UnreadableFile('header_unreadable');
      throw error;
    } finally {
      file.destroy();
    }
  }
}

/** @throws UnreadableFile */
function columnsOf(header: string[] | null, width: number): CsvColumn[] {
  const count = header?.length ?? width;
  if (count > MAX_COLUMNS) throw new UnreadableFile('too_many_columns', { columns: count });
  if (count === 0) throw new UnreadableFile('csv_no_columns');
  if (header?.some((name) => Buffer.byteLength(name) > MAX_HEADER_BYTES)) throw new UnreadableFile('header_too_long');
  const keys = headerKeys(header ?? new Array<string>(count).fill(''));
  return keys.map(({ key, name, position }) => ({ key, name: header ? name : key, type: 'text' as const, position }));
}

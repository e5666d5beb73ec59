import type { CsvColumn, Dialect, Warning } from '@app/csv-format';
import {
  createTranscoder,
  detectDialect,
  encodingWarnings,
  findFooter,
  grammarOf,
  headerKeys,
  lineStartIn,
  NoHeader,
  readTableStart,
  SAMPLE_BYTES,
  shownLines,
  TAIL_BYTES,
  type TableStart,
  UnreadableHeader,
  withEncoding,
} from '@app/csv-format';
import { Transactions } from '@app/database';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import type { CsvUpload, FileFooter } from '../uploads/upload.entity.js';
import type { Checkpoint } from './batches/batch.js';
import { type IngestPlan, IngestRepository } from './ingest.repository.js';
import { MAX_COLUMNS, MAX_HEADER_BYTES, UnreadableFile } from './ingest-failures.js';

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
      const { dialect, columns, errors: warnings, preamble, footer } = upload;
      const plan = { dialect, columns, warnings, preamble, footer };
      return { plan, from: checkpoint, end: footer?.byte_offset ?? upload.size_bytes };
    }
    await this.ingests.enterStage(upload, 'detecting');
    const { plan, position } = await this.detect(upload);
    const from: Checkpoint = { ...position, batch: 0, record: 0, row: 0 };
    await this.transactions.run(({ manager }) => this.ingests.savePlan(manager, upload, plan, from));
    return { plan, from, end: plan.footer?.byte_offset ?? upload.size_bytes };
  }

  private async requireWholeFile(upload: CsvUpload): Promise<void> {
    const size = await this.store.size(upload.storage_key);
    if (size === null) throw new UnreadableFile('file_missing');
    if (size !== upload.size_bytes) throw new UnreadableFile('file_changed');
  }

  private async detect(upload: CsvUpload): Promise<{ plan: IngestPlan; position: TableStart['position'] }> {
    const encoding = encodingOf(upload);
    const certainty = upload.options.encoding ? 1 : upload.encoding.confidence;
    const sample = await this.sample(upload, encoding);
    const verdict = detectDialect(sample, upload.options, upload.size_bytes <= SAMPLE_BYTES);
    const dialect = withEncoding(verdict, encoding, certainty);
    const warnings: Warning[] = [...encodingWarnings(sample, encoding, certainty), ...verdict.warnings];
    const start = await this.tableStart(
      upload,
      verdict.hasLiteralHeader ? { ...dialect, quote: '', escape: '' } : dialect,
    );
    // Detection knows what the reader does not: names that belong to other columns, or that another delimiter separates.
    const columns = columnsOf(start.header && (verdict.header ?? start.header), verdict.width);
    const preamble = shownLines(sample, dialect, dialect.preamble_lines);
    const footer = await this.footer(upload, dialect, verdict.width, start.position);
    return {
      plan: { dialect, columns, warnings: warnings.map((warning) => ({ ...warning })), preamble, footer },
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

  /** Only the end of the file is read for it. */
  private async footer(
    upload: CsvUpload,
    dialect: Dialect,
    width: number,
    start: TableStart['position'],
  ): Promise<FileFooter | null> {
    const { encoding } = dialect;
    // Characters of UTF-16 and UTF-32 begin at a multiple of 4 bytes, but for the low half of a pair, which is of no matter here.
    const from = Math.max(start.byte, Math.floor((upload.size_bytes - TAIL_BYTES) / 4) * 4);
    const parts: Buffer[] = [];
    for await (const chunk of this.store.createReadStream(upload.storage_key, { start: from })) parts.push(chunk);
    const source = Buffer.concat(parts);
    const transcoder = createTranscoder(encoding);
    const tail = Buffer.concat([transcoder.write(source), transcoder.end()]);
    const found = findFooter(tail, grammarOf(dialect), width, from > start.byte);
    if (!found) return null;
    return {
      byte_offset: from + lineStartIn(encoding, source, tail, tail.length - found.text.length),
      records: found.records,
      lines: shownLines(found.text, dialect).filter((line) => line !== ''),
    };
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

/** The declared or detected encoding. `utf-16` leaves the order of bytes to the mark, and little-endian is without one. */
function encodingOf({ options, encoding: found }: CsvUpload): string {
  if (options.encoding !== 'utf-16') return options.encoding ?? found.encoding;
  return found.bom && found.encoding === 'utf-16be' ? 'utf-16be' : 'utf-16le';
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

import type { CsvColumn, Dialect, DialectVerdict, Footer, LastRecords } from '@app/csv-format';
import {
  createTranscoder,
  detectDialect,
  encodingWarnings,
  findFooter,
  grammarOf,
  headerKeys,
  lastRecords,
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
import type { CsvUpload, FileFooter, UploadError } from '../uploads/upload.entity.js';
import type { UploadOptions } from '../uploads/upload-options.js';
import type { Checkpoint } from './batches/batch.js';
import { type IngestPlan, IngestRepository } from './ingest.repository.js';
import { MAX_COLUMNS, MAX_HEADER_BYTES, UnreadableFile } from './ingest-failures.js';
import { noteWarning } from './load-warnings.js';

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
    const { plan, position } = await this.tables.plan(upload);
    const from: Checkpoint = { ...position, batch: 0, record: 0, row: 0 };
    await this.transactions.run(({ manager }) => this.ingests.savePlan(manager, upload, plan, from));
    return { plan, from, end: plan.footer?.byte_offset ?? upload.size_bytes };
  }

  private async requireWholeFile(upload: CsvUpload): Promise<void> {
    const size = await this.store.size(upload.storage_key);
    if (size === null) throw new UnreadableFile('file_missing');
    if (size !== upload.size_bytes) throw new UnreadableFile('file_changed');
  }
}

/** A file whose table is to be found. */
export type PlannedFile = Pick<CsvUpload, 'options' | 'encoding' | 'size_bytes' | 'storage_key'>;

/** Finds the dialect, the columns and the ends of the table in a file. */
export class TablePlanner {
  constructor(private readonly store: Pick<FileStore, 'createReadStream'>) {}

  /** @throws UnreadableFile */
  async plan(upload: PlannedFile): Promise<{ plan: IngestPlan; position: TableStart['position'] }> {
    const { options } = upload;
    const encoding = encodingOf(upload);
    const certainty = options.encoding ? 1 : upload.encoding.confidence;
    const sample = await this.sample(upload, encoding);
    const verdict = detectDialect(sample, options, upload.size_bytes <= SAMPLE_BYTES);
    const dialect = withEncoding(verdict, encoding, certainty);
    const warnings: UploadError[] = [...encodingWarnings(sample, encoding, certainty), ...verdict.warnings].map(
      (warning) => ({ ...warning }),
    );
    const start = await this.tableStart(
      upload,
      verdict.hasLiteralHeader ? { ...dialect, quote: '', escape: '' } : dialect,
    );
    // Detection knows what the reader does not: names that belong to other columns, or that another delimiter separates.
    const header = start.header && (verdict.header ?? start.header);
    const columns = columnsOf(namesOf(options, header, verdict.width), verdict.width);
    const preamble = shownLines(sample, dialect, { count: dialect.preamble_lines });
    const footer = await this.footer(upload, dialect, verdict.width, start.position);
    return {
      plan: { dialect, columns, warnings: [...warnings, ...aboveRecords(start, sample, verdict)], preamble, footer },
      position: start.position,
    };
  }

  private async sample(upload: PlannedFile, encoding: string): Promise<Buffer> {
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
    upload: PlannedFile,
    dialect: Dialect,
    width: number,
    start: TableStart['position'],
  ): Promise<FileFooter | null> {
    const { skip_footer: skip } = upload.options;
    if (skip !== undefined) return skip === 0 ? null : this.skippedFooter(upload, dialect, start, skip);
    const { from, source, tail } = await this.tail(upload, dialect.encoding, start.byte, TAIL_BYTES);
    const found = findFooter(tail, grammarOf(dialect), width, from > start.byte);
    return found && { code: 'footer_lines', ...placeOf(found, { from, source, tail }, dialect) };
  }

  /** The records at the end that are skipped by an option. */
  private async skippedFooter(
    upload: PlannedFile,
    dialect: Dialect,
    start: TableStart['position'],
    count: number,
  ): Promise<FileFooter | null> {
    for (const bytes of [TAIL_BYTES, SAMPLE_BYTES, MOST_TAIL_BYTES]) {
      const end = await this.tail(upload, dialect.encoding, start.byte, bytes);
      const isCut = end.from > start.byte;
      const found = lastRecords(end.tail, grammarOf(dialect), count, isCut && bytes < MOST_TAIL_BYTES);
      if (found && found.records > 0) return { code: 'rows_skipped_by_option', ...placeOf(found, end, dialect) };
    }
    return null;
  }

  /** The last bytes of a file, and as UTF-8. @param first none before this one */
  private async tail(upload: PlannedFile, encoding: string, first: number, bytes: number): Promise<FileEnd> {
    // Characters of UTF-16 and UTF-32 begin at a multiple of 4 bytes, but for the low half of a pair, which is of no matter here.
    const from = Math.max(first, Math.floor((upload.size_bytes - bytes) / 4) * 4);
    const parts: Buffer[] = [];
    for await (const chunk of this.store.createReadStream(upload.storage_key, { start: from })) parts.push(chunk);
    const source = Buffer.concat(parts);
    const transcoder = createTranscoder(encoding);
    return { from, source, tail: Buffer.concat([transcoder.write(source), transcoder.end()]) };
  }

  private async tableStart(upload: PlannedFile, dialect: IngestPlan['dialect']): Promise<TableStart> {
    const file = this.store.createReadStream(upload.storage_key);
    try {
      return await readTableStart(file, dialect, upload.options.skip_after_header);
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
function encodingOf({ options, encoding: found }: PlannedFile): string {
  if (options.encoding !== 'utf-16') return options.encoding ?? found.encoding;
  return found.bom && found.encoding === 'utf-16be' ? 'utf-16be' : 'utf-16le';
}

/** 100 records of 160 KiB. */
const MOST_TAIL_BYTES = 16 * SAMPLE_BYTES;

/** The names of the columns: those that are declared, else those of the header. @throws UnreadableFile */
function namesOf({ names }: UploadOptions, header: string[] | null, width: number): string[] | null {
  const columns = header?.length ?? width;
  if (names && names.length !== columns) throw new UnreadableFile('names_do_not_fit', { names: names.length, columns });
  return names ?? header;
}

/** The end of a file: the byte where it begins, its bytes, and these as UTF-8. */
interface FileEnd {
  from: number;
  source: Buffer;
  tail: Buffer;
}

const placeOf = (found: Footer | LastRecords, { from, source, tail }: FileEnd, dialect: Dialect) => ({
  byte_offset: from + lineStartIn(dialect.encoding, source, tail, tail.length - found.text.length),
  records: found.records,
  lines: shownLines(found.text, dialect).filter((line) => line !== ''),
});

/** What was passed over or changed between the preamble and the first record. */
function aboveRecords(
  { skipped, comments, position }: TableStart,
  sample: Buffer,
  { dialect, hasLiteralHeader }: DialectVerdict,
): UploadError[] {
  const linesFrom = (line: number) => shownLines(sample, dialect, { from: line - 1, count: position.line - line + 1 });
  const warnings: UploadError[] = [];
  if (hasLiteralHeader) {
    warnings.push(noteWarning('literal_quotes', { count: 1, first_line: dialect.preamble_lines + 1 }));
  }
  if (comments) {
    const lines = linesFrom(comments.first_line).filter((line) => line.startsWith(dialect.comment));
    warnings.push(noteWarning('comment_lines', { ...comments, lines }));
  }
  if (skipped) {
    warnings.push({
      code: 'rows_skipped_by_option',
      message: `skip_after_header= leaves out ${skipped.count} records below the header.`,
      ...skipped,
      lines: linesFrom(skipped.first_line),
    });
  }
  return warnings;
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

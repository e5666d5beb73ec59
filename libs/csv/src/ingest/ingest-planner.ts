import type { CsvColumn, Dialect } from '@app/csv-format';
import {
  createTranscoder,
  detectDialect,
  encodingWarnings,
  findFooter,
  grammarOf,
  headerKeys,
  lastRecords,
  NoHeader,
  readTableStart,
  SAMPLE_BYTES,
  sourceLengthIn,
  TAIL_BYTES,
  type TableStart,
  UnreadableHeader,
  withEncoding,
} from '@app/csv-format';
import { Transactions } from '@app/database';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import type { CsvUpload, UploadError } from '../uploads/upload.entity.js';
import type { UploadOptions } from '../uploads/upload-options.js';
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
      const { dialect, columns, errors: warnings } = upload;
      return { plan: { dialect, columns, warnings }, from: checkpoint, end: endOf(upload, warnings) };
    }
    await this.ingests.enterStage(upload, 'detecting');
    const { plan, position } = await this.tables.plan(upload);
    const from: Checkpoint = { ...position, batch: 0, record: 0, row: 0 };
    await this.transactions.run(({ manager }) => this.ingests.savePlan(manager, upload, plan, from));
    return { plan, from, end: endOf(upload, plan.warnings) };
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
    const encoding = options.encoding ?? upload.encoding.encoding;
    const certainty = options.encoding ? 1 : upload.encoding.confidence;
    const sample = await this.sample(upload, encoding);
    const verdict = detectDialect(sample, options, upload.size_bytes <= SAMPLE_BYTES);
    const dialect = withEncoding(verdict, encoding, certainty);
    const warnings = [...encodingWarnings(sample, encoding, certainty), ...verdict.warnings];
    const start = await this.tableStart(
      upload,
      verdict.hasLiteralHeader ? { ...dialect, quote: '', escape: '' } : dialect,
    );
    // Detection knows what the reader does not: names that belong to other columns, or that another delimiter separates.
    const header = start.header && (verdict.header ?? start.header);
    const columns = columnsOf(namesOf(options, header, verdict.width), verdict.width);
    const footer = await this.footer(upload, dialect, verdict.width, start.position);
    return {
      plan: {
        dialect,
        columns,
        warnings: [...warnings.map((warning) => ({ ...warning })), ...skippedWarning(start), ...footer],
      },
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

  /**
   * The footer of the file as a warning that says where it begins. Only the end of the file is read for it. East Asian text that does not
   * decode has no exact offsets, so it keeps its footer as records.
   */
  private async footer(
    upload: PlannedFile,
    dialect: Dialect,
    width: number,
    start: TableStart['position'],
  ): Promise<UploadError[]> {
    const { skip_footer: skip } = upload.options;
    if (skip !== undefined) return skip === 0 ? [] : this.skippedFooter(upload, dialect, start, skip);
    const { encoding } = dialect;
    const { from, tail } = await this.tail(upload, encoding, start.byte, TAIL_BYTES);
    const found = findFooter(tail, grammarOf(dialect), width, from > start.byte);
    if (!found || (encoding !== 'utf-8' && found.text.includes(0xff))) return [];
    const offset = upload.size_bytes - sourceLengthIn(encoding)(found.text, 0, found.text.length);
    return [
      {
        code: 'footer_lines',
        message: `The last ${found.lines} lines stand behind a blank line and have another width than the records. They are a footer, and no rows.`,
        count: found.lines,
        // Lines are only counted where the tail is all that is below the header.
        ...(from === start.byte && { first_line: start.line + found.linesBefore + 1 }),
        byte_offset: offset,
      },
    ];
  }

  /** The records at the end that are skipped by an option, as a warning that says where they begin. */
  private async skippedFooter(
    upload: PlannedFile,
    dialect: Dialect,
    start: TableStart['position'],
    count: number,
  ): Promise<UploadError[]> {
    for (const bytes of [TAIL_BYTES, SAMPLE_BYTES, MOST_TAIL_BYTES]) {
      const { from, tail } = await this.tail(upload, dialect.encoding, start.byte, bytes);
      const isCut = from > start.byte;
      const found = lastRecords(tail, grammarOf(dialect), count, isCut && bytes < MOST_TAIL_BYTES);
      if (!found || found.records === 0) continue;
      const offset = upload.size_bytes - sourceLengthIn(dialect.encoding)(found.text, 0, found.text.length);
      return [
        {
          code: 'rows_skipped_by_option',
          message: `skip_footer= leaves out the last ${found.records} records of the file.`,
          count: found.records,
          byte_offset: offset,
        },
      ];
    }
    return [];
  }

  /** The last bytes of a file as UTF-8. @param first none before this one @returns also the byte where they begin */
  private async tail(upload: PlannedFile, encoding: string, first: number, bytes: number) {
    // Characters of UTF-16 and UTF-32 begin at a multiple of 4 bytes, but for the low half of a pair, which is of no matter here.
    const from = Math.max(first, Math.floor((upload.size_bytes - bytes) / 4) * 4);
    const transcoder = createTranscoder(encoding);
    const parts: Buffer[] = [];
    for await (const chunk of this.store.createReadStream(upload.storage_key, { start: from })) {
      parts.push(transcoder.write(chunk));
    }
    return { from, tail: Buffer.concat([...parts, transcoder.end()]) };
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

function endOf(upload: CsvUpload, warnings: readonly UploadError[]): number {
  const offset = warnings.find(({ byte_offset }) => byte_offset !== undefined)?.byte_offset;
  return typeof offset === 'number' ? offset : upload.size_bytes;
}

/** 100 records of 160 KiB. */
const MOST_TAIL_BYTES = 16 * SAMPLE_BYTES;

/** The names of the columns: those that are declared, else those of the header. @throws UnreadableFile */
function namesOf({ names }: UploadOptions, header: string[] | null, width: number): string[] | null {
  const columns = header?.length ?? width;
  if (names && names.length !== columns) throw new UnreadableFile('names_do_not_fit', { names: names.length, columns });
  return names ?? header;
}

const skippedWarning = ({ skipped }: TableStart): UploadError[] =>
  skipped
    ? [
        {
          code: 'rows_skipped_by_option',
          message: `skip_after_header= leaves out ${skipped.count} records below the header.`,
          ...skipped,
        },
      ]
    : [];

/** @throws UnreadableFile */
function columnsOf(header: string[] | null, width: number): CsvColumn[] {
  const count = header?.length ?? width;
  if (count > MAX_COLUMNS) throw new UnreadableFile('too_many_columns', { columns: count });
  if (count === 0) throw new UnreadableFile('csv_no_columns');
  if (header?.some((name) => Buffer.byteLength(name) > MAX_HEADER_BYTES)) throw new UnreadableFile('header_too_long');
  const keys = headerKeys(header ?? new Array<string>(count).fill(''));
  return keys.map(({ key, name, position }) => ({
    key,
    name: header ? name : key,
    type: 'text' as const,
    position,
    ...UNTOLD,
  }));
}

/** Of a column whose values are not read yet. */
const UNTOLD = { format: null, null_values: [], would_be: null };

import type { CountedLines, CsvColumn, Dialect, Footer, Warning } from '@app/csv-format';
import {
  createTranscoder,
  detectDialect,
  encodingWarnings,
  findFooter,
  grammarOf,
  headerKeys,
  lastRecords,
  MULTI_BYTE,
  NoHeader,
  readTableStart,
  SAMPLE_BYTES,
  shownLines,
  sourceLengthIn,
  TAIL_BYTES,
  type TableStart,
  UnreadableHeader,
  withEncoding,
} from '@app/csv-format';
import type { FileStore } from '@app/storage';
import type { CsvUpload, FileFooter, UploadError } from '../uploads/upload.entity.js';
import type { UploadOptions } from '../uploads/upload-options.js';
import type { IngestPlan } from './ingest.repository.js';
import { MAX_COLUMNS, MAX_HEADER_BYTES, UnreadableFile } from './ingest-failures.js';

/** A file whose table is to be found. */
export type PlannedFile = Pick<CsvUpload, 'options' | 'encoding' | 'size_bytes' | 'storage_key'>;

export interface PlannedTable {
  plan: IngestPlan;
  /** Where the records begin. */
  position: TableStart['position'];
  /** The comments before them. */
  comments: CountedLines | null;
}

/** Finds the dialect, the columns and the ends of the table in a file. */
export class TablePlanner {
  constructor(private readonly store: Pick<FileStore, 'createReadStream'>) {}

  /** @throws UnreadableFile */
  async plan(upload: PlannedFile): Promise<PlannedTable> {
    const { options } = upload;
    const encoding = encodingOf(upload);
    const certainty = options.encoding ? 1 : upload.encoding.confidence;
    const sample = await this.sample(upload, encoding);
    const verdict = detectDialect(sample, options, upload.size_bytes <= SAMPLE_BYTES);
    const dialect = withEncoding(verdict, encoding, certainty);
    const warnings: Warning[] = [...encodingWarnings(sample, encoding, certainty), ...verdict.warnings];
    const start = await this.tableStart(
      upload,
      verdict.hasLiteralHeader ? { ...dialect, quote: '', escape: '' } : dialect,
    );
    // Detection knows what the reader does not: names that belong to other columns, or that another delimiter separates.
    const header = start.header && (verdict.header ?? start.header);
    const columns = columnsOf(namesOf(options, header, verdict.width), verdict.width);
    const preamble = shownLines(sample, dialect, dialect.preamble_lines);
    const footer = await this.footer(upload, dialect, verdict.width, start.position);
    const errors = [...warnings.map((warning) => ({ ...warning })), ...skippedWarning(start)];
    return {
      plan: { dialect, columns, warnings: errors, preamble, footer },
      comments: start.comments,
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
   * Only the end of the file is read for it. East Asian text that does not decode has no exact offsets, so it keeps its footer as records.
   */
  private async footer(
    upload: PlannedFile,
    dialect: Dialect,
    width: number,
    start: TableStart['position'],
  ): Promise<FileFooter | null> {
    const { skip_footer: skip } = upload.options;
    if (skip !== undefined) return skip === 0 ? null : this.skippedFooter(upload, dialect, start, skip);
    const { encoding } = dialect;
    const { from, tail } = await this.tail(upload, encoding, start.byte, TAIL_BYTES);
    const found = findFooter(tail, grammarOf(dialect), width, from > start.byte);
    if (!found || (MULTI_BYTE.has(encoding) && found.text.includes(0xff))) return null;
    return footerOf(found, upload, dialect);
  }

  /** The records at the end that `skip_footer` leaves out. */
  private async skippedFooter(
    upload: PlannedFile,
    dialect: Dialect,
    start: TableStart['position'],
    count: number,
  ): Promise<FileFooter | null> {
    for (const bytes of [TAIL_BYTES, SAMPLE_BYTES, MOST_TAIL_BYTES]) {
      const { from, tail } = await this.tail(upload, dialect.encoding, start.byte, bytes);
      const mayGrow = from > start.byte && bytes < MOST_TAIL_BYTES;
      const found = lastRecords(tail, grammarOf(dialect), count, from > start.byte, mayGrow);
      if (found) return found.records === 0 ? null : { ...footerOf(found, upload, dialect), by_option: true };
    }
    return null;
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

/** The declared or detected encoding. `utf-16` leaves the order of bytes to the mark, and little-endian is without one. */
function encodingOf({ options, encoding: found }: PlannedFile): string {
  if (options.encoding !== 'utf-16') return options.encoding ?? found.encoding;
  return found.bom && found.encoding === 'utf-16be' ? 'utf-16be' : 'utf-16le';
}

const footerOf = ({ text, records }: Footer, upload: PlannedFile, dialect: Dialect): FileFooter => ({
  byte_offset: upload.size_bytes - sourceLengthIn(dialect.encoding)(text, 0, text.length),
  records,
  lines: shownLines(text, dialect).filter((line) => line !== ''),
});

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

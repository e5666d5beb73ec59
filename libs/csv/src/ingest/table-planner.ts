import type { CountedLines, CsvColumn, Dialect, DialectVerdict, Footer, Warning } from '@app/csv-format';
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
import type { FileStore } from '@app/storage';
import { haveLongNames, haveLongNullValues } from '../uploads/column-limits.js';
import type { CsvUpload, FileFooter, UploadError } from '../uploads/upload.entity.js';
import type { UploadOptions } from '../uploads/upload-options.js';
import type { IngestPlan } from './ingest.repository.js';
import { MAX_COLUMNS, MAX_HEADER_BYTES, UnreadableFile } from './ingest-failures.js';
import { noteWarning } from './load-warnings.js';

/** A file whose table is to be found. */
export interface PlannedFile extends Pick<CsvUpload, 'options' | 'encoding' | 'size_bytes' | 'storage_key'> {
  /** The file is only a beginning, up to a line break; no footer is looked for. */
  isPart?: boolean;
}

const isSample = ({ isPart, size_bytes }: PlannedFile): boolean => !isPart && size_bytes <= SAMPLE_BYTES;

export interface PlannedTable {
  plan: IngestPlan;
  /** Where the records begin. */
  position: TableStart['position'];
  /** The comments before them. */
  comments: CountedLines | null;
  /** The beginning of the file as UTF-8, and what was detected in it. */
  sample: Buffer;
  verdict: DialectVerdict;
}

/** Finds the dialect, the columns and the ends of the table in a file. */
export class TablePlanner {
  constructor(private readonly store: Pick<FileStore, 'createReadStream'>) {}

  /** @throws UnreadableFile */
  async plan(upload: PlannedFile): Promise<PlannedTable> {
    const { options } = upload;
    const encoding = encodingOf(upload);
    const certainty = options.encoding ? 1 : upload.encoding.confidence;
    const sample = await this.sample(upload);
    const verdict = detectDialect(sample, options, isSample(upload));
    const dialect = withEncoding(verdict, encoding, certainty);
    const warnings: Warning[] = [...encodingWarnings(sample, verdict, encoding, certainty), ...verdict.warnings];
    const start = await this.tableStart(
      upload,
      verdict.hasLiteralHeader ? { ...dialect, quote: '', escape: '' } : dialect,
    );
    // Detection knows what the reader does not: names that belong to other columns, or that another delimiter separates.
    const header = start.header && (verdict.header ?? start.header);
    const columns = columnsOf(namesOf(options, header, verdict.width), verdict.width);
    requireShort(columns, options);
    const preamble = shownLines(sample, dialect, { count: dialect.preamble_lines });
    const footer = await this.footer(upload, dialect, verdict.width, start.position);
    const errors = [
      ...warnings.map((warning) => ({ ...warning })),
      ...(verdict.hasLiteralHeader ? [literalHeader(dialect)] : []),
      ...skippedWarning(start, sample, dialect),
    ];
    return {
      plan: { dialect, columns, warnings: errors, preamble, footer },
      comments: start.comments,
      position: start.position,
      sample,
      verdict,
    };
  }

  /** The first MiB of a file, as UTF-8. */
  async sample(upload: PlannedFile): Promise<Buffer> {
    const transcoder = createTranscoder(encodingOf(upload));
    const parts: Buffer[] = [];
    for await (const chunk of this.store.createReadStream(upload.storage_key, { end: SAMPLE_BYTES - 1 })) {
      parts.push(transcoder.write(chunk));
    }
    if (isSample(upload)) parts.push(transcoder.end());
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
    if (upload.isPart) return null;
    if (skip !== undefined) return skip === 0 ? null : this.skippedFooter(upload, dialect, start, skip);
    const end = await this.end(upload, dialect.encoding, start.byte, TAIL_BYTES);
    const found = findFooter(end.text, grammarOf(dialect), width, end.from > start.byte);
    return found && footerOf(found, end, dialect);
  }

  /** The records at the end that `skip_footer` leaves out. */
  private async skippedFooter(
    upload: PlannedFile,
    dialect: Dialect,
    start: TableStart['position'],
    count: number,
  ): Promise<FileFooter | null> {
    for (const bytes of [TAIL_BYTES, SAMPLE_BYTES, MOST_TAIL_BYTES]) {
      const end = await this.end(upload, dialect.encoding, start.byte, bytes);
      const isCut = end.from > start.byte;
      const found = lastRecords(end.text, grammarOf(dialect), count, isCut, isCut && bytes < MOST_TAIL_BYTES);
      if (found) return found.records === 0 ? null : { ...footerOf(found, end, dialect), by_option: true };
    }
    return null;
  }

  /** The last bytes of a file, and as UTF-8. @param first none before this one */
  private async end(upload: PlannedFile, encoding: string, first: number, bytes: number): Promise<FileEnd> {
    // Characters of UTF-16 and UTF-32 begin at a multiple of 4 bytes, but for the low half of a pair, which is of no matter here.
    const from = Math.max(first, Math.floor((upload.size_bytes - bytes) / 4) * 4);
    const parts: Buffer[] = [];
    for await (const chunk of this.store.createReadStream(upload.storage_key, { start: from })) parts.push(chunk);
    const source = Buffer.concat(parts);
    const transcoder = createTranscoder(encoding);
    return { from, source, text: Buffer.concat([transcoder.write(source), transcoder.end()]) };
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

/** The end of a file: the byte where it begins, its bytes, and these as UTF-8. */
interface FileEnd {
  from: number;
  source: Buffer;
  text: Buffer;
}

const footerOf = ({ text, records }: Footer, end: FileEnd, dialect: Dialect): FileFooter => ({
  byte_offset: end.from + lineStartIn(dialect.encoding, end.source, end.text, end.text.length - text.length),
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

const literalHeader = ({ preamble_lines }: Dialect): UploadError =>
  noteWarning('literal_quotes', { count: 1, first_line: preamble_lines + 1 });

function skippedWarning({ skipped, position }: TableStart, sample: Buffer, dialect: Dialect): UploadError[] {
  if (!skipped) return [];
  const before = skipped.first_line - 1;
  return [
    {
      code: 'rows_skipped_by_option',
      message: `skip_after_header= leaves out ${skipped.count === 1 ? 'the first record' : `the first ${skipped.count} records`} below the header.`,
      ...skipped,
      lines: shownLines(sample, dialect, { from: before, count: position.line - before }),
    },
  ];
}

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
    ...UNREAD,
  }));
}

/** What stands for no value in the file does so in each column. @throws UnreadableFile */
function requireShort(columns: readonly CsvColumn[], { null_values = [] }: UploadOptions): void {
  if (haveLongNames(columns)) throw new UnreadableFile('names_too_long');
  if (haveLongNullValues(columns.map(() => ({ null_values }))))
    throw new UnreadableFile('null_values_too_long', { columns: columns.length });
}

/** For a column whose values have not been read yet. */
const UNREAD = { format: null, null_values: [], would_be: null };

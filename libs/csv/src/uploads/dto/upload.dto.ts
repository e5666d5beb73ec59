import { COLUMN_TYPES, type ColumnType, type CsvColumn, NEWLINES, type WouldBe } from '@app/csv-format';
import { ApiProperty } from '@nestjs/swagger';
import type { UploadProgress } from '../progress/upload-progress.js';
import {
  type CsvUpload,
  UPLOAD_STAGES,
  UPLOAD_STATUSES,
  type UploadStage,
  type UploadStatus,
} from '../upload.entity.js';
import { UPLOAD_FAULT_CODES } from '../upload-codes.js';

export class FirstExceptionDto {
  @ApiProperty({ type: 'integer', example: 4711 })
  row_id: number;

  /** Its text, at most its first 200 bytes. */
  @ApiProperty({ example: 'n/a' })
  value: string;
}

/** A type that a column has but for one value, for at most one in a hundred, or for those of the last three records. */
export class WouldBeDto implements WouldBe {
  @ApiProperty({ enum: COLUMN_TYPES, enumName: 'ColumnType' })
  type: ColumnType;

  /** How many values are of another type. */
  @ApiProperty({ type: 'integer', example: 1 })
  exceptions: number;

  @ApiProperty({ type: FirstExceptionDto })
  first: FirstExceptionDto;

  /** How many records at the end of the file hold all of these values, footer included, as `skip_footer` takes it; absent where others do too. */
  @ApiProperty({ type: 'integer', required: false, example: 1 })
  skip_footer?: number;
}

export class UploadColumnDto implements CsvColumn {
  /**
   * The key of its values in `data/`, derived from the header.
   * @example unit_price
   */
  key: string;

  /**
   * The header in the file, unchanged, or the key if the file has no header.
   * @example Unit Price
   */
  name: string;

  /** The type of each value in the column; `text` if the values have no common type. */
  @ApiProperty({ enum: COLUMN_TYPES, enumName: 'ColumnType' })
  type: ColumnType;

  /**
   * Position of the column in the file, from 1.
   * @example 3
   */
  @ApiProperty({ type: 'integer' })
  position: number;

  /** How its numbers or days are written: the number 1234.56, or a day. null for JSON's numbers, YYYY-MM-DD and RFC 3339. */
  @ApiProperty({ type: 'string', nullable: true, example: '1.234,56' })
  format: string | null;

  /** Texts that stand for an empty cell. */
  @ApiProperty({ type: [String], example: ['NA'] })
  null_values: string[];

  /** For a column of text: the type that nearly all of its values have. */
  @ApiProperty({ type: WouldBeDto, nullable: true })
  would_be: WouldBeDto | null;

  static of({ key, name, type, position, format, null_values, would_be }: CsvColumn): UploadColumnDto {
    return { key, name, type, position, format, null_values, would_be };
  }
}

export class UploadDialectDto {
  /** @example "," */
  delimiter: string;

  /**
   * Empty if the file has no quotes.
   * @example "\""
   */
  quote: string;

  /** @example "\"" */
  escape: string;

  /** @example utf-8 */
  encoding: string;

  @ApiProperty({ enum: NEWLINES })
  newline: string;

  has_header: boolean;

  /** Number of skipped lines before the header or the first record. */
  @ApiProperty({ type: 'integer' })
  preamble_lines: number;

  @ApiProperty({ enum: ['.', ','] })
  decimal: string;

  /** The mark between groups of digits in numbers; empty if there is none. */
  thousands: string;

  /** Whether blanks beside delimiters and outside of quotes are no part of the cells. */
  trim: boolean;

  /** What the lines begin with that are comments; empty if none is declared. */
  comment: string;

  /**
   * The probability that the dialect is right, from 0 to 1. Under 0.9 there is a warning in `errors`. Declared options have 1.
   * @example 0.98
   */
  confidence: number;
}

export class UploadFaultDto {
  /**
   * One of the codes that the page of errors lists. Stable: clients may branch on it. Later versions may add codes.
   */
  @ApiProperty({ enum: UPLOAD_FAULT_CODES, enumName: 'UploadFaultCode', example: 'short_records' })
  code: string;

  /**
   * The code as a sentence.
   * @example 3 records had fewer cells than there are columns; the missing cells are null.
   */
  message: string;

  /**
   * How many lines or records a warning is about.
   * @example 3
   */
  @ApiProperty({ type: 'integer', required: false })
  count?: number;

  /**
   * The first of these lines in the file, from 1.
   * @example 42
   */
  @ApiProperty({ type: 'integer', required: false })
  first_line?: number;

  /** The first 20 of these lines, where they are in neither rows nor rejects: comments, and what an option leaves out. */
  @ApiProperty({ type: [String], required: false })
  lines?: string[];

  /**
   * The key of the column, where a warning is about one.
   * @example amount
   */
  @ApiProperty({ type: 'string', required: false })
  column?: string;

  [fact: string]: unknown;
}

/** An uploaded CSV file and its state. When the upload has ended, `total_rows` is `processed_rows` plus `rejected_rows`. */
export class UploadDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  /** @example sales.csv */
  original_filename: string;

  /**
   * The size of the file; unpacked, if it was sent compressed.
   * @example 381650142
   */
  @ApiProperty({ type: 'integer' })
  size_bytes: number;

  /** SHA-256 of the file, in hexadecimal digits; of the unpacked one, if it was sent compressed. */
  sha256: string;

  /** The id of your first upload of the same bytes, if that is another one and has not been deleted. */
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  same_as: string | null;

  @ApiProperty({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  status: UploadStatus;

  /** The current step of the work, or the last one. */
  @ApiProperty({ enum: UPLOAD_STAGES, enumName: 'UploadStage' })
  stage: UploadStage;

  /**
   * Percent; 100 only if the upload is completed.
   * @example 100
   */
  @ApiProperty({ type: 'integer' })
  progress: number;

  /** Number of records in the file, accepted and rejected; null before the first ones are read. */
  @ApiProperty({ type: 'integer', nullable: true })
  total_rows: number | null;

  /** True while `total_rows` is estimated from the part of the file that has been read. */
  total_rows_is_estimate: boolean;

  @ApiProperty({ type: 'integer' })
  processed_rows: number;

  @ApiProperty({ type: 'integer' })
  rejected_rows: number;

  /** In file order; empty until the columns are detected. */
  columns: UploadColumnDto[];

  /**
   * The dialect of the file, detected or declared. Until a worker has read the file, it is detected from the beginning of the file, and null
   * if that has no record.
   */
  dialect: UploadDialectDto | null;

  /**
   * The first 20 lines above the table, 200 characters of each; `dialect.preamble_lines` is the number of all of them.
   * @example ["Prices of October", "all in EUR"]
   */
  preamble: string[];

  /**
   * The first 20 lines of the footer, 200 characters of each: lines below the table that are no rows. Their number is in `footer_lines`.
   * @example ["Source: Office of Statistics"]
   */
  footer: string[];

  /**
   * Number of lines in the footer, without blank ones.
   * @example 1
   */
  @ApiProperty({ type: 'integer' })
  footer_lines: number;

  /** The reason why the upload failed, and warnings about whatever was passed over, guessed with doubt or shifted. */
  errors: UploadFaultDto[];

  created_at: Date;

  started_at: Date | null;

  /** When the upload was completed, failed or cancelled. */
  completed_at: Date | null;

  /**
   * Seconds from `started_at` to `completed_at`.
   * @example 9.482
   */
  duration: number | null;

  /** @param sameAs the id of the user's first upload of the same bytes, if that is another one */
  static of(upload: CsvUpload, progress: UploadProgress, sameAs: string | undefined): UploadDto {
    return {
      id: upload.id,
      original_filename: upload.original_filename,
      size_bytes: upload.size_bytes,
      sha256: upload.sha256.toString('hex'),
      same_as: sameAs ?? null,
      status: upload.status,
      stage: upload.stage,
      progress: progress.progress,
      total_rows: progress.total_rows,
      total_rows_is_estimate: progress.total_rows_is_estimate,
      processed_rows: progress.processed_rows,
      rejected_rows: progress.rejected_rows,
      columns: upload.columns.map(UploadColumnDto.of),
      dialect: upload.dialect && { ...NEWER_PARTS, ...upload.dialect },
      preamble: upload.preamble,
      // Records that an option skips are told by a warning.
      footer: upload.footer && !upload.footer.by_option ? upload.footer.lines : [],
      footer_lines: upload.footer && !upload.footer.by_option ? upload.footer.records : 0,
      errors: upload.errors,
      created_at: upload.created_at,
      started_at: upload.started_at,
      completed_at: upload.completed_at,
      duration: durationSeconds(upload),
    };
  }
}

/** The dialect of an older upload does not have these. */
const NEWER_PARTS = { thousands: '', comment: '' };

const durationSeconds = ({ started_at, completed_at }: CsvUpload): number | null =>
  started_at && completed_at ? (completed_at.getTime() - started_at.getTime()) / 1000 : null;

import { COLUMN_TYPES, type ColumnType, NEWLINES } from '@app/csv-format';
import { ApiProperty } from '@nestjs/swagger';
import type { UploadProgress } from '../progress/upload-progress.js';
import { type CsvUpload, UPLOAD_STATUSES, type UploadStatus } from '../upload.entity.js';

export class UploadColumnDto {
  /**
   * The name its values go by in `data/`, made from the header.
   * @example unit_price
   */
  key: string;

  /**
   * The header as it stands in the file; the key where the file has none.
   * @example Unit Price
   */
  name: string;

  /** What every value of the column is; `text` where that is not so. */
  @ApiProperty({ enum: COLUMN_TYPES, enumName: 'ColumnType' })
  type: ColumnType;

  /**
   * Its place in the file, from 1.
   * @example 3
   */
  @ApiProperty({ type: 'integer' })
  position: number;
}

export class UploadDialectDto {
  /** @example "," */
  delimiter: string;

  /**
   * Empty: nothing is quoted.
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

  /** Lines before the header, or the first record, that were passed over. */
  @ApiProperty({ type: 'integer' })
  preamble_lines: number;

  @ApiProperty({ enum: ['.', ','] })
  decimal: string;

  /**
   * From 0 to 1: how sure this is. What was declared is sure.
   * @example 0.98
   */
  confidence: number;
}

export class UploadFaultDto {
  /** @example short_records */
  code: string;

  /** The same in a sentence. */
  message: string;

  [fact: string]: unknown;
}

/** A CSV file and what became of it. When it is done, `total_rows` is `processed_rows` plus `rejected_rows`. */
export class UploadDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  /** @example sales.csv */
  original_filename: string;

  /** @example 381650142 */
  @ApiProperty({ type: 'integer' })
  size_bytes: number;

  /** Of the file as it was sent, in hexadecimal digits. */
  sha256: string;

  @ApiProperty({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  status: UploadStatus;

  /** What is being done at the moment, or what was done last. */
  stage: string;

  /**
   * Percent; 100 only when the upload is completed.
   * @example 100
   */
  @ApiProperty({ type: 'integer' })
  progress: number;

  /** Records of the file, accepted or rejected; null as long as nothing is known of them. */
  @ApiProperty({ type: 'integer', nullable: true })
  total_rows: number | null;

  /** True while `total_rows` is reckoned from what was read so far. */
  total_rows_is_estimate: boolean;

  @ApiProperty({ type: 'integer' })
  processed_rows: number;

  @ApiProperty({ type: 'integer' })
  rejected_rows: number;

  /** In file order; empty until they are known. */
  columns: UploadColumnDto[];

  /**
   * How the file is written, as it was detected or declared. Until a worker has read it, this is how its beginning seems to be
   * written; null where that says nothing.
   */
  dialect: UploadDialectDto | null;

  /** Why the upload failed, and what is worth knowing about one that did not. */
  errors: UploadFaultDto[];

  created_at: Date;

  started_at: Date | null;

  /** When it was completed, failed or cancelled. */
  completed_at: Date | null;

  /**
   * Seconds from `started_at` to `completed_at`.
   * @example 9.482
   */
  duration: number | null;

  static of(upload: CsvUpload, progress: UploadProgress): UploadDto {
    return {
      id: upload.id,
      original_filename: upload.original_filename,
      size_bytes: upload.size_bytes,
      sha256: upload.sha256.toString('hex'),
      status: upload.status,
      stage: upload.stage,
      progress: progress.progress,
      total_rows: progress.total_rows,
      total_rows_is_estimate: progress.total_rows_is_estimate,
      processed_rows: progress.processed_rows,
      rejected_rows: progress.rejected_rows,
      columns: upload.columns.map(({ key, name, type, position }) => ({ key, name, type, position })),
      dialect: upload.dialect,
      errors: upload.errors,
      created_at: upload.created_at,
      started_at: upload.started_at,
      completed_at: upload.completed_at,
      duration: durationSeconds(upload),
    };
  }
}

const durationSeconds = ({ started_at, completed_at }: CsvUpload): number | null =>
  started_at && completed_at ? (completed_at.getTime() - started_at.getTime()) / 1000 : null;

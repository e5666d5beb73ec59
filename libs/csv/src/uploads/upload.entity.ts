import type { CsvColumn, Dialect, FileEncoding } from '@app/csv-format';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { UploadOptions } from './upload-options.js';

export const UPLOAD_STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

/** The steps of an ingest, and how it ended. */
export const UPLOAD_STAGES = ['queued', 'detecting', 'loading', 'analyzing', 'done', 'failed', 'cancelled'] as const;
export type UploadStage = (typeof UPLOAD_STAGES)[number];

/** A fault or a warning about an upload, for its owner. */
export interface UploadError {
  code: string;
  message: string;
  [fact: string]: unknown;
}

/** Lines below the table that are no part of it. */
export interface FileFooter {
  /** Where its first line begins in the file; the table ends there. */
  byte_offset: number;
  /** How many records it would have, if it were a table. */
  records: number;
  /** Whether `skip_footer` leaves them out; if not, they were found to be a footer. */
  by_option?: true;
  /** Its first lines, to be shown. */
  lines: string[];
}

export const bigintAsNumber = {
  to: (value: number) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

@Entity('csv_uploads')
export class CsvUpload {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') user_id: string;
  @Column('text') original_filename: string;
  @Column('bigint', { transformer: bigintAsNumber }) size_bytes: number;
  @Column('bytea') sha256: Buffer;
  @Column('text') storage_key: string;
  @Column('jsonb') options: UploadOptions;
  @Column('enum', { enum: UPLOAD_STATUSES, enumName: 'csv_upload_status' }) status: UploadStatus;
  @Column('text') stage: UploadStage;
  /**
   * The fence: each claim, cancellation and retry raises it, and a batch is committed only under the epoch of its worker's claim. A change
   * of the columns raises it too, so that processes that remember the upload notice the change.
   */
  @Column('integer') lease_epoch: number;
  @Column('jsonb') encoding: FileEncoding;
  @Column('jsonb', { nullable: true }) dialect: Dialect | null;
  @Column('jsonb') columns: CsvColumn[];
  @Column('jsonb') errors: UploadError[];
  /** The first lines above the table, to be shown; `dialect.preamble_lines` is the number of all of them. */
  @Column('jsonb') preamble: string[];
  @Column('jsonb', { nullable: true }) footer: FileFooter | null;
  /** `csv_rows`, or the upload's own `csv_parts.rows_<n>`. */
  @Column('text') rows_table: string;
  /** Whether a cell in `rows_table` is escaped. Known when the upload is completed. */
  @Column('boolean', { default: false }) has_escapes: boolean;
  @Column('bigint', { transformer: bigintAsNumber }) bytes_done: number;
  @Column('bigint', { transformer: bigintAsNumber }) processed_rows: number;
  @Column('bigint', { transformer: bigintAsNumber }) rejected_rows: number;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) started_at: Date | null;
  @Column('timestamptz', { nullable: true }) completed_at: Date | null;
  /** A position in the primary's log, behind all that reads of this upload need; of use where `wal_position_epoch` is the epoch. */
  @Column('bigint', { nullable: true, transformer: bigintAsNumber }) wal_position: number | null;
  @Column('integer', { nullable: true }) wal_position_epoch: number | null;
}

import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export const UPLOAD_STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

export const COLUMN_TYPES = ['integer', 'number', 'boolean', 'date', 'datetime', 'text'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const NEWLINES = ['lf', 'crlf', 'cr', 'mixed'] as const;
export type Newline = (typeof NEWLINES)[number];

/** A column of an upload: the normalised key its values are stored under, and the header as it stood in the file. */
export interface UploadColumn {
  key: string;
  name: string;
  type: ColumnType;
  /** From 1, in file order. */
  position: number;
}

/** How the file is written; what was detected, or what its owner declared. */
export interface UploadDialect {
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  escape: string;
  encoding: string;
  newline: Newline;
  has_header: boolean;
  preamble_lines: number;
  decimal: '.' | ',';
  /** 0 to 1. */
  confidence: number;
}

/** What the owner said about the file at upload; absent means: detect it. */
export interface UploadOptions {
  delimiter?: string;
  quote?: string;
  escape?: string;
  encoding?: string;
  decimal?: '.' | ',';
  skip?: number;
  header?: 'true' | 'false' | 'auto';
  max_rejects?: number;
}

/** The verdict over every byte of the file, found while it was received. */
export interface UploadEncoding {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  bom: boolean;
  /** 0 to 1: a file that is no UTF-8 and has no byte order mark is guessed at. */
  confidence: number;
}

/** A fault or a warning that the upload carries, for its owner to read. */
export interface UploadError {
  code: string;
  message: string;
  [fact: string]: unknown;
}

const bigintAsNumber = {
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
  @Column('text') stage: string;
  /** The fence: every change of hands raises it, and a batch commits only under the epoch it was cut in. */
  @Column('integer') lease_epoch: number;
  @Column('jsonb') encoding: UploadEncoding;
  @Column('jsonb', { nullable: true }) dialect: UploadDialect | null;
  @Column('jsonb') columns: UploadColumn[];
  @Column('jsonb') errors: UploadError[];
  /** `csv_rows`, or the upload's own `csv_parts.rows_<n>`. */
  @Column('text') rows_table: string;
  @Column('bigint', { transformer: bigintAsNumber }) bytes_done: number;
  @Column('bigint', { transformer: bigintAsNumber }) processed_rows: number;
  @Column('bigint', { transformer: bigintAsNumber }) rejected_rows: number;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) started_at: Date | null;
  @Column('timestamptz', { nullable: true }) completed_at: Date | null;
}

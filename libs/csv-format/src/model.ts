export const COLUMN_TYPES = ['integer', 'number', 'boolean', 'date', 'datetime', 'text'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const NEWLINES = ['lf', 'crlf', 'cr', 'mixed'] as const;
export type Newline = (typeof NEWLINES)[number];

/** A column of an upload: the normalised key its values are stored under, and the header as it stood in the file. */
export interface CsvColumn {
  key: string;
  name: string;
  type: ColumnType;
  /** From 1, in file order. */
  position: number;
}

/** How the file is written; what was detected, or what its owner declared. */
export interface Dialect {
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
export interface FileEncoding {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  bom: boolean;
  /** 0 to 1: a file that is no UTF-8 and has no byte order mark is guessed at. */
  confidence: number;
}

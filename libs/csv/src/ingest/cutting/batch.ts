import type { TextPosition } from '../reading/text-position.js';
import type { TypeSet } from './column-types.js';

/** Where a batch ends, in the file and in its records; the next one begins there. */
export interface Checkpoint extends TextPosition {
  /** The header and what stands before it is batch 0. */
  batch: number;
  /** Records and, of them, accepted ones, up to here. */
  record: number;
  row: number;
}

export interface Reject {
  /** From 1 over all records behind the header. */
  record_number: number;
  /** From 1 over all lines of the file. */
  line_number: number;
  /** In the file as it was uploaded. */
  byte_offset: number;
  code: RejectCode;
  message: string;
  /** In bytes, of what is kept of the record. */
  raw_length: number;
  raw_truncated: boolean;
}

export const REJECT_CODES = [
  'too_many_cells',
  'nul_character',
  'invalid_encoding',
  'field_too_long',
  'unclosed_quote',
  'malformed_quote',
  'record_too_long',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/**
 * The accepted rows of a batch, as one text in UTF-8.
 * - `separated`: cells joined by U+001F and rows by U+001E, in the order of `keyOrder`; an empty cell is null
 * - `json`: an array of objects, for the batch that holds one of the separators in a cell, or nulls in a file of one column
 */
export interface RowsPayload {
  form: 'separated' | 'json';
  text: Uint8Array;
}

/** What one statement commits. */
export interface Batch {
  end: Checkpoint;
  rows: RowsPayload;
  rowCount: number;
  /** Accepted records that had fewer cells than there are columns. */
  shortCount: number;
  rejects: Reject[];
  /** What is kept of the rejected records, one behind the other: ten thousand small pieces of memory took ten times as much. */
  rejectBytes: Uint8Array;
  /** By column, in file order. */
  types: TypeSet[];
}

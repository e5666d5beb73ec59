import type { TextPosition, TypeSet } from '@app/csv-format';

/** Where a batch ends, in the file and in its records; the next one begins there. */
export interface Checkpoint extends TextPosition {
  /** The header and what stands before it is batch 0. */
  batch: number;
  /** Records and, of them, accepted ones, up to here. */
  record: number;
  row: number;
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
 * The accepted rows of a batch, as one text in UTF-8; cells in the order of `keyOrder`.
 * - `separated`: cells joined by U+001F and rows by U+001E; an empty cell is null
 * - `json`: an array of arrays, for the batch that holds one of the separators in a cell, or nulls in a file of one column
 */
export interface RowsPayload {
  form: 'separated' | 'json';
  text: Uint8Array;
}

/** The rejected records of a batch. The same fault makes the same message, so each stands here once. */
export interface RejectsPayload {
  count: number;
  /** By message. */
  codes: RejectCode[];
  messages: string[];
  /**
   * A line of numbers for each: record number (from 1, of all records behind the header), line number (from 1, of all lines of the file),
   * byte offset (in the file as it was uploaded), place of its message, start (both from 1) and length of its bytes in `raws`, and
   * 1 where they were cut.
   */
  facts: Uint8Array;
  /** What is kept of the records, one behind the other. */
  raws: Uint8Array;
}

/** What one statement commits. */
export interface Batch {
  end: Checkpoint;
  rows: RowsPayload;
  rowCount: number;
  /** Accepted records that had fewer cells than there are columns. */
  shortCount: number;
  rejects: RejectsPayload;
  /** By column, in file order. */
  types: TypeSet[];
}

/** The memory that a batch is made of, by pool. It travels from thread to thread, and back to be used again. */
export interface BatchMemory {
  rows: ArrayBuffer[];
  facts: ArrayBuffer[];
  raws: ArrayBuffer[];
}

export const memoryOf = ({ rows, rejects }: Batch): BatchMemory => ({
  rows: ownMemory(rows.text),
  facts: ownMemory(rejects.facts),
  raws: ownMemory(rejects.raws),
});

/** All of it, to be handed over. */
export const transferOf = ({ rows, facts, raws }: BatchMemory): ArrayBuffer[] => [...rows, ...facts, ...raws];

/** None where it is a part of what others use as well, as that of short Buffers is. */
function ownMemory({ buffer }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize ? [buffer] : [];
}

import type { Readings, TextPosition } from '@app/csv-format';
import type { StoredNotes } from './record-notes.js';
import type { RejectCode } from './reject-codes.js';

/** Where a batch ends, in the file and in its records. The next batch begins there. */
export interface Checkpoint extends TextPosition {
  /** Batch 0 is everything up to and including the header. */
  batch: number;
  /** Number of records up to here, accepted and rejected. */
  record: number;
  /** Number of accepted records up to here. */
  row: number;
}

/** The accepted rows of a batch. */
export interface RowsPayload {
  /** UTF-8: cells in file order, written by `escapeCell`, joined by U+001F, and rows joined by U+001E. */
  text: Uint8Array;
  /** Whether `escapeCell` has changed a cell. */
  hasEscapes: boolean;
}

/** The rejected records of a batch. Equal messages are stored once. */
export interface RejectsPayload {
  count: number;
  /** The record number of the last of them; 0 without any. */
  last: number;
  /** The code of each message, in the order of `messages`. */
  codes: RejectCode[];
  messages: string[];
  /**
   * One line of numbers per record: record number (from 1, counts all records behind the header), line number (from 1, counts all lines of
   * the file), byte offset (in the file as it was uploaded), number of its message (from 1), start (from 1) and length of its bytes in
   * `raws`, and 1 if its bytes were truncated, else 0.
   */
  facts: Uint8Array;
  /**
   * The stored bytes of all records, without separators. Null where the text is not what the file holds, in every encoding but UTF-8: then
   * they are to be read from the file.
   */
  raws: Uint8Array | null;
}

/** What the rows of a batch have shown of the columns: see ColumnEvidence. */
export interface BatchEvidence {
  /** By column, in file order; as are `filled`. */
  readings: Readings[];
  filled: number[];
  exceptions: ColumnExceptions[];
}

/** The values of a batch that keep a column from its readings. */
export interface ColumnExceptions {
  /** From 0. */
  column: number;
  count: number;
  /** Those that have the text of the first. Left out by releases before this one: then the first alone. */
  alike?: number;
  /** The first of them: its row and its physical line, from 1, and its exact text. */
  row_id: number;
  line: number;
  value: string;
  /** Those that would have a reading without the options, and the first of them. */
  ruled_out?: { count: number; line: number; value: string };
}

/** What one statement commits. */
export interface Batch {
  end: Checkpoint;
  rows: RowsPayload;
  rowCount: number;
  /** What was passed over in its rows. */
  notes: StoredNotes;
  rejects: RejectsPayload;
  evidence: BatchEvidence;
}

/** The memory of a batch, by pool. It moves from the parser's thread to the main thread, and back to be reused. */
export interface BatchMemory {
  rows: ArrayBuffer[];
  facts: ArrayBuffer[];
  raws: ArrayBuffer[];
}

/** The buffers of a batch that can be reused after it is committed. */
export const memoryOf = ({ rows, rejects }: Batch): BatchMemory => ({
  rows: ownMemory(rows.text),
  facts: ownMemory(rejects.facts),
  raws: rejects.raws ? ownMemory(rejects.raws) : [],
});

/** All buffers of a batch, as a transfer list for `postMessage`. */
export const transferOf = ({ rows, facts, raws }: BatchMemory): ArrayBuffer[] => [...rows, ...facts, ...raws];

/** Empty if the memory is shared with other data: Node cuts short Buffers out of one common pool. */
function ownMemory({ buffer }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize ? [buffer] : [];
}

import { isUtf8 } from 'node:buffer';
import {
  ColumnEvidence,
  type ColumnRule,
  escapeCell,
  MAX_RAW_BYTES,
  type RecordReader,
  type RowSink,
  type TextPosition,
  unescapeCell,
} from '@app/csv-format';
import type { Batch, BatchEvidence, BatchMemory, Checkpoint } from './batch.js';
import { BufferPool } from './buffer-pool.js';
import { MAX_FIELD_BYTES, type RejectCode, rejectMessage } from './reject-codes.js';
import { RejectsCollector } from './rejects-payload.js';
import { RowsCollector } from './rows-payload.js';

// A batch ends at `batchRecords` records, or earlier, at one of these limits.
const MAX_CELL_BYTES = 4 * 1024 * 1024;
const MAX_REJECT_BYTES = 256 * 1024;

const FIRST_ROWS_BYTES = 256 * 1024;
const FIRST_REJECTS_BYTES = 64 * 1024;

export interface BatchBuilderOptions {
  columns: readonly { name: string }[];
  /** One for each column. */
  rules: readonly ColumnRule[];
  /** Texts that stand for an empty cell. */
  nullValues: readonly string[];
  batchRecords: number;
  /** The build stops at one reject more. */
  rejectLimit: number;
}

/** Builds batches out of rows and records: decides whether a record becomes a row or a reject, and where a batch ends. */
export class BatchBuilder implements RowSink {
  private readonly width: number;
  /** One per kind of memory, since each kind has its own buffer size. */
  private readonly pools = {
    rows: new BufferPool(FIRST_ROWS_BYTES),
    facts: new BufferPool(FIRST_REJECTS_BYTES),
    raws: new BufferPool(FIRST_REJECTS_BYTES),
  };

  rows: RowsCollector;
  private rejects: RejectsCollector;
  private reader!: RecordReader;

  /** True after one reject more than `rejectLimit`. */
  overLimit = false;

  /** @param at where the last batch ended; it is updated with each batch @param emit receives each batch */
  constructor(
    private readonly options: BatchBuilderOptions,
    private readonly at: Checkpoint,
    private readonly emit: (batch: Batch) => void,
  ) {
    this.width = options.columns.length;
    const nullValues = options.nullValues.map((text) => Buffer.from(escapeCell(text)));
    this.rows = this.newRows(new ColumnEvidence(options.rules, nullValues));
    this.rejects = new RejectsCollector(this.pools);
  }

  /** Sets the reader whose records come here. Reader and builder refer to each other, so one is set later. */
  readFrom(reader: RecordReader): void {
    this.reader = reader;
  }

  makeRoom(bytes: number): void {
    this.rows.makeRoom(bytes);
  }

  rowsWritten(end: number): void {
    if (this.rows.isFull) this.emitBatch(end);
  }

  tooWide(cells: number, start: number, end: number): void {
    const message = rejectMessage('too_many_cells', { cells, columns: this.width });
    this.addReject('too_many_cells', message, this.reader.positionAt(start), this.reader.raw(start, end));
    this.emitIfFull(end);
  }

  record(cells: string[], start: number, end: number, isDamaged: boolean): void {
    // Its surplus cells are empty.
    if (cells.length > this.width) cells.length = this.width;
    const fault = isDamaged || end - start > MAX_FIELD_BYTES ? this.faultOf(cells, start, end) : null;
    if (fault) {
      this.addReject(fault.code, fault.message, this.reader.positionAt(start), this.reader.raw(start, end));
    } else {
      this.rows.add(cells, this.reader.positionAt(start).line + 1);
    }
    this.emitIfFull(end);
  }

  reject(code: RejectCode, start: Readonly<TextPosition>, end: number, raw: Buffer): void {
    this.addReject(code, rejectMessage(code), start, raw);
    this.emitIfFull(end);
  }

  /** Emits the last batch after the end of the file. Blank lines behind the last record belong to it. */
  finish(): void {
    if (this.overLimit) return;
    if (this.rows.count + this.rejects.count > 0 || this.reader.offset > this.at.text) {
      this.emitBatch(this.reader.offset);
    }
  }

  /** Takes back the memory of a batch. */
  recycle({ rows, facts, raws }: BatchMemory): void {
    for (const memory of rows) this.pools.rows.put(memory);
    for (const memory of facts) this.pools.facts.put(memory);
    for (const memory of raws) this.pools.raws.put(memory);
  }

  /** Why a record that is damaged or long is no row; null if it is one. */
  private faultOf(cells: string[], start: number, end: number): { code: RejectCode; message: string } | null {
    const { columns } = this.options;
    const isInvalid = !isUtf8(this.reader.bytes(start, end));
    const fault = (code: RejectCode, column: number) => ({
      code,
      message: rejectMessage(code, { column: columns[column]?.name }),
    });
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell.length > MAX_FIELD_BYTES) return fault('field_too_long', i);
      if (cell.includes('\0')) return fault('nul_character', i);
      if (isInvalid && !isUtf8(Buffer.from(cell, 'latin1'))) return fault('invalid_encoding', i);
    }
    // The invalid byte is in no cell: byte A0 behind a closing quote counts as white space.
    return isInvalid ? fault('invalid_encoding', -1) : null;
  }

  private addReject(code: RejectCode, message: string, { line, byte }: Readonly<TextPosition>, raw: Buffer): void {
    const truncated = raw.length > MAX_RAW_BYTES;
    const stored = truncated ? raw.subarray(0, characterEnd(raw, MAX_RAW_BYTES)) : raw;
    const { at, rows, rejects, options } = this;
    const recordNumber = at.record + rows.count + rejects.count + 1;
    rejects.add({ recordNumber, lineNumber: line + 1, byteOffset: byte, code, message, truncated }, stored);
    rows.maxCount = options.batchRecords - rejects.count;
    if (at.record - at.row + rejects.count > options.rejectLimit) {
      this.overLimit = true;
      this.reader.stop();
    }
  }

  private emitIfFull(end: number): void {
    if (this.rows.isFull || this.rejects.bytes >= MAX_REJECT_BYTES || this.overLimit) this.emitBatch(end);
  }

  private emitBatch(end: number): void {
    const { at, rows, rejects } = this;
    Object.assign(at, this.reader.positionAt(end));
    at.batch++;
    at.row += rows.count;
    at.record += rows.count + rejects.count;
    this.emit({
      end: { ...at },
      rows: rows.payload(),
      rowCount: rows.count,
      shortCount: rows.shortCount,
      rejects: rejects.payload(),
      evidence: evidenceOf(rows.evidence, at.row - rows.count),
    });
    this.rows = this.newRows(rows.evidence.next());
    this.rejects = new RejectsCollector(this.pools);
  }

  private newRows(evidence: ColumnEvidence): RowsCollector {
    const limits = { width: this.width, maxCount: this.options.batchRecords, maxLength: MAX_CELL_BYTES };
    return new RowsCollector(this.pools.rows, limits, evidence);
  }
}

/** @param rowsBefore rows of the file before those of the evidence */
const evidenceOf = ({ readings, filled, exceptions }: ColumnEvidence, rowsBefore: number): BatchEvidence => ({
  readings,
  filled: [...filled],
  exceptions: [...exceptions].map(([column, { count, row, line, value }]) => ({
    column,
    count,
    row_id: rowsBefore + row + 1,
    line,
    value: unescapeCell(value),
  })),
});

/** The last offset up to `at` that lies between two characters. */
function characterEnd(utf8: Buffer, at: number): number {
  let end = at;
  while (end > at - 3 && (utf8[end]! & 0xc0) === 0x80) end--;
  return end;
}

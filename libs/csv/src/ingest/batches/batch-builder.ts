import { isUtf8 } from 'node:buffer';
import type { TextPosition } from '@app/csv-format';
import {
  ANY,
  MAX_RAW_BYTES,
  narrow,
  needsEscape,
  type RecordReader,
  type RecordSink,
  type TypeSet,
} from '@app/csv-format';
import type { Batch, BatchMemory, Checkpoint } from './batch.js';
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
  decimal: '.' | ',';
  batchRecords: number;
  /** The build stops at one reject more. */
  rejectLimit: number;
}

/** Builds batches out of records: decides whether a record becomes a row or a reject, and narrows the types of the columns. */
export class BatchBuilder implements RecordSink {
  private readonly width: number;
  private readonly decimal: number;
  /** One per kind of memory, since each kind has its own buffer size. */
  private readonly pools = {
    rows: new BufferPool(FIRST_ROWS_BYTES),
    facts: new BufferPool(FIRST_REJECTS_BYTES),
    raws: new BufferPool(FIRST_REJECTS_BYTES),
  };

  private rows = new RowsCollector(this.pools.rows);
  private rejects = new RejectsCollector(this.pools);
  private types: TypeSet[];
  private shortCount = 0;
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
    this.decimal = options.decimal.charCodeAt(0);
    this.types = new Array<TypeSet>(this.width).fill(ANY);
  }

  /** Sets the reader whose records come here. Reader and builder refer to each other, so one is set later. */
  readFrom(reader: RecordReader): void {
    this.reader = reader;
  }

  record(cells: string[], start: number, end: number): void {
    const fault = this.faultOf(cells, start, end);
    if (fault) {
      this.addReject(fault.code, fault.message, this.reader.positionAt(start), this.reader.raw(start, end));
    } else {
      this.addRow(cells);
    }
    this.emitIfFull(end);
  }

  reject(code: RejectCode, start: Readonly<TextPosition>, end: number, raw: string): void {
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

  private faultOf(cells: string[], start: number, end: number): { code: RejectCode; message: string } | null {
    const { columns } = this.options;
    if (cells.length > this.width) {
      const found = cells.length;
      for (let i = this.width; i < found; i++) {
        if (cells[i] !== '')
          return {
            code: 'too_many_cells',
            message: rejectMessage('too_many_cells', { cells: found, columns: this.width }),
          };
      }
      cells.length = this.width;
    }
    const { nul, invalidUtf8 } = this.reader.traits;
    if (!nul && !invalidUtf8 && end - start <= MAX_FIELD_BYTES) return null;
    const isInvalid = invalidUtf8 && !isUtf8(this.reader.bytes(start, end));
    const fault = (code: RejectCode, column: number) => ({
      code,
      message: rejectMessage(code, { column: columns[column]?.name }),
    });
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell.length > MAX_FIELD_BYTES) return fault('field_too_long', i);
      if (nul && cell.includes('\0')) return fault('nul_character', i);
      if (isInvalid && !isUtf8(Buffer.from(cell, 'latin1'))) return fault('invalid_encoding', i);
    }
    // The invalid byte is in no cell: byte A0 behind a closing quote counts as white space.
    return isInvalid ? fault('invalid_encoding', -1) : null;
  }

  private addRow(cells: string[]): void {
    const { width, types, decimal } = this;
    if (cells.length < width) {
      this.shortCount++;
      while (cells.length < width) cells.push('');
    }
    for (let i = 0; i < width; i++) {
      const cell = cells[i]!;
      const possible = types[i]!;
      if (possible !== 0 && cell !== '') types[i] = narrow(possible, cell, decimal);
    }
    this.at.row++;
    this.at.record++;
    this.rows.add(cells, this.reader.traits.escapes && cells.some(needsEscape));
  }

  private addReject(code: RejectCode, message: string, { line, byte }: Readonly<TextPosition>, raw: string): void {
    const truncated = raw.length > MAX_RAW_BYTES;
    const stored = truncated ? raw.slice(0, characterEnd(raw, MAX_RAW_BYTES)) : raw;
    this.at.record++;
    const recordNumber = this.at.record;
    this.rejects.add({ recordNumber, lineNumber: line + 1, byteOffset: byte, code, message, truncated }, stored);
    if (this.at.record - this.at.row > this.options.rejectLimit) {
      this.overLimit = true;
      this.reader.stop();
    }
  }

  private emitIfFull(end: number): void {
    const records = this.rows.count + this.rejects.count;
    const isFull = this.rows.bytes >= MAX_CELL_BYTES || this.rejects.bytes >= MAX_REJECT_BYTES;
    if (records >= this.options.batchRecords || isFull || this.overLimit) this.emitBatch(end);
  }

  private emitBatch(end: number): void {
    Object.assign(this.at, this.reader.positionAt(end));
    this.at.batch++;
    this.emit({
      end: { ...this.at },
      rows: this.rows.payload(),
      rowCount: this.rows.count,
      shortCount: this.shortCount,
      rejects: this.rejects.payload(),
      types: this.types,
    });
    this.rows = new RowsCollector(this.pools.rows);
    this.rejects = new RejectsCollector(this.pools);
    this.types = new Array<TypeSet>(this.width).fill(ANY);
    this.shortCount = 0;
  }
}

/** The last offset up to `at` that lies between two characters. */
function characterEnd(utf8: string, at: number): number {
  let end = at;
  while (end > at - 3 && (utf8.charCodeAt(end) & 0xc0) === 0x80) end--;
  return end;
}

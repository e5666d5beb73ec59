import { isUtf8 } from 'node:buffer';
import type { TextPosition } from '@app/csv-format';
import { ANY, MAX_RAW_BYTES, narrow, type RecordReader, type RecordSink, type TypeSet } from '@app/csv-format';
import { BATCH_BYTES, BATCH_KEY_BYTES, BATCH_REJECT_BYTES, MAX_FIELD_BYTES } from '../limits.js';
import type { Batch, BatchMemory, Checkpoint, RejectCode } from './batch.js';
import { BufferPool } from './buffer-pool.js';
import { rejectMessage } from './reject-messages.js';
import { RejectsCollector } from './rejects-payload.js';
import { keyOrder, RowsCollector } from './rows-payload.js';

export interface CutterOptions {
  columns: readonly { key: string; name: string }[];
  decimal: '.' | ',';
  batchRecords: number;
  /** Reading stops at one reject more. */
  rejectLimit: number;
}

const FIRST_ROWS_BYTES = 256 * 1024;
const FIRST_REJECTS_BYTES = 64 * 1024;

/** Judges record by record what becomes a row and what a reject, finds the columns' types on the way, and cuts batches. */
export class BatchCutter implements RecordSink {
  private readonly width: number;
  private readonly order: number[];
  private readonly ordered: string[];
  private readonly decimal: number;
  private readonly batchRecords: number;
  /** One for each kind of memory, as each has a size of its own. */
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

  /** Set once there was a reject too many. */
  overLimit = false;

  /** @param at where the last batch ended; moved along. @param emit takes each batch as it is cut. */
  constructor(
    private readonly options: CutterOptions,
    private readonly at: Checkpoint,
    private readonly emit: (batch: Batch) => void,
  ) {
    this.width = options.columns.length;
    this.order = keyOrder(options.columns.map(({ key }) => key));
    this.ordered = new Array<string>(this.width).fill('');
    this.decimal = options.decimal.charCodeAt(0);
    const keyBytes = options.columns.reduce((sum, { key }) => sum + Buffer.byteLength(key), 0);
    this.batchRecords = Math.min(options.batchRecords, Math.ceil(BATCH_KEY_BYTES / keyBytes));
    this.types = new Array<TypeSet>(this.width).fill(ANY);
  }

  /** The reader that tells this sink; each needs the other. */
  readFrom(reader: RecordReader): void {
    this.reader = reader;
  }

  record(cells: string[], start: number, end: number): void {
    const fault = this.faultOf(cells, start, end);
    if (fault) {
      this.keepReject(fault.code, fault.message, this.reader.positionAt(start), this.reader.raw(start, end));
    } else {
      this.keepRow(cells);
    }
    this.cutIfFull(end);
  }

  reject(code: RejectCode, start: Readonly<TextPosition>, end: number, raw: string): void {
    this.keepReject(code, rejectMessage(code), start, raw);
    this.cutIfFull(end);
  }

  /** Cuts what is left once the reader is at the end; blank lines may follow the last record. */
  finish(): void {
    if (this.overLimit) return;
    if (this.rows.count + this.rejects.count > 0 || this.reader.offset > this.at.text) this.cut(this.reader.offset);
  }

  /** Takes back memory of a batch. */
  recycle({ rows, facts, raws }: BatchMemory): void {
    for (const memory of rows) this.pools.rows.give(memory);
    for (const memory of facts) this.pools.facts.give(memory);
    for (const memory of raws) this.pools.raws.give(memory);
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
    // White space behind a closing quote is in no cell, and byte A0 passes for such.
    return isInvalid ? fault('invalid_encoding', -1) : null;
  }

  private keepRow(cells: string[]): void {
    const { width, order, ordered, types, decimal } = this;
    if (cells.length < width) {
      this.shortCount++;
      while (cells.length < width) cells.push('');
    }
    for (let i = 0; i < width; i++) {
      const position = order[i]!;
      const cell = cells[position]!;
      ordered[i] = cell;
      const possible = types[position]!;
      if (possible !== 0 && cell !== '') types[position] = narrow(possible, cell, decimal);
    }
    this.at.row++;
    this.at.record++;
    this.rows.add(ordered, this.reader.traits.separators && ordered.some(holdsSeparator));
  }

  private keepReject(code: RejectCode, message: string, { line, byte }: Readonly<TextPosition>, raw: string): void {
    const truncated = raw.length > MAX_RAW_BYTES;
    const kept = truncated ? raw.slice(0, characterEnd(raw, MAX_RAW_BYTES)) : raw;
    this.at.record++;
    const recordNumber = this.at.record;
    this.rejects.add({ recordNumber, lineNumber: line + 1, byteOffset: byte, code, message, truncated }, kept);
    if (this.at.record - this.at.row > this.options.rejectLimit) {
      this.overLimit = true;
      this.reader.stop();
    }
  }

  private cutIfFull(end: number): void {
    const records = this.rows.count + this.rejects.count;
    const isFull = this.rows.bytes >= BATCH_BYTES || this.rejects.bytes >= BATCH_REJECT_BYTES;
    if (records >= this.batchRecords || isFull || this.overLimit) this.cut(end);
  }

  private cut(end: number): void {
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

/** The last place up to `at` that lies between two characters. */
function characterEnd(utf8: string, at: number): number {
  let end = at;
  while (end > at - 3 && (utf8.charCodeAt(end) & 0xc0) === 0x80) end--;
  return end;
}

const holdsSeparator = (cell: string): boolean => cell.includes('\x1e') || cell.includes('\x1f');

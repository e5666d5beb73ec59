import { isUtf8 } from 'node:buffer';
import {
  ColumnEvidence,
  type ColumnRule,
  escapeCell,
  type RecordReader,
  type RecordTraits,
  type RowChange,
  type RowSink,
  shownLine,
  type TextPosition,
  unescapeCell,
} from '@app/csv-format';
import type { Batch, BatchEvidence, Checkpoint } from './batch.js';
import type { BatchPools } from './batch-pools.js';
import { type NoteCode, RecordNotes } from './record-notes.js';
import { MAX_FIELD_BYTES, type RejectCode, rejectMessage } from './reject-codes.js';
import { RejectsCollector } from './rejects-payload.js';
import { RowsCollector } from './rows-payload.js';

// A batch ends at `batchRecords` records, or earlier, at one of these limits.
const MAX_CELL_BYTES = 4 * 1024 * 1024;
const MAX_REJECT_BYTES = 256 * 1024;

const NOTE_OF = { short: 'short_records', long: 'long_records', trimmed: 'trimmed' } as const;

export interface BatchBuilderOptions {
  columns: readonly { name: string }[];
  /** One for each column. */
  rules: readonly ColumnRule[];
  /** Texts that stand for an empty cell. */
  nullValues: readonly string[];
  batchRecords: number;
  /** The build stops at one reject more. */
  rejectLimit: number;
  /** Whether the text of the records is what the file holds; if not, rejects are read from the file later. */
  isFileText: boolean;
}

/** Builds batches out of rows and records: decides whether a record becomes a row or a reject, and where a batch ends. */
export class BatchBuilder implements RowSink {
  private readonly width: number;

  rows: RowsCollector;
  private rejects: RejectsCollector;
  private notes = new RecordNotes();
  private reader!: RecordReader;

  /** True after one reject more than `rejectLimit`. */
  overLimit = false;

  /** @param at where the last batch ended; it is updated with each batch @param emit receives each batch @param pools of its memory */
  constructor(
    private readonly options: BatchBuilderOptions,
    private readonly at: Checkpoint,
    private readonly emit: (batch: Batch) => void,
    private readonly pools: BatchPools,
  ) {
    this.width = options.columns.length;
    const nullValues = options.nullValues.map((text) => Buffer.from(escapeCell(text)));
    this.rows = this.newRows(new ColumnEvidence(options.rules, nullValues));
    this.rejects = this.newRejects();
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

  changed(how: RowChange, count: number, firstLine: number): void {
    this.notes.add(NOTE_OF[how], count, () => firstLine);
  }

  comment(start: number, line: Buffer): void {
    this.notes.addLine(
      'comment_lines',
      () => this.reader.positionAt(start).line + 1,
      () => shownLine(line),
    );
  }

  tooWide(cells: number, start: number, end: number): void {
    const message = rejectMessage('too_many_cells', { cells, columns: this.width });
    this.addReject('too_many_cells', message, this.reader.positionAt(start), end, this.reader.raw(start, end));
    this.emitIfFull(end);
  }

  record(cells: string[], start: number, end: number, traits: RecordTraits): void {
    const cellCount = cells.length;
    // Its surplus cells are empty.
    if (cellCount > this.width) cells.length = this.width;
    const fault = traits.isDamaged || end - start > MAX_FIELD_BYTES ? this.faultOf(cells, start, end) : null;
    if (fault) {
      this.addReject(fault.code, fault.message, this.reader.positionAt(start), end, this.reader.raw(start, end));
    } else {
      this.rows.add(cells, this.reader.positionAt(start).line + 1);
      this.note(cellCount, start, traits);
    }
    this.emitIfFull(end);
  }

  reject(code: RejectCode, start: Readonly<TextPosition>, end: number, raw: Buffer): void {
    this.addReject(code, rejectMessage(code), start, end, raw);
    this.emitIfFull(end);
  }

  /** Emits the last batch after the end of the file. Blank lines behind the last record belong to it. */
  finish(): void {
    if (this.overLimit) return;
    if (this.rows.count + this.rejects.count > 0 || this.reader.offset > this.at.text) {
      this.emitBatch(this.reader.offset);
    }
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

  /** Notes what was changed in a record that became a row, such as dropped blanks. */
  private note(cells: number, start: number, { isLiteral, hasMark, isTrimmed }: RecordTraits): void {
    const about = (code: NoteCode) => this.notes.add(code, 1, () => this.reader.positionAt(start).line + 1);
    if (cells < this.width) about('short_records');
    if (cells > this.width) about('long_records');
    if (isLiteral) about('literal_quotes');
    if (hasMark) about('bom_removed');
    if (isTrimmed) about('trimmed');
  }

  private addReject(
    code: RejectCode,
    message: string,
    { text, line, byte }: Readonly<TextPosition>,
    end: number,
    raw: Buffer,
  ): void {
    const { at, rows, rejects, options, reader } = this;
    const recordNumber = at.record + rows.count + rejects.count + 1;
    const length = options.isFileText ? raw.length : reader.positionAt(reader.contentEnd(text, end)).byte - byte;
    rejects.add({ recordNumber, lineNumber: line + 1, byteOffset: byte, code, message }, raw, length);
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
    rows.recount();
    at.batch++;
    at.row += rows.count;
    at.record += rows.count + rejects.count;
    this.emit({
      end: { ...at },
      rows: rows.payload(),
      rowCount: rows.count,
      notes: this.notes.all(),
      rejects: rejects.payload(),
      evidence: evidenceOf(rows.evidence, at.row - rows.count),
    });
    this.rows = this.newRows(rows.evidence.next());
    this.rejects = this.newRejects();
    this.notes = new RecordNotes();
  }

  private newRejects(): RejectsCollector {
    return new RejectsCollector(this.pools, this.options.isFileText);
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
  exceptions: [...exceptions].map(([column, { count, alike, row, line, value, ruledOut }]) => ({
    column,
    count,
    alike,
    row_id: rowsBefore + row + 1,
    line,
    value: unescapeCell(value),
    ...(ruledOut && {
      ruled_out: { count: ruledOut.count, line: ruledOut.line, value: unescapeCell(ruledOut.value) },
    }),
  })),
});

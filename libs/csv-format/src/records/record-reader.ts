import { isUtf8 } from 'node:buffer';
import { Utf8Validator, validLength } from '../encoding/utf8-validator.js';
import { CarefulReader, MAX_SCANNED_BYTES, type ReaderRejectCode } from './careful-reader.js';
import { blankLineLength, CR, type CsvGrammar, LF, lineBreakLength, markLength, UNDECIDED } from './grammar.js';
import { type RecordKernel, type RowTarget, Stop } from './record-kernel.js';
import { SHOWN_BYTES } from './shown-lines.js';
import type { PositionTracker, TextPosition } from './text-position.js';

/** How much of a rejected record is kept. */
export const MAX_RAW_BYTES = 64 * 1024;

/** What is special about a record that the careful reader has read. */
export interface RecordTraits {
  /** It holds a NUL character or bytes that are not UTF-8. */
  isDamaged: boolean;
  /** Its quotes are malformed, and were read as text. */
  isLiteral: boolean;
  /** It begins with a byte order mark, which is not in its cells. */
  hasMark: boolean;
  /** Blanks were taken off its cells. */
  isTrimmed: boolean;
}

/** Receives the records in file order. Offsets count bytes of text (UTF-8) from the reader's start. */
export interface RecordSink {
  /** @param cells latin1 views of UTF-8. The sink may keep and change the array. */
  record(cells: string[], start: number, end: number, traits: RecordTraits): void;
  /**
   * A line that is a comment begins at `start`.
   * @param line its text, cut behind SHOWN_BYTES. Valid during the call.
   */
  comment?(start: number, line: Buffer): void;
  /** `raw`: the line without its break, cut behind MAX_RAW_BYTES + 1 bytes. It is valid during the call. */
  reject(code: ReaderRejectCode, start: Readonly<TextPosition>, end: number, raw: Buffer): void;
}

/** How a regular record became a row: with cells that it lacks, without empty ones that are too many, without blanks. */
export type RowChange = 'short' | 'long' | 'trimmed';

/** Receives regular records as joined rows, and the others one by one. */
export interface RowSink extends RecordSink {
  /** Where the next rows go. It never has as many rows or bytes as it may have. */
  readonly rows: RowTarget;
  /** Makes room for this many bytes more. */
  makeRoom(bytes: number): void;
  /** Of the rows written next to `rows`: how many were not taken as they stand, and the line of the first, from 1. */
  changed(how: RowChange, count: number, firstLine: number): void;
  /** Rows were written to `rows`: all records before `end`, which is behind the last one or behind blank lines that follow. */
  rowsWritten(end: number): void;
  /** A record with this many cells; one behind the width of the table is not empty. */
  tooWide(cells: number, start: number, end: number): void;
}

export interface ReaderOptions {
  grammar: CsvGrammar;
  sink: RecordSink;
  /** Stands at the first byte that will be pushed; the reader advances it. */
  positions: PositionTracker;
  /** The number of cells of a valid record, if known. A record with a malformed quote is read literally where only so it has this many. */
  width?: number;
  /** Physical lines to skip before the first record. */
  skipLines?: number;
  /** What takes regular records, and where it writes them; without it the sink gets every record one by one. */
  regular?: { kernel: RecordKernel; sink: RowSink };
}

/** A rejected line whose end has not been seen yet. */
interface OpenReject {
  code: ReaderRejectCode;
  start: Readonly<TextPosition>;
  raw: Buffer;
}

/** The least free space that is requested: enough for some records. */
const MIN_ROOM_BYTES = 16 * 1024;

/**
 * Turns bytes into records, in constant memory and linear time for any file: RecordKernel takes what is regular, CarefulReader looks at
 * each record that is not. Both go by the same grammar; `record-reader.spec.ts` compares them.
 */
export class RecordReader {
  /** Text that is not consumed yet: from `at` to `length`. One byte behind it is free for the kernel. */
  private window: Buffer = Buffer.alloc(0);
  private at = 0;
  private length = 0;
  /** The offset of the window's first byte. */
  private base: number;
  private readonly grammar: CsvGrammar;
  private readonly sink: RecordSink;
  private readonly positions: PositionTracker;
  private readonly careful: CarefulReader;
  private readonly regular: ReaderOptions['regular'];
  private linesToSkip: number;
  /** The text is read again only when this much is there. The number doubles each time, so an unfinished record takes linear time. */
  private nextReadLength = 0;
  private openReject: OpenReject | null = null;
  private stopped = false;
  private readonly utf8 = new Utf8Validator();
  /** The text before this offset may have bytes that are not UTF-8. */
  private invalidBefore = -1;
  /** Then the text before this offset is known to have none. */
  private validBefore = -1;

  constructor({ grammar, sink, positions, width, skipLines = 0, regular }: ReaderOptions) {
    this.grammar = grammar;
    this.sink = sink;
    this.positions = positions;
    this.careful = new CarefulReader(grammar, width);
    this.regular = regular;
    this.linesToSkip = skipLines;
    this.base = positions.offset;
  }

  /** @param bytes are copied. */
  push(bytes: Buffer): void {
    if (this.stopped || bytes.length === 0) return;
    this.append(bytes);
    if (!this.utf8.push(bytes)) this.invalidBefore = this.base + this.length;
    if (this.length - this.at >= this.nextReadLength) this.read(false);
  }

  end(): void {
    if (this.stopped) return;
    if (!this.utf8.end()) this.invalidBefore = Number.POSITIVE_INFINITY;
    this.read(true);
    this.stopped = true;
  }

  /** For the sink: nothing more is read. */
  stop(): void {
    this.stopped = true;
  }

  /** Everything before it has been handed to the sink. */
  get offset(): number {
    return this.base + this.at;
  }

  /** The record that the sink is called for, without its line break; cut behind MAX_RAW_BYTES + 1 bytes. Valid during the call. */
  raw(start: number, end: number): Buffer {
    const from = start - this.base;
    const to = this.contentEnd(start, end) - this.base;
    return this.window.subarray(from, Math.min(to, from + MAX_RAW_BYTES + 1));
  }

  /** Where the record or line that the sink is called for ends, before its line break. */
  contentEnd(start: number, end: number): number {
    const { window, base } = this;
    let to = end;
    if (to > start && window[to - base - 1] === LF) to--;
    if (to > start && window[to - base - 1] === CR) to--;
    return to;
  }

  /** The same in full, with its line break. Valid during the call. */
  bytes(start: number, end: number): Buffer {
    return this.window.subarray(start - this.base, end - this.base);
  }

  /** The position in the file of an offset in the current record or behind it. Offsets must not decrease. */
  positionAt(offset: number): Readonly<TextPosition> {
    return this.positions.moveTo(offset, this.window, this.base);
  }

  private append(bytes: Buffer): void {
    const pending = this.length - this.at;
    if (this.at > 0) {
      // The window loses what is consumed, so it has to be counted now.
      this.positionAt(this.offset);
      this.window.copyWithin(0, this.at, this.length);
      this.base += this.at;
      this.at = 0;
      this.length = pending;
    }
    const needed = pending + bytes.length + 1;
    if (needed > this.window.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(needed, Math.min(2 * this.window.length, needed + MAX_SCANNED_BYTES)),
      );
      this.window.copy(larger, 0, 0, pending);
      this.window = larger;
    }
    bytes.copy(this.window, pending);
    this.length += bytes.length;
  }

  private read(final: boolean): void {
    const before = this.at;
    if (this.linesToSkip > 0) this.skipLines(final);
    if (this.openReject) this.closeReject(final);
    if (!this.openReject && this.linesToSkip === 0) this.readRecords(final);
    const pending = this.length - this.at;
    this.nextReadLength = this.at > before ? 0 : Math.min(pending * 2, MAX_SCANNED_BYTES + 1);
  }

  private readRecords(final: boolean): void {
    while (!this.stopped && !this.openReject && this.at < this.length) {
      const isUnfinished = this.regular !== undefined && this.takeRegular(this.regular);
      if (this.stopped || this.at === this.length) return;
      // What the kernel finds unfinished, the grammar does too. It need not look before the file ends or the record is too long.
      if (isUnfinished && !final && this.length - this.at <= MAX_SCANNED_BYTES) return;
      if (!this.readOne(final)) return;
    }
  }

  /** Lets the kernel take all records up to the first that it leaves. @returns whether the text ends within that record */
  private takeRegular({ kernel, sink }: { kernel: RecordKernel; sink: RowSink }): boolean {
    for (;;) {
      const end = this.validEnd();
      if (end === this.at) return false;
      const room = sink.rows.bytes.length - sink.rows.length - kernel.spareBytes;
      const limit = Math.min(end, this.at + room);
      let stop: Stop = Stop.NoRoom;
      if (limit > this.at) {
        // From here on the kernel counts the lines.
        const { line } = this.positionAt(this.offset);
        sink.rows.line = line + 1;
        stop = kernel.run(this.window, this.at, limit, sink.rows);
        this.positions.moveTo(this.base + kernel.end, this.window, this.base, kernel.lines);
        this.at = kernel.end;
        if (kernel.shortRows > 0) sink.changed('short', kernel.shortRows, line + kernel.firstShortLine + 1);
        if (kernel.longRows > 0) sink.changed('long', kernel.longRows, line + kernel.firstLongLine + 1);
        if (kernel.trimmedRows > 0) sink.changed('trimmed', kernel.trimmedRows, line + kernel.firstTrimmedLine + 1);
        if (kernel.taken > 0) sink.rowsWritten(this.offset);
        if (this.stopped) return false;
      }
      const isRoomShort = stop === Stop.NoRoom || (stop === Stop.RanOut && limit < end);
      if (isRoomShort && (limit <= this.at || kernel.taken === 0)) {
        sink.makeRoom(kernel.spareBytes + Math.max(MIN_ROOM_BYTES, 2 * room));
      }
      if (stop !== Stop.Full && !isRoomShort) return stop === Stop.RanOut && end === this.length;
    }
  }

  /** Up to where the text from here on is UTF-8. */
  private validEnd(): number {
    const { offset } = this;
    if (this.invalidBefore <= offset) return this.length;
    if (this.validBefore <= offset) {
      this.validBefore = offset + validLength(this.window.subarray(this.at, this.length));
    }
    return this.validBefore - this.base;
  }

  /** Reads a record of any form. @returns false where its end is not there yet */
  private readOne(final: boolean): boolean {
    const { careful, window, at } = this;
    const blankLength = blankLineLength(window, at, this.length, final, this.grammar);
    if (blankLength === UNDECIDED) return false;
    if (blankLength > 0) {
      this.at += blankLength;
      return true;
    }
    const comment = this.commentHere(final);
    if (comment === UNDECIDED) return false;
    if (comment) {
      const lineEnd = this.lineHere(final)?.contentEnd;
      // What is shown of the line must be there.
      if (lineEnd === undefined && this.length - at < SHOWN_BYTES) return false;
      this.sink.comment?.(this.base + at, window.subarray(at, Math.min(lineEnd ?? this.length, at + SHOWN_BYTES)));
      this.linesToSkip = 1;
      this.skipLines(final);
      return this.linesToSkip === 0;
    }
    const found = careful.find(window, at, this.length, final);
    if (found === 'unfinished') return false;
    if (found === 'record') {
      const { end } = careful;
      this.handOver(this.base + at, this.base + end);
      this.at = end;
    } else {
      this.rejectLine(found, final);
    }
    return true;
  }

  /** Whether a comment begins here: 1, 0 or UNDECIDED. */
  private commentHere(final: boolean): number {
    const { comment = '' } = this.grammar;
    if (comment === '') return 0;
    const start = this.at + markLength(this.window, this.at, this.length);
    const here = this.window.toString('latin1', start, Math.min(this.length, start + comment.length));
    if (here === comment) return 1;
    return !final && comment.startsWith(here) ? UNDECIDED : 0;
  }

  /** Gives the record that was found to the sink. */
  private handOver(start: number, end: number): void {
    const { careful, regular } = this;
    if (regular && careful.hasSurplus(regular.kernel.width)) {
      regular.sink.tooWide(careful.cellCount, start, end);
      return;
    }
    const isInvalid = this.invalidBefore > start && !isUtf8(this.bytes(start, end));
    const isDamaged = isInvalid || careful.record.includes('\0');
    const { isLiteral, hasMark, isTrimmed } = careful;
    this.sink.record(careful.cells(isDamaged), start, end, { isDamaged, isLiteral, hasMark, isTrimmed });
  }

  /** Rejects the physical line that begins here. */
  private rejectLine(code: ReaderRejectCode, final: boolean): void {
    const { at, base, window } = this;
    const start = { ...this.positionAt(this.offset) };
    const line = this.lineHere(final);
    const contentEnd = line?.contentEnd ?? this.unbrokenEnd();
    const raw = window.subarray(at, Math.min(contentEnd, at + MAX_RAW_BYTES + 1));
    this.at = line?.end ?? contentEnd;
    if (line) this.sink.reject(code, start, base + line.end, raw);
    else this.openReject = { code, start, raw: Buffer.from(raw) };
  }

  /** Continues with a rejected line. */
  private closeReject(final: boolean): void {
    const line = this.lineHere(final);
    this.at = line?.end ?? this.unbrokenEnd();
    if (!line) return;
    const { code, start, raw } = this.openReject!;
    this.openReject = null;
    this.sink.reject(code, start, this.base + line.end, raw);
  }

  private skipLines(final: boolean): void {
    while (this.linesToSkip > 0 && this.at < this.length) {
      const line = this.lineHere(final);
      this.at = line?.end ?? this.unbrokenEnd();
      if (!line) return;
      this.linesToSkip--;
    }
  }

  /** The end of a text without a line break; a CR there may be half of one. */
  private unbrokenEnd(): number {
    return this.window[this.length - 1] === CR ? this.length - 1 : this.length;
  }

  /** The line that begins here, up to the end of the file if it has no line break; null where its end is not there yet. */
  private lineHere(final: boolean): { contentEnd: number; end: number } | null {
    const { window, length, grammar } = this;
    for (let { at } = this; at < length; at++) {
      const byte = window[at]!;
      if (byte !== LF && byte !== CR) continue;
      const breakLength = lineBreakLength(byte, at + 1 < length ? window[at + 1]! : -1, final, grammar);
      if (breakLength === UNDECIDED) return null;
      if (breakLength > 0) return { contentEnd: at, end: at + breakLength };
    }
    return final ? { contentEnd: length, end: length } : null;
  }
}

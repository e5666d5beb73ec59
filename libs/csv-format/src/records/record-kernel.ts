import type { ColumnEvidence } from '../columns/column-evidence.js';
import { narrow } from '../columns/column-types.js';
import { NONE, type Readings } from '../columns/readings.js';
import { MAX_RECORD_BYTES } from './careful-reader.js';
import {
  CR,
  type CsvGrammar,
  isBlank,
  isCarriageReturnBreak,
  isLineFeedBreak,
  isWhiteSpace,
  LF,
  markLength,
} from './grammar.js';
import { CELL_SEPARATOR, ESCAPED_CHARACTERS, escapeCell, ROW_SEPARATOR } from './joined-cells.js';

/** Where rows are written: cells joined by U+001F, rows by U+001E, as UTF-8. */
export interface RowTarget {
  bytes: Buffer;
  /** Bytes written so far. */
  length: number;
  /** Rows written so far. */
  count: number;
  /** Whether a cell was changed by `escapeCell`. */
  hasEscapes: boolean;
  /** What the values of the columns have shown; each row adds to it. */
  readonly evidence: ColumnEvidence;
  /** The physical line on which the next run begins, from 1. */
  line: number;
  /** The kernel stops at this many rows, or behind the row that brings `length` to this many bytes. */
  readonly maxCount: number;
  readonly maxLength: number;
}

/** Why the kernel has stopped. */
export const Stop = {
  /** A record that only the grammar can judge. */
  Irregular: 0,
  /** No further record ends before the limit. */
  RanOut: 1,
  /** The target has as many rows or bytes as it wants. */
  Full: 2,
  /** The target has no room for the bytes up to the limit. */
  NoRoom: 3,
} as const;
export type Stop = (typeof Stop)[keyof typeof Stop];

/** What a byte may be. Text is 0: the loops over text end at anything else. */
const TEXT = 0;
/** Also the first byte of a longer delimiter. */
const DELIMITER = 1;
const LINE_FEED = 2;
const CARRIAGE_RETURN = 3;
const QUOTE = 4;
const ESCAPE = 5;
/** What `escapeCell` replaces. */
const CONTROL = 6;
/** Not for the kernel: NUL. */
const FOREIGN = 7;

const NUL = 0;
const CELL_SEPARATOR_BYTE = CELL_SEPARATOR.charCodeAt(0);
const ROW_SEPARATOR_BYTE = ROW_SEPARATOR.charCodeAt(0);
/** What is written for each byte that `escapeCell` replaces. */
const CONTROL_CODES = new Map(
  ESCAPED_CHARACTERS.map((character) => [character.charCodeAt(0), Buffer.from(escapeCell(character))]),
);
const LONGEST_CODE = 3;
/** The code of no byte. */
const NO_BYTE = -1;

export interface KernelOptions {
  grammar: CsvGrammar;
  /** Cells of a row. A record with fewer is filled up; surplus cells must be empty. */
  width: number;
  /** Records with a longer cell, or longer than MAX_RECORD_BYTES, are left to the careful reader. */
  maxCellBytes: number;
}

/**
 * Turns regular records into joined rows in one pass over their bytes: a record whose quotes open and close cells, whose width fits,
 * and whose bytes can be stored as they are. It stops in front of any other record, and has then written and counted nothing of it.
 *
 * It reads these records exactly as RecordScanner does (a property test compares the two). It costs some 3 ns a byte, where texts and
 * arrays of cells cost 20. Therefore the loop is one long function.
 */
export class RecordKernel {
  // Of the last run.
  /** Behind the last record that was taken. */
  end = 0;
  /** Records taken, and line breaks in and behind them. */
  taken = 0;
  lines = 0;
  /** Records taken that have fewer cells than the table, or more, or lost blanks; and the line breaks before the first of each. */
  shortRows = 0;
  firstShortLine = 0;
  longRows = 0;
  firstLongLine = 0;
  trimmedRows = 0;
  firstTrimmedLine = 0;

  readonly width: number;
  private readonly maxCellBytes: number;
  private readonly quote: number;
  /** NO_BYTE where quotes are doubled. */
  private readonly escape: number;
  private readonly delimiter: Uint8Array;
  private readonly comment: Uint8Array;
  private readonly trim: boolean;
  private readonly lineFeedBreaks: boolean;
  private readonly carriageReturnBreaks: boolean;
  /** What each byte is outside and inside of quotes. */
  private readonly plain: Uint8Array;
  private readonly quoted: Uint8Array;
  /** Where each cell of the current row ends in the target. */
  private readonly cellEnds: Int32Array;
  /** Columns that may still have a type other than text, at the front. */
  private readonly typed: Int32Array;

  constructor({ grammar, width, maxCellBytes }: KernelOptions) {
    this.width = width;
    this.maxCellBytes = maxCellBytes;
    this.quote = grammar.quote === '' ? NO_BYTE : grammar.quote.charCodeAt(0);
    this.escape = grammar.escape === grammar.quote ? NO_BYTE : grammar.escape.charCodeAt(0);
    this.delimiter = Buffer.from(grammar.delimiter, 'latin1');
    this.comment = Buffer.from(grammar.comment ?? '', 'latin1');
    this.trim = grammar.trim === true;
    this.lineFeedBreaks = isLineFeedBreak(grammar);
    this.carriageReturnBreaks = isCarriageReturnBreak(grammar);
    this.plain = this.plainBytes();
    this.quoted = this.quotedBytes();
    this.cellEnds = new Int32Array(width);
    this.typed = new Int32Array(width);
  }

  /** Bytes that a target must have free beyond those of the text: separators of cells that a short record lacks. */
  get spareBytes(): number {
    return this.width + 1;
  }

  /**
   * Takes records from `from` on as long as they are regular and end before `limit`.
   * @param bytes UTF-8, one more than `limit`; that one is overwritten during the run.
   * @param target must have `limit - from + spareBytes` bytes free.
   */
  run(bytes: Buffer, from: number, limit: number, target: RowTarget): Stop {
    // NUL is FOREIGN, so no loop runs over the limit, and none has to compare with it.
    const behind = bytes[limit]!;
    bytes[limit] = NUL;
    const stop = this.take(bytes, from, limit, target);
    bytes[limit] = behind;
    return stop;
  }

  private take(bytes: Buffer, from: number, limit: number, target: RowTarget): Stop {
    const { width, plain, quoted, quote, escape: escapeMark, cellEnds, typed, trim } = this;
    const { evidence, maxCount, maxLength } = target;
    const { readings, filled } = evidence;
    const out = target.bytes;
    const lastLength = out.length - this.spareBytes;
    const delimiterLength = this.delimiter.length;
    const commentStart = this.comment.length > 0 ? this.comment[0]! : NO_BYTE;
    let typedCount = this.findTyped(readings);
    let rows = target.count;
    let shortRows = 0;
    let firstShortLine = 0;
    let longRows = 0;
    let firstLongLine = 0;
    let trimmedRows = 0;
    let firstTrimmedLine = 0;
    // Of the text and of the target, and the same at the last record that was taken.
    let at = from;
    let length = target.length;
    let end = at;
    let endLength = length;
    let lines = 0;
    let endLines = 0;
    let stop: Stop = Stop.Irregular;

    records: for (;;) {
      if (rows >= maxCount || endLength >= maxLength) {
        stop = Stop.Full;
        break;
      }
      let kind = plain[bytes[at]!]!;

      // A blank line is no record.
      if (kind === LINE_FEED || kind === CARRIAGE_RETURN) {
        const breakLength = kind === LINE_FEED ? 1 : this.carriageReturnBreak(bytes, at, limit);
        if (breakLength < 0) {
          at = limit;
          break;
        }
        if (breakLength > 0) {
          end = at += breakLength;
          endLines = ++lines;
          continue;
        }
      }

      if (markLength(bytes, at, limit) > 0) break;
      if (bytes[at] === commentStart) {
        const matching = this.commentBytesAt(bytes, at);
        if (matching === this.comment.length) break;
        if (at + matching === limit) {
          at = limit;
          break;
        }
      }

      const start = at;
      if (rows > 0) out[length++] = ROW_SEPARATOR_BYTE;
      const rowStart = length;
      let column = 0;
      let breakLength = 0;
      let isEscaped = false;
      let isLong = false;
      let isTrimmed = false;
      for (;;) {
        if (trim && isBlank(bytes[at]!)) {
          const behind = this.behindBlanks(bytes, at);
          if (behind > at) isTrimmed = true;
          at = behind;
        }
        let byte = bytes[at]!;
        if (byte !== quote) {
          // A plain cell: text up to a delimiter or a line break.
          let kept = length;
          for (;;) {
            kind = plain[byte]!;
            while (kind === TEXT) {
              out[length++] = byte;
              byte = bytes[++at]!;
              kind = plain[byte]!;
            }
            if (kind === DELIMITER) {
              if (delimiterLength === 1 || this.isDelimiter(bytes, at)) break;
              kind = quoted[byte]!;
              if (kind === FOREIGN) break records;
            } else if (kind === LINE_FEED) {
              breakLength = 1;
              break;
            } else if (kind === CARRIAGE_RETURN) {
              breakLength = this.carriageReturnBreak(bytes, at, limit);
              if (breakLength > 0) break;
              if (breakLength < 0) {
                at = limit;
                break records;
              }
            } else if (kind === ESCAPE) {
              const escaped = this.escapedLength(bytes, at + 1);
              if (escaped < 0) break records;
              if (escaped > 0) {
                const escapedEnd = at + 1 + escaped;
                for (at++; at < escapedEnd; at++) out[length++] = bytes[at]!;
                kept = length;
                byte = bytes[at]!;
                continue;
              }
            } else if (kind === FOREIGN) {
              break records;
            }
            // Neither a whole delimiter nor a line break.
            if (kind === CONTROL) {
              if (length + LONGEST_CODE + limit - at > lastLength) {
                stop = Stop.NoRoom;
                break records;
              }
              length = writeControlCode(out, length, byte);
              isEscaped = true;
            } else {
              out[length++] = byte;
            }
            byte = bytes[++at]!;
          }
          if (trim) {
            while (length > kept && isBlank(out[length - 1]!)) {
              length--;
              isTrimmed = true;
            }
          }
        } else {
          // A quoted cell: text up to the quote that closes it.
          at++;
          for (;;) {
            byte = bytes[at]!;
            kind = quoted[byte]!;
            if (kind === QUOTE) {
              if (bytes[at + 1] !== quote) break;
              at++;
            } else if (kind === ESCAPE) {
              const next = bytes[at + 1]!;
              if (next === quote || next === escapeMark) byte = bytes[++at]!;
            } else if (kind === LINE_FEED) {
              lines++;
            } else if (kind === CARRIAGE_RETURN) {
              // CRLF is one line break.
              if (!this.lineFeedBreaks || bytes[at + 1] !== LF) lines++;
            } else if (kind === CONTROL) {
              if (length + LONGEST_CODE + limit - at > lastLength) {
                stop = Stop.NoRoom;
                break records;
              }
              length = writeControlCode(out, length, byte);
              isEscaped = true;
              at++;
              continue;
            } else if (kind === FOREIGN) {
              break records;
            }
            out[length++] = byte;
            at++;
          }
          // Behind it white space, then a delimiter or a line break. Anything else makes it a stray quote.
          for (at++; ; at++) {
            byte = bytes[at]!;
            kind = plain[byte]!;
            if (kind === DELIMITER && (delimiterLength === 1 || this.isDelimiter(bytes, at))) break;
            if (kind === LINE_FEED) {
              breakLength = 1;
              break;
            }
            if (kind === CARRIAGE_RETURN) {
              breakLength = this.carriageReturnBreak(bytes, at, limit);
              if (breakLength > 0) break;
              if (breakLength < 0) at = limit;
            }
            if (at >= limit || !isWhiteSpace(byte)) break records;
          }
        }

        cellEnds[column++] = length;
        if (breakLength > 0) break;
        at += delimiterLength;
        if (column < width) {
          out[length++] = CELL_SEPARATOR_BYTE;
          continue;
        }
        // Surplus cells are dropped where they are empty.
        isLong = true;
        if (trim && isBlank(bytes[at]!)) {
          const behind = this.behindBlanks(bytes, at);
          if (behind > at) isTrimmed = true;
          at = behind;
        }
        while (plain[bytes[at]!] === DELIMITER && this.isDelimiter(bytes, at)) {
          at += delimiterLength;
          if (trim && isBlank(bytes[at]!)) {
            const behind = this.behindBlanks(bytes, at);
            if (behind > at) isTrimmed = true;
            at = behind;
          }
        }
        kind = plain[bytes[at]!]!;
        if (kind === LINE_FEED) breakLength = 1;
        else if (kind === CARRIAGE_RETURN) breakLength = this.carriageReturnBreak(bytes, at, limit);
        if (breakLength < 0) at = limit;
        if (breakLength <= 0) break records;
        break;
      }

      // A whole record.
      if (at - start > this.maxCellBytes && this.isTooLong(at - start, rowStart, column)) break;
      if (isEscaped) target.hasEscapes = true;
      if (isLong && longRows++ === 0) firstLongLine = endLines;
      if (isTrimmed && trimmedRows++ === 0) firstTrimmedLine = endLines;
      if (column < width) {
        if (shortRows++ === 0) firstShortLine = endLines;
        for (; column < width; column++) {
          out[length++] = CELL_SEPARATOR_BYTE;
          cellEnds[column] = length;
        }
      }
      for (let i = 0; i < typedCount; i++) {
        const typedColumn = typed[i]!;
        const cellStart = typedColumn === 0 ? rowStart : cellEnds[typedColumn - 1]! + 1;
        const cellEnd = cellEnds[typedColumn]!;
        if (cellStart >= cellEnd) continue;
        const before = readings[typedColumn]!;
        filled[typedColumn]!++;
        const left = narrow(before, out, cellStart, cellEnd);
        if (left === before) continue;
        const line = target.line + endLines;
        // The last of the list takes the place of a column that is given up.
        if (evidence.change(typedColumn, left, out, cellStart, cellEnd, rows, line) === NONE)
          typed[i--] = typed[--typedCount]!;
      }
      rows++;
      end = at += breakLength;
      endLength = length;
      endLines = ++lines;
      if (length + limit - at > lastLength) {
        stop = Stop.NoRoom;
        break;
      }
    }

    this.end = end;
    this.lines = endLines;
    this.taken = rows - target.count;
    target.length = endLength;
    target.count = rows;
    this.shortRows = shortRows;
    this.firstShortLine = firstShortLine;
    this.longRows = longRows;
    this.firstLongLine = firstLongLine;
    this.trimmedRows = trimmedRows;
    this.firstTrimmedLine = firstTrimmedLine;
    return stop === Stop.Irregular && at >= limit ? Stop.RanOut : stop;
  }

  /** Lists the columns that may still have a type. @returns their number */
  private findTyped(readings: readonly Readings[]): number {
    let count = 0;
    for (let column = 0; column < this.width; column++) {
      if (readings[column] !== NONE) this.typed[count++] = column;
    }
    return count;
  }

  /** Whether a record is too long to be taken. An escaped cell is longer than its text, so it may be left without need. */
  private isTooLong(recordBytes: number, rowStart: number, cells: number): boolean {
    let from = rowStart;
    for (let cell = 0; cell < cells; cell++) {
      if (this.cellEnds[cell]! - from > this.maxCellBytes) return true;
      from = this.cellEnds[cell]! + 1;
    }
    return recordBytes > MAX_RECORD_BYTES;
  }

  /** Whether the delimiter is here, given that its first byte is. */
  private isDelimiter(bytes: Buffer, at: number): boolean {
    const { delimiter } = this;
    for (let i = 1; i < delimiter.length; i++) if (bytes[at + i] !== delimiter[i]) return false;
    return true;
  }

  /** Behind the blanks that begin a cell. */
  private behindBlanks(bytes: Buffer, from: number): number {
    let at = from;
    while (isBlank(bytes[at]!) && !(this.plain[bytes[at]!] === DELIMITER && this.isDelimiter(bytes, at))) at++;
    return at;
  }

  /** How many bytes of the comment mark are here. */
  private commentBytesAt(bytes: Buffer, at: number): number {
    let count = 0;
    while (count < this.comment.length && bytes[at + count] === this.comment[count]) count++;
    return count;
  }

  /** How many bytes an escape before `at` makes text: 0 where it is text itself, -1 where the careful reader decides. */
  private escapedLength(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    if (byte === this.escape) return 1;
    if (this.plain[byte] === DELIMITER && this.isDelimiter(bytes, at))
      return this.delimiter.some((part) => CONTROL_CODES.has(part)) ? -1 : this.delimiter.length;
    return byte === LF || byte === CR ? -1 : 0;
  }

  /** Length of the line break that a CR begins: 0 where it is text, -1 where the byte behind it is not there yet. */
  private carriageReturnBreak(bytes: Buffer, at: number, limit: number): number {
    if (at + 1 === limit) return -1;
    if (bytes[at + 1] === LF) return 2;
    return this.carriageReturnBreaks ? 1 : 0;
  }

  private plainBytes(): Uint8Array {
    const kinds = textBytes();
    if (this.lineFeedBreaks) kinds[LF] = LINE_FEED;
    // It may begin a CRLF in any file.
    kinds[CR] = CARRIAGE_RETURN;
    if (this.quote === NO_BYTE && this.escape !== NO_BYTE) kinds[this.escape] = ESCAPE;
    if (this.delimiter.length > 0) kinds[this.delimiter[0]!] = DELIMITER;
    return kinds;
  }

  private quotedBytes(): Uint8Array {
    const kinds = textBytes();
    // Line breaks are counted here, and are text.
    if (this.lineFeedBreaks) kinds[LF] = LINE_FEED;
    if (this.carriageReturnBreaks) kinds[CR] = CARRIAGE_RETURN;
    if (this.quote !== NO_BYTE) kinds[this.quote] = QUOTE;
    if (this.escape !== NO_BYTE) kinds[this.escape] = ESCAPE;
    return kinds;
  }
}

function textBytes(): Uint8Array {
  const kinds = new Uint8Array(0x100);
  kinds[NUL] = FOREIGN;
  for (const byte of CONTROL_CODES.keys()) kinds[byte] = CONTROL;
  return kinds;
}

/** @returns where the code ends */
function writeControlCode(out: Buffer, length: number, byte: number): number {
  const code = CONTROL_CODES.get(byte)!;
  out.set(code, length);
  return length + code.length;
}

/** Which line breaks end a record outside quotes: LF and CRLF, or a lone CR (then LF is text), or all three. */
export type LineEnds = 'lf' | 'cr' | 'any';

/** The bytes with a meaning. -1: there is none. */
export interface Marks {
  delimiter: number;
  quote: number;
  /** The quote itself: doubled. Another byte: it also stands before quotes, and before itself, that are text. */
  escape: number;
  ends: LineEnds;
}

export interface TokenLimits {
  /** Records read at most. */
  records: number;
  /** No new record is begun past this many bytes, once four are there. */
  bytes: number;
  /** Cells are kept for this many records; of the others only the width. */
  recordsWithCells: number;
  /** Cells kept of one record; its width is counted on. */
  cellsPerRecord: number;
}

export const EVERYTHING: TokenLimits = {
  records: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  recordsWithCells: 400,
  cellsPerRecord: 256,
};

export const CELL_PLAIN = 0;
export const CELL_QUOTED = 1;
/** Begins with a quote, and no quote before the line's end is followed by a delimiter or a line break. */
export const CELL_MALFORMED = 2;

export const END_LF = 0;
export const END_CRLF = 1;
export const END_CR = 2;
export const END_OF_SAMPLE = 3;

/**
 * A quoted cell that has not ended by then is taken for a stray quote: its line is given up and the next one begun afresh.
 * Far above any honest cell.
 */
const LONGEST_QUOTED_CELL = 256 * 1024;
const TORN = -1;
const UNCLOSED = -2;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

interface RecordDetails {
  line: number;
  from: number;
  blankBefore: boolean;
  /** Its cells were added before, from this one on. */
  firstCell: number;
}

/** The records of a sample under one reading of its marks: arrays side by side, as it is made a dozen times per sample. */
export class TokenTable {
  /** Per record: how many cells it has, and how it ends (END_…). */
  readonly width: number[] = [];
  readonly end: number[] = [];
  /** Per detailed record: 0-based physical line, first byte, whether a blank line stands before it, where its cells are. */
  readonly line: number[] = [];
  readonly from: number[] = [];
  readonly blankBefore: boolean[] = [];
  private readonly firstCell: number[] = [];
  /** Per kept cell: its byte range without quotes, and CELL_… */
  readonly cellFrom: number[] = [];
  readonly cellTo: number[] = [];
  readonly cellForm: number[] = [];

  quoted = 0;
  /** Cells that do not close, or that hold quotes neither escaped nor closing. */
  malformed = 0;
  /** Quoted cells that hold a delimiter or a line break: without the quotes the record would fall apart. */
  protecting = 0;
  /** Well-formed quoted cells with a quote, escaped, in them. */
  escaped = 0;
  /** Blank lines by their END_… */
  readonly blankLines: [lf: number, crlf: number, cr: number] = [0, 0, 0];
  /** Lines given up for a quote that never closes. */
  givenUp = 0;

  constructor(
    readonly sample: Buffer,
    readonly marks: Marks,
  ) {}

  get records(): number {
    return this.width.length;
  }

  /** The first so many records have details: cells, line, position. Of the others only `width` and `end` are known. */
  get detailed(): number {
    return this.firstCell.length;
  }

  /** How many of a record's cells were kept. */
  cells(record: number): number {
    if (record >= this.detailed) return 0;
    return (this.firstCell[record + 1] ?? this.cellFrom.length) - this.firstCell[record]!;
  }

  /** Index of a kept cell in `cellFrom`, `cellTo` and `cellForm`. */
  cell(record: number, column: number): number {
    return this.firstCell[record]! + column;
  }

  addRecord(width: number, end: number, details: RecordDetails | null): void {
    this.width.push(width);
    this.end.push(end);
    if (!details) return;
    this.line.push(details.line);
    this.from.push(details.from);
    this.blankBefore.push(details.blankBefore);
    this.firstCell.push(details.firstCell);
  }

  addCell(from: number, to: number, form: number): void {
    this.cellFrom.push(from);
    this.cellTo.push(to);
    this.cellForm.push(form);
  }

  /** Takes back the cells of a record that came to nothing. */
  dropCellsFrom(firstCell: number): void {
    this.cellFrom.length = firstCell;
    this.cellTo.length = firstCell;
    this.cellForm.length = firstCell;
  }

  /** A kept cell as text: unescaped, without its quotes. */
  text(record: number, column: number): string {
    const cell = this.cell(record, column);
    const raw = this.sample.toString('utf8', this.cellFrom[cell]!, this.cellTo[cell]!);
    if (this.cellForm[cell] !== CELL_QUOTED) return raw;
    const quote = String.fromCharCode(this.marks.quote);
    const mark = String.fromCharCode(this.marks.escape);
    const doubled = raw.replaceAll(quote + quote, quote);
    return mark === quote ? doubled : doubled.replaceAll(mark + quote, quote).replaceAll(mark + mark, mark);
  }
}

/**
 * Reads records as the ingest reads them: a quote opens a cell only as its first character, and closes it before a delimiter or a line
 * break, spaces between being ignored; one that does neither is text, if the cell closes on the same line. Blank lines are no records.
 * `whole`: the sample is all of the file, so its last record is complete.
 */
export function tokenize(sample: Buffer, from: number, marks: Marks, limits: TokenLimits, whole: boolean): TokenTable {
  return new Tokenizer(sample, from, marks, limits, whole).read();
}

class Tokenizer {
  private readonly table: TokenTable;
  private readonly size: number;
  private readonly delimiter: number;
  private readonly quote: number;
  private readonly escape: number;
  private readonly ends: LineEnds;
  private pos: number;
  private line = 0;
  /**
   * Of the record being read: a quote in it does not close, and the ingest will give up the line. Its further quotes are not looked at, or
   * a long line of quotes would be searched to its end from each of them.
   */
  private torn = false;
  /** Of the quoted cell read last. */
  private protects = false;
  private strays = false;
  private escapes = false;

  constructor(
    private readonly sample: Buffer,
    private readonly from: number,
    marks: Marks,
    private readonly limits: TokenLimits,
    private readonly whole: boolean,
  ) {
    this.table = new TokenTable(sample, marks);
    this.size = sample.length;
    this.pos = from;
    this.delimiter = marks.delimiter;
    this.quote = marks.quote;
    this.escape = marks.escape;
    this.ends = marks.ends;
  }

  read(): TokenTable {
    const { table, limits } = this;
    let blankBefore = false;
    while (
      this.pos < this.size &&
      table.records < limits.records &&
      (this.pos - this.from < limits.bytes || table.records < 4)
    ) {
      const blank = this.breakAt(this.pos);
      if (blank > 0) {
        table.blankLines[this.kindOfBreak(blank)]++;
        this.pos += blank;
        this.line++;
        blankBefore = true;
        continue;
      }
      if (!this.readRecord(blankBefore)) break;
      blankBefore = false;
    }
    return table;
  }

  /** False: the sample ends within the record, and the file goes on. */
  private readRecord(blankBefore: boolean): boolean {
    const { table, limits } = this;
    const from = this.pos;
    const line = this.line;
    const firstCell = table.cellFrom.length;
    const { quoted, malformed, protecting, escaped } = table;
    const kept = table.records < limits.recordsWithCells ? limits.cellsPerRecord : 0;
    this.torn = false;
    let width = 0;
    do {
      if (width > 0) this.pos++;
      if (!this.readCell(width < kept)) {
        table.dropCellsFrom(firstCell);
        Object.assign(table, { quoted, malformed, protecting, escaped });
        if (!this.whole && this.size - this.pos < LONGEST_QUOTED_CELL) return false;
        this.giveUpLine(from, line);
        return true;
      }
      width++;
    } while (this.pos < this.size && this.sample[this.pos] === this.delimiter);

    const length = this.pos < this.size ? this.breakAt(this.pos) : 0;
    if (length === 0 && !this.whole && table.records > 0) {
      table.dropCellsFrom(firstCell);
      Object.assign(table, { quoted, malformed, protecting, escaped });
      return false;
    }
    const end = length === 0 ? END_OF_SAMPLE : this.kindOfBreak(length);
    table.addRecord(width, end, kept > 0 ? { line, from, blankBefore, firstCell } : null);
    this.pos += length;
    this.line++;
    return true;
  }

  /** Leaves `pos` at the delimiter or the line break behind the cell. False: it is quoted and does not close. */
  private readCell(keep: boolean): boolean {
    const { table } = this;
    const from = this.pos;
    if (this.sample[from] === this.quote && !this.torn) {
      const close = this.closingQuote(from + 1);
      if (close === UNCLOSED) return false;
      if (close === TORN || this.strays) table.malformed++;
      else table.quoted++;
      if (close !== TORN) {
        if (this.protects) table.protecting++;
        if (this.escapes && !this.strays) table.escaped++;
        if (keep) table.addCell(from + 1, close, CELL_QUOTED);
        return true;
      }
      this.torn = true;
    }
    this.passPlainCell();
    if (keep) table.addCell(from, this.pos, this.torn ? CELL_MALFORMED : CELL_PLAIN);
    return true;
  }

  private passPlainCell(): void {
    const { sample, size, delimiter } = this;
    let at = this.pos;
    for (; at < size; at++) {
      const byte = sample[at]!;
      if (byte === delimiter || ((byte === LF || byte === CR) && this.breakAt(at) > 0)) break;
    }
    this.pos = at;
  }

  /** Where the quoted cell whose content begins at `from` closes, leaving `pos` behind it and its spaces; or TORN, or UNCLOSED. */
  private closingQuote(from: number): number {
    const { sample, quote, escape: mark, delimiter } = this;
    const limit = Math.min(this.size, from + LONGEST_QUOTED_CELL);
    let lines = 0;
    let protects = false;
    let strays = false;
    let escapes = false;
    let at = from;
    for (; at < limit; at++) {
      const byte = sample[at]!;
      if (byte === quote) {
        if (sample[at + 1] === quote) {
          escapes = true;
          at++;
        } else if (this.closesBefore(at + 1)) {
          this.line += lines;
          this.protects = protects;
          this.strays = strays;
          this.escapes = escapes;
          return at;
        } else if (lines > 0) break;
        else strays = true;
      } else if (byte === mark) {
        if (sample[at + 1] === quote) escapes = true;
        if (sample[at + 1] === quote || sample[at + 1] === mark) at++;
      } else if (byte === delimiter) {
        protects = true;
      } else if (byte === LF || byte === CR) {
        if (strays) break;
        protects = true;
        const length = this.breakAt(at);
        if (length > 0) lines++;
        if (length === 2) at++;
      }
    }
    return at < limit || (strays && this.whole) ? TORN : UNCLOSED;
  }

  /** Whether, spaces aside, a delimiter, a line break or the end is at `from`; then `pos` is moved there. */
  private closesBefore(from: number): boolean {
    const { sample, delimiter } = this;
    let at = from;
    while ((sample[at] === SPACE || sample[at] === TAB) && sample[at] !== delimiter) at++;
    if (at < this.size && sample[at] !== delimiter && this.breakAt(at) === 0) return false;
    this.pos = at;
    return true;
  }

  private giveUpLine(from: number, line: number): void {
    this.table.givenUp++;
    let at = from;
    while (at < this.size && this.breakAt(at) === 0) at++;
    this.pos = at + this.breakAt(at);
    this.line = line + 1;
  }

  /** Length of the line break at `at`; 0 where none ends a record. */
  private breakAt(at: number): number {
    const byte = this.sample[at];
    if (byte === LF) return this.ends === 'cr' ? 0 : 1;
    if (byte !== CR) return 0;
    if (this.sample[at + 1] === LF && this.ends !== 'cr') return 2;
    return this.ends === 'lf' ? 0 : 1;
  }

  private kindOfBreak(length: number): 0 | 1 | 2 {
    if (length === 2) return END_CRLF;
    return this.sample[this.pos] === CR ? END_CR : END_LF;
  }
}

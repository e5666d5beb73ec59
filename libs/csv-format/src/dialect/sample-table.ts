import {
  blankLineLength,
  CR,
  type CsvGrammar,
  lineBreakLength,
  markLength,
  UNDECIDED,
  unescaped,
  unescapedPlain,
} from '../records/grammar.js';
import { CellForm, type CellRanges, RecordScanner, Scan } from '../records/record-scanner.js';

export interface SampleLimits {
  /** Records read at most. */
  records: number;
  /** No new record is begun past this many bytes, once four are there. */
  bytes: number;
  /** Cells are kept for this many records; of the others only the width. */
  recordsWithCells: number;
  /** Cells kept of one record; its width is counted on. */
  cellsPerRecord: number;
}

export const WHOLE_SAMPLE: SampleLimits = {
  records: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  recordsWithCells: 400,
  cellsPerRecord: 256,
};

/** What a record ends with. */
export const RecordEnd = { LF: 0, CRLF: 1, CR: 2, Sample: 3 } as const;
export type RecordEnd = (typeof RecordEnd)[keyof typeof RecordEnd];

/**
 * A sample that is not the whole file may end within a quoted cell. The reader scans up to 1 MiB for the closing quote; the sample has
 * less of the record. From this much on, the quote is taken for unclosed, and its line for a reject; with less, the sample's records
 * end before it. Cells of 256 KiB are rare.
 */
const LIKELY_UNCLOSED_BYTES = 256 * 1024;

interface RecordDetails {
  /** 0-based physical line. */
  line: number;
  /** Its first byte. */
  from: number;
  blankBefore: boolean;
  firstCell: number;
}

/**
 * The records of a sample under one grammar: arrays side by side, as a dozen of these are made per sample. Its records are those that
 * RecordReader reads, with one addition: a line that the reader rejects for a quote that does not close on it is a record here, with a
 * malformed cell.
 */
export class SampleTable {
  /** Per record: how many cells it has, and how it ends. */
  readonly width: number[] = [];
  readonly end: RecordEnd[] = [];
  // Per detailed record.
  readonly line: number[] = [];
  readonly from: number[] = [];
  /** Whether a blank line is before the record. */
  readonly blankBefore: boolean[] = [];
  private readonly firstCell: number[] = [];

  /** Well-formed quoted cells. */
  quoted = 0;
  /** Cells that do not close, or that hold quotes neither escaped nor closing. */
  malformed = 0;
  /** Quoted cells that hold a delimiter or a line break: without the quotes the record would fall apart. */
  protecting = 0;
  /** Well-formed quoted cells with a quote, escaped, in them. */
  escaped = 0;
  /** Blank lines by what ends them. */
  readonly blankLines: [lf: number, crlf: number, cr: number] = [0, 0, 0];
  /** Lines that are no records because a quote in them never closes. */
  unclosedLines = 0;

  /** @param ranges the kept cells of all records. */
  constructor(
    readonly sample: Buffer,
    readonly grammar: CsvGrammar,
    readonly ranges: CellRanges,
  ) {}

  get records(): number {
    return this.width.length;
  }

  /** Only the first records have details: cells, line, position. Later records have only `width` and `end`. */
  get detailed(): number {
    return this.firstCell.length;
  }

  /** How many of a record's cells were kept. */
  cells(record: number): number {
    if (record >= this.detailed) return 0;
    return (this.firstCell[record + 1] ?? this.ranges.length) - this.firstCell[record]!;
  }

  /** Index of a kept cell in `ranges`. */
  cell(record: number, column: number): number {
    return this.firstCell[record]! + column;
  }

  isFilled(record: number, column: number): boolean {
    const cell = this.cell(record, column);
    return this.ranges.from[cell]! < this.ranges.to[cell]!;
  }

  isQuoted(record: number, column: number): boolean {
    return this.ranges.form[this.cell(record, column)] === CellForm.Quoted;
  }

  /** A kept cell as text: unescaped, without its quotes. */
  text(record: number, column: number): string {
    const cell = this.cell(record, column);
    const form = this.ranges.form[cell];
    if (form === CellForm.Escaped) {
      const escaped = this.sample.toString('latin1', this.ranges.from[cell]!, this.ranges.to[cell]!);
      return Buffer.from(unescapedPlain(escaped, this.grammar), 'latin1').toString();
    }
    const content = this.sample.toString('utf8', this.ranges.from[cell]!, this.ranges.to[cell]!);
    return form === CellForm.Quoted ? unescaped(content, this.grammar) : content;
  }

  add(scanned: RecordScanner, end: RecordEnd, details: RecordDetails | null): void {
    this.width.push(scanned.width);
    this.end.push(end);
    this.quoted += scanned.quotedCells - scanned.strayCells;
    this.malformed += scanned.strayCells;
    this.protecting += scanned.protectingCells;
    this.escaped += scanned.escapedCells;
    if (!details) return;
    this.line.push(details.line);
    this.from.push(details.from);
    this.blankBefore.push(details.blankBefore);
    this.firstCell.push(details.firstCell);
  }
}

/**
 * Reads the records of a sample by a grammar.
 * @param from where the first record begins. @param whole the sample is all of the file, so its last record is complete.
 */
export function readSample(
  sample: Buffer,
  from: number,
  grammar: CsvGrammar,
  limits: SampleLimits,
  whole: boolean,
): SampleTable {
  return new SampleReader(sample, from, grammar, limits, whole).read();
}

class SampleReader {
  private readonly scanner: RecordScanner;
  private readonly table: SampleTable;
  private readonly size: number;
  private at: number;
  private line = 0;
  private blankBefore = false;

  constructor(
    private readonly sample: Buffer,
    private readonly from: number,
    private readonly grammar: CsvGrammar,
    private readonly limits: SampleLimits,
    private readonly whole: boolean,
  ) {
    this.scanner = new RecordScanner(sample, grammar);
    this.table = new SampleTable(sample, grammar, this.scanner.cells);
    this.size = sample.length;
    this.at = from;
  }

  read(): SampleTable {
    const { table, limits } = this;
    while (
      this.at < this.size &&
      table.records < limits.records &&
      (this.at - this.from < limits.bytes || table.records < 4)
    ) {
      if (this.passBlankLine() || this.passComment()) continue;
      if (!this.readRecord()) break;
      this.blankBefore = false;
    }
    return table;
  }

  private passBlankLine(): boolean {
    const length = blankLineLength(this.sample, this.at, this.size, this.whole, this.grammar);
    if (length === 0) return false;
    const mark = markLength(this.sample, this.at, this.size);
    if (length === UNDECIDED || length === mark) {
      this.at = this.size;
      return true;
    }
    this.table.blankLines[this.endOfKind(this.at + mark, length - mark)]++;
    this.at += length;
    this.line++;
    this.blankBefore = true;
    return true;
  }

  private passComment(): boolean {
    const { comment = '' } = this.grammar;
    if (comment === '') return false;
    const start = this.at + markLength(this.sample, this.at, this.size);
    if (this.sample.toString('latin1', start, start + comment.length) !== comment) return false;
    const lineEnd = this.lineEnd();
    this.at = lineEnd + Math.abs(this.breakAt(lineEnd));
    this.line++;
    return true;
  }

  /** @returns false where the sample ends within the record. */
  private readRecord(): boolean {
    const { scanner, table, limits } = this;
    const firstCell = scanner.cells.length;
    const keep = table.records < limits.recordsWithCells ? limits.cellsPerRecord : 0;
    const scan = scanner.scan(this.at, this.size, this.whole, keep);
    if (scan === Scan.Record) {
      this.add(scanner.contentEnd, firstCell, keep);
      this.at = scanner.end;
      return true;
    }
    scanner.cells.truncate(firstCell);
    switch (scan) {
      case Scan.UnclosedQuote:
      case Scan.MalformedQuote:
        return this.readUnclosedLine(firstCell, keep);
      case Scan.UnfinishedInQuotes:
        // The first record may be the header, which is read literally where its quotes are malformed.
        if (this.whole && table.records === 0) return this.readUnclosedLine(firstCell, keep);
        return (this.whole || this.size - this.at >= LIKELY_UNCLOSED_BYTES) && this.passUnclosedLine();
      default:
        return table.records === 0 && this.readOnlyRecord(firstCell, keep);
    }
  }

  private readUnclosedLine(firstCell: number, keep: number): boolean {
    const lineEnd = this.lineEnd();
    const length = this.breakAt(lineEnd);
    if (length === UNDECIDED) return false;
    this.scanner.scanUnclosedLine(this.at, lineEnd, keep);
    this.add(lineEnd, firstCell, keep);
    this.at = lineEnd + length;
    return true;
  }

  private passUnclosedLine(): boolean {
    this.table.unclosedLines++;
    const lineEnd = this.lineEnd();
    this.at = lineEnd + Math.abs(this.breakAt(lineEnd));
    this.line++;
    return true;
  }

  /** The sample ends within its first record: what is there of it is all that can be judged. */
  private readOnlyRecord(firstCell: number, keep: number): boolean {
    this.scanner.scan(this.at, this.size, true, keep);
    this.add(this.size, firstCell, keep);
    this.at = this.size;
    return true;
  }

  private add(contentEnd: number, firstCell: number, keep: number): void {
    const { line, at: from, blankBefore } = this;
    const length = contentEnd < this.size ? this.breakAt(contentEnd) : 0;
    const end = length > 0 ? this.endOfKind(contentEnd, length) : RecordEnd.Sample;
    this.table.add(this.scanner, end, keep > 0 ? { line, from, blankBefore, firstCell } : null);
    this.line += this.scanner.innerBreaks + 1;
  }

  /** The end of the physical line that begins here, before its line break. */
  private lineEnd(): number {
    let at = this.at;
    while (at < this.size && this.breakAt(at) === 0) at++;
    return at;
  }

  private breakAt(at: number): number {
    if (at >= this.size) return 0;
    return lineBreakLength(this.sample[at]!, this.sample[at + 1] ?? -1, this.whole, this.grammar);
  }

  private endOfKind(at: number, length: number): 0 | 1 | 2 {
    if (length === 2) return RecordEnd.CRLF;
    return this.sample[at] === CR ? RecordEnd.CR : RecordEnd.LF;
  }
}

import { type CsvGrammar, unescaped, unescapedPlain } from './grammar.js';
import { cutsOtherwise, cutWithPapaparse } from './papaparse.js';
import { CellForm, RecordScanner, Scan } from './record-scanner.js';

/** If a record does not end within this many bytes, its first line is rejected. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** Why a line is no record. */
export type ReaderRejectCode = 'unclosed_quote' | 'malformed_quote' | 'record_too_long';

/** What is at a place: a record, a line that is none, or the beginning of a record whose end is not there yet. */
export type Finding = 'record' | 'unfinished' | ReaderRejectCode;

const LINE_BREAK_LENGTH = 2;
/** How far a record is scanned: enough to see that it is too long, whatever line break follows. */
export const MAX_SCANNED_BYTES = MAX_RECORD_BYTES + LINE_BREAK_LENGTH;

/**
 * Reads one record at a time, of any form. The grammar finds where it ends and whether it is sound. papaparse cuts its cells, except where
 * it would cut them otherwise than the grammar (`cutsOtherwise`).
 *
 * A record with malformed quotes is read with its quotes as text, if only this reading has the width of the table. Any other such record is
 * rejected, because its cells would be a guess.
 */
export class CarefulReader {
  private scanner: RecordScanner | null = null;
  /** By the same grammar without quotes. */
  private literalScanner: RecordScanner | null = null;
  /** The scanner that read the record found last. */
  private reading: RecordScanner | null = null;
  private from = 0;
  /** The record found last, without byte order mark and line break, as latin1. */
  record = '';

  /** @param width cells of a valid record, if known. Without it, stray quotes are text where the cell closes on its line. */
  constructor(
    private readonly grammar: CsvGrammar,
    private readonly width: number | undefined,
  ) {}

  /**
   * Looks at the record that begins at `from`.
   * @param length where the text ends. @param final whether the file ends there too.
   */
  find(text: Buffer, from: number, length: number, final: boolean): Finding {
    const scanner = this.scannerOf(text);
    this.from = from;
    const limit = Math.min(length, from + MAX_SCANNED_BYTES);
    const isEnd = final && limit === length;
    scanner.cells.truncate(0);
    const scan = scanner.scan(from, limit, isEnd);
    if (scan === Scan.Record && scanner.contentEnd - from <= MAX_RECORD_BYTES) {
      if (scanner.strayCells > 0 && this.width !== undefined)
        return this.readMalformed(text, limit, isEnd, scanner, this.width);
      return this.take(text, scanner);
    }
    if (scan === Scan.UnclosedQuote) return 'unclosed_quote';
    if (scan === Scan.MalformedQuote) {
      return this.width === undefined ? 'malformed_quote' : this.readMalformed(text, limit, isEnd, scanner, this.width);
    }
    if (scan !== Scan.Record && length - from <= MAX_SCANNED_BYTES && !final) return 'unfinished';
    const isInQuotes =
      scan === Scan.Record
        ? this.isInQuotesAtLimit(scanner)
        : scan === Scan.UnfinishedInQuotes && !scanner.hasFailedAtStray;
    return isInQuotes ? 'unclosed_quote' : 'record_too_long';
  }

  /** Where the record found last ends: behind its line break. */
  get end(): number {
    return this.reading!.end;
  }

  /** How many cells it has. */
  get cellCount(): number {
    return this.reading!.width;
  }

  /** Whether its quotes are malformed, and were read as text. */
  get isLiteral(): boolean {
    return this.reading === this.literalScanner;
  }

  /** Whether it begins with a byte order mark. */
  get hasMark(): boolean {
    return this.reading!.contentStart > this.from;
  }

  /** Whether blanks were taken off its cells. */
  get isTrimmed(): boolean {
    return this.reading!.isTrimmed;
  }

  /** Whether it has a cell that is not empty behind the first `width` ones. */
  hasSurplus(width: number): boolean {
    return hasSurplus(this.reading!, width);
  }

  /**
   * The cells of the record found last, as latin1 views of their bytes.
   * @param isDamaged whether papaparse need not look at it, because it will be rejected.
   */
  cells(isDamaged: boolean): string[] {
    const { grammar, record } = this;
    const scanner = this.reading!;
    const isLeft = isDamaged || this.isLiteral || cutsOtherwise(grammar, scanner, record);
    const cut = isLeft ? null : cutWithPapaparse(record, grammar);
    return cut ?? this.scannedCells(scanner);
  }

  private scannerOf(text: Buffer): RecordScanner {
    if (this.scanner?.bytes !== text) {
      this.scanner = new RecordScanner(text, this.grammar);
      this.literalScanner = null;
    }
    return this.scanner;
  }

  private take(text: Buffer, scanner: RecordScanner): Finding {
    this.reading = scanner;
    this.record = text.toString('latin1', scanner.contentStart, scanner.contentEnd);
    return 'record';
  }

  /** Reads the line of a malformed quote literally, if that gives it the width that it does not have by its quotes. */
  private readMalformed(text: Buffer, limit: number, isEnd: boolean, scanner: RecordScanner, width: number): Finding {
    // Where the fault is below the first line of the record, that line is no record of its own.
    if (scanner.innerBreaks > 0) return 'malformed_quote';
    this.literalScanner ??= new RecordScanner(text, { ...this.grammar, quote: '', escape: '' });
    const literal = this.literalScanner;
    literal.cells.truncate(0);
    if (literal.scan(this.from, limit, isEnd) !== Scan.Record) return 'unfinished';
    scanner.cells.truncate(0);
    scanner.scanByQuotes(this.from, literal.contentEnd);
    return fits(literal, width) && !fits(scanner, width) ? this.take(text, literal) : 'malformed_quote';
  }

  private scannedCells({ cells }: RecordScanner): string[] {
    const { record } = this;
    const start = this.reading!.contentStart;
    return cells.from.map((from, i) => {
      const cell = record.slice(from - start, cells.to[i]! - start);
      if (cells.form[i] === CellForm.Escaped) return unescapedPlain(cell, this.grammar);
      return cells.form[i] === CellForm.Quoted ? unescaped(cell, this.grammar) : cell;
    });
  }

  /** Whether the record is inside quotes when it is 1 MiB long. */
  private isInQuotesAtLimit(scanner: RecordScanner): boolean {
    return scanner.scan(this.from, this.from + MAX_RECORD_BYTES, false) === Scan.UnfinishedInQuotes;
  }
}

/** Whether a record has as many cells as the table, apart from empty ones behind them. */
const fits = (scanner: RecordScanner, width: number): boolean => scanner.width >= width && !hasSurplus(scanner, width);

function hasSurplus({ cells: { from, to } }: RecordScanner, width: number): boolean {
  for (let cell = width; cell < from.length; cell++) if (from[cell]! < to[cell]!) return true;
  return false;
}

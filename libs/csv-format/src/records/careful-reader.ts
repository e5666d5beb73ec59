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
 * Reads one record at a time, of any form. The grammar finds where it ends and whether it is sound; papaparse cuts its cells where it
 * cuts them as the grammar does.
 */
export class CarefulReader {
  private scanner: RecordScanner | null = null;
  private from = 0;
  /** The record found last, without its line break, as latin1. */
  record = '';

  /** @param width cells of a valid record, if known. A record with a stray quote must have exactly this many. */
  constructor(
    private readonly grammar: CsvGrammar,
    private readonly width: number | undefined,
  ) {}

  /**
   * Looks at the record that begins at `from`.
   * @param length where the text ends. @param final whether the file ends there too.
   */
  find(text: Buffer, from: number, length: number, final: boolean): Finding {
    if (!this.scanner || this.scanner.bytes !== text) this.scanner = new RecordScanner(text, this.grammar);
    const { scanner } = this;
    this.from = from;
    const limit = Math.min(length, from + MAX_SCANNED_BYTES);
    scanner.cells.truncate(0);
    const scan = scanner.scan(from, limit, final && limit === length);
    if (scan === Scan.Record && scanner.contentEnd - from <= MAX_RECORD_BYTES) {
      this.record = text.toString('latin1', from, scanner.contentEnd);
      return this.isSound(scanner) ? 'record' : 'malformed_quote';
    }
    if (scan === Scan.UnclosedQuote) return 'unclosed_quote';
    if (scan !== Scan.Record && length - from <= MAX_SCANNED_BYTES && !final) return 'unfinished';
    const isInQuotes = scan === Scan.Record ? this.isInQuotesAtLimit(scanner) : scan === Scan.UnfinishedInQuotes;
    return isInQuotes ? 'unclosed_quote' : 'record_too_long';
  }

  /** Where the record found last ends: behind its line break. */
  get end(): number {
    return this.scanner!.end;
  }

  /** How many cells it has. */
  get cellCount(): number {
    return this.scanner!.width;
  }

  /** Whether it has a cell that is not empty behind the first `width` ones. */
  hasSurplus(width: number): boolean {
    const { from, to } = this.scanner!.cells;
    for (let cell = width; cell < from.length; cell++) if (from[cell]! < to[cell]!) return true;
    return false;
  }

  /**
   * The cells of the record found last, as latin1 views of their bytes.
   * @param isDamaged whether papaparse need not look at it, because it will be rejected.
   */
  cells(isDamaged: boolean): string[] {
    const { grammar, record } = this;
    const scanner = this.scanner!;
    const isLeft = isDamaged || cutsOtherwise(grammar, scanner, record);
    const cut = isLeft ? null : cutWithPapaparse(record, grammar);
    return cut ?? this.scannedCells(scanner);
  }

  private scannedCells({ cells }: RecordScanner): string[] {
    const { from, record } = this;
    return cells.from.map((start, i) => {
      const cell = record.slice(start - from, cells.to[i]! - from);
      if (cells.form[i] === CellForm.Escaped) return unescapedPlain(cell, this.grammar);
      return cells.form[i] === CellForm.Quoted ? unescaped(cell, this.grammar) : cell;
    });
  }

  private isSound({ strayCells, width }: RecordScanner): boolean {
    return strayCells === 0 || this.width === undefined || width === this.width;
  }

  /** Whether the record is inside quotes when it is 1 MiB long. */
  private isInQuotesAtLimit(scanner: RecordScanner): boolean {
    return scanner.scan(this.from, this.from + MAX_RECORD_BYTES, false) === Scan.UnfinishedInQuotes;
  }
}

import {
  CR,
  type CsvGrammar,
  isBlank,
  isCarriageReturnBreak,
  isLineFeedBreak,
  isWhiteSpace,
  LF,
  lineBreakLength,
  markLength,
  UNDECIDED,
} from './grammar.js';

/** What a scan from the beginning of a record found. */
export const Scan = {
  Record: 0,
  /** The text ended first, outside quotes. */
  Unfinished: 1,
  /** The text ended first, inside quotes or where a closing quote could still turn out to be half of a doubled one. */
  UnfinishedInQuotes: 2,
  /** A quoted cell has a line break and behind it a stray quote: its opening quote was never closed. */
  UnclosedQuote: 3,
  /** A quoted cell has a stray quote, and does not close on its line. */
  MalformedQuote: 4,
} as const;
export type Scan = (typeof Scan)[keyof typeof Scan];

export const CellForm = {
  Plain: 0,
  Quoted: 1,
  /** Begins with a quote that does not close on its line; read as text with its quote. */
  Malformed: 2,
  /** Not quoted, and holds escapes. */
  Escaped: 3,
} as const;
export type CellForm = (typeof CellForm)[keyof typeof CellForm];

/** Byte ranges of cells, without their quotes: arrays side by side, as detection keeps many thousands of them. */
export class CellRanges {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly form: CellForm[] = [];

  get length(): number {
    return this.from.length;
  }

  add(from: number, to: number, form: CellForm): void {
    this.from.push(from);
    this.to.push(to);
    this.form.push(form);
  }

  truncate(length: number): void {
    this.from.length = length;
    this.to.length = length;
    this.form.length = length;
  }
}

/** The code of a mark's first character; -1, which no byte equals, for none. */
const codeOf = (mark: string): number => (mark === '' ? -1 : mark.charCodeAt(0));

/**
 * The CSV grammar: scans bytes for one record at a time. Detection and reading both use it. RecordKernel reads most records of a file,
 * because it is faster and agrees with this on them (see RecordReader).
 *
 * A quote opens a cell only as its first character. Inside, a quote followed by the delimiter, a line break or the end closes the cell,
 * white space between the two being ignored; a doubled or escaped one is text. Any other is a stray quote: it is text too, as
 * long as the cell closes before the line ends. (So an unclosed quote is noticed at the next quote. Otherwise its cell would contain all
 * records up to a quote that happens to stand at the end of a cell.) A byte order mark in front of the first cell is no part of it.
 */
export class RecordScanner {
  /** Scanned cells are added here, and the caller truncates. After a scan without a record, cells of the incomplete one are at the end. */
  readonly cells = new CellRanges();

  // Of the record scanned last.
  width = 0;
  /** Its first character, behind a byte order mark. */
  contentStart = 0;
  /** Behind its last character, and behind its line break. */
  contentEnd = 0;
  end = 0;
  /** Line breaks inside its cells. */
  innerBreaks = 0;
  /** Quoted cells, all of them; and those with a stray quote, with a delimiter or line break inside, with an escaped quote. */
  quotedCells = 0;
  strayCells = 0;
  protectingCells = 0;
  escapedCells = 0;
  /** Whether blanks were taken off a cell. */
  isTrimmed = false;

  /** Its bytes, and the first of them. */
  private readonly delimiter: Buffer;
  private readonly delimiterStart: number;
  private readonly quote: number;
  /** -1 where quotes are doubled. */
  private readonly escape: number;
  /** -1 where something is quoted: an escape outside of quotes is text. */
  private readonly plainEscape: number;
  private readonly isLineFeedBreak: boolean;
  private readonly isCarriageReturnBreak: boolean;
  // State of the current scan.
  private limit = 0;
  private final = false;
  private keep = 0;

  constructor(
    readonly bytes: Uint8Array,
    private readonly grammar: CsvGrammar,
  ) {
    this.delimiter = Buffer.from(grammar.delimiter, 'latin1');
    this.delimiterStart = codeOf(grammar.delimiter);
    this.quote = codeOf(grammar.quote);
    this.escape = grammar.escape === grammar.quote ? -1 : codeOf(grammar.escape);
    this.plainEscape = grammar.quote === '' ? this.escape : -1;
    this.isLineFeedBreak = isLineFeedBreak(grammar);
    this.isCarriageReturnBreak = isCarriageReturnBreak(grammar);
  }

  /**
   * @param limit where the scan ends. @param final whether the file ends there too.
   * @param keep cells are added up to this many; all are counted.
   */
  scan(from: number, limit: number, final: boolean, keep = Number.POSITIVE_INFINITY): Scan {
    this.begin(from, limit, final, keep);
    const { bytes, delimiter, quote } = this;
    let at = this.contentStart;
    for (;;) {
      if (this.grammar.trim) at = this.behindBlanks(at);
      if (at < limit && bytes[at] === quote) {
        const behind = this.quotedCell(at + 1);
        if (behind < 0) return this.failure;
        at = behind;
      } else {
        at = this.plainCell(at, CellForm.Plain);
      }
      if (this.isDelimiter(at)) {
        at += delimiter.length;
        continue;
      }
      if (at >= limit) {
        this.contentEnd = this.end = limit;
        return final ? Scan.Record : Scan.Unfinished;
      }
      const length = this.breakAt(at);
      if (length === UNDECIDED) return Scan.Unfinished;
      this.contentEnd = at;
      this.end = at + length;
      return Scan.Record;
    }
  }

  /**
   * Scans a line whose record was found to have an unclosed quote: it has the cells up to the first that does not close on the line;
   * from there on quotes are text. Linear in the bytes, whatever the number of quotes.
   * @param lineEnd before its line break.
   */
  scanUnclosedLine(from: number, lineEnd: number, keep = Number.POSITIVE_INFINITY): void {
    this.begin(from, lineEnd, true, keep);
    const { bytes, delimiter, quote } = this;
    let form: CellForm = CellForm.Plain;
    let at = this.contentStart;
    for (;;) {
      if (this.grammar.trim) at = this.behindBlanks(at);
      const opensQuote = form === CellForm.Plain && at < lineEnd && bytes[at] === quote;
      const behind = opensQuote ? this.quotedCell(at + 1) : -1;
      if (opensQuote && behind < 0) {
        form = CellForm.Malformed;
        this.strayCells++;
        this.quotedCells++;
      }
      at = behind >= 0 ? behind : this.plainCell(at, form);
      if (!this.isDelimiter(at)) return;
      at += delimiter.length;
    }
  }

  /**
   * Scans the cells of a line with a malformed quote as lenient readers do: a quoted cell closes at the first quote that is neither doubled
   * nor escaped, and what is behind it belongs to the cell up to the next delimiter. The cells are ranges with their quotes.
   * @param lineEnd before its line break.
   */
  scanByQuotes(from: number, lineEnd: number): void {
    this.begin(from, lineEnd, true, Number.POSITIVE_INFINITY);
    const { bytes, delimiter, quote } = this;
    for (let at = this.contentStart; ; at += delimiter.length) {
      if (this.grammar.trim) at = this.behindBlanks(at);
      const start = at;
      if (at < lineEnd && bytes[at] === quote) at = this.behindQuotes(at + 1);
      at = this.plainCell(at, CellForm.Malformed);
      const last = this.cells.length - 1;
      this.cells.from[last] = start;
      if (!this.isDelimiter(at)) return;
    }
  }

  /** Behind the first quote that is neither doubled nor escaped, or the limit. */
  private behindQuotes(from: number): number {
    const { bytes, limit, quote, escape: mark } = this;
    for (let at = from; at < limit; at++) {
      const next = at + 1 < limit ? bytes[at + 1] : -1;
      if (bytes[at] === quote) {
        if (next !== quote) return at + 1;
        at++;
      } else if (bytes[at] === mark && (next === quote || next === mark)) at++;
    }
    return limit;
  }

  private failure: Scan = Scan.Unfinished;
  /** Whether the cell that failed has a stray quote on the line that it begins on. */
  hasFailedAtStray = false;

  private begin(from: number, limit: number, final: boolean, keep: number): void {
    this.contentStart = from + markLength(this.bytes, from, limit);
    this.hasFailedAtStray = false;
    this.limit = limit;
    this.final = final;
    this.keep = keep;
    this.width = 0;
    this.innerBreaks = 0;
    this.quotedCells = 0;
    this.strayCells = 0;
    this.protectingCells = 0;
    this.escapedCells = 0;
    this.isTrimmed = false;
  }

  private fail(why: Scan, isStray = false): number {
    this.failure = why;
    this.hasFailedAtStray = isStray;
    return -1;
  }

  private breakAt(at: number): number {
    const next = at + 1 < this.limit ? this.bytes[at + 1]! : -1;
    return lineBreakLength(this.bytes[at]!, next, this.final, this.grammar);
  }

  /** Whether the whole delimiter is here. */
  private isDelimiter(at: number): boolean {
    return this.bytes[at] === this.delimiterStart && this.delimiterBytesAt(at) === this.delimiter.length;
  }

  /** Whether the text ends within what may become the delimiter. */
  private isDelimiterCutOff(at: number): boolean {
    const count = this.final ? 0 : this.delimiterBytesAt(at);
    return count > 0 && count < this.delimiter.length && at + count === this.limit;
  }

  /** How many bytes of the delimiter are here, up to the limit or to the first that differs. */
  private delimiterBytesAt(at: number): number {
    const { bytes, delimiter, limit } = this;
    let count = 0;
    while (count < delimiter.length && at + count < limit && bytes[at + count] === delimiter[count]) count++;
    return count;
  }

  private addCell(from: number, to: number, form: CellForm): void {
    if (this.width < this.keep) this.cells.add(from, to, form);
    this.width++;
  }

  /** @returns where the cell ends: at the delimiter, at a line break (also one that is undecided), or at the limit. */
  private plainCell(from: number, form: CellForm): number {
    const { bytes, limit, delimiterStart, plainEscape } = this;
    let at = from;
    // Behind the last escaped text, which is not trimmed.
    let kept = from;
    for (; at < limit; at++) {
      const byte = bytes[at]!;
      if ((byte === delimiterStart && this.isDelimiter(at)) || ((byte === LF || byte === CR) && this.breakAt(at) !== 0))
        break;
      if (byte !== plainEscape) continue;
      const length = this.escapedLength(at + 1);
      if (length === UNDECIDED) {
        at = limit;
        break;
      }
      at += length;
      if (length > 0) kept = at + 1;
    }
    let to = at;
    if (this.grammar.trim) while (to > kept && isBlank(bytes[to - 1]!)) to--;
    if (to < at) this.isTrimmed = true;
    this.addCell(from, to, kept > from ? CellForm.Escaped : form);
    return at;
  }

  /** How many bytes an escape outside of quotes, before `at`, makes text: 0 where it is text itself. */
  private escapedLength(at: number): number {
    if (at >= this.limit) return 0;
    if (this.bytes[at] === this.plainEscape) return 1;
    if (this.isDelimiter(at)) return this.delimiter.length;
    if (this.isDelimiterCutOff(at)) return UNDECIDED;
    const length = this.breakAt(at);
    if (length > 0) this.innerBreaks++;
    return length;
  }

  private behindBlanks(from: number): number {
    const { bytes, limit } = this;
    let at = from;
    while (at < limit && isBlank(bytes[at]!) && !this.isDelimiter(at)) at++;
    if (at > from) this.isTrimmed = true;
    return at;
  }

  /**
   * @param from behind the opening quote.
   * @returns where the white space behind the closing quote ends, or -1 after setting `failure`.
   */
  private quotedCell(from: number): number {
    const { bytes, limit, quote, escape: mark, delimiterStart } = this;
    let breaks = 0;
    let hasDelimiter = false;
    let hasStray = false;
    let hasEscapedQuote = false;
    for (let at = from; at < limit; at++) {
      const byte = bytes[at]!;
      if (byte === quote) {
        if (at + 1 < limit && bytes[at + 1] === quote) {
          hasEscapedQuote = true;
          at++;
          continue;
        }
        const behind = this.behindWhiteSpace(at + 1);
        const closes = this.endsCell(behind);
        if (closes === UNDECIDED) return this.fail(Scan.UnfinishedInQuotes, hasStray);
        if (closes) {
          this.quotedCells++;
          this.innerBreaks += breaks;
          if (hasDelimiter || breaks > 0) this.protectingCells++;
          if (hasStray) this.strayCells++;
          else if (hasEscapedQuote) this.escapedCells++;
          this.addCell(from, at, CellForm.Quoted);
          return behind;
        }
        if (breaks > 0) return this.fail(Scan.UnclosedQuote);
        hasStray = true;
      } else if (byte === mark) {
        if (at + 1 === limit) break;
        const next = bytes[at + 1];
        if (next === quote) hasEscapedQuote = true;
        if (next === quote || next === mark) at++;
      } else if (byte === delimiterStart && this.isDelimiter(at)) {
        hasDelimiter = true;
      } else if (byte === LF ? this.isLineFeedBreak : byte === CR && this.isCarriageReturnBreak) {
        if (hasStray) return this.fail(Scan.MalformedQuote, true);
        // CRLF is one line break.
        if (byte === LF || !this.isLineFeedBreak || bytes[at + 1] !== LF) breaks++;
      }
    }
    return this.fail(hasStray && this.final ? Scan.MalformedQuote : Scan.UnfinishedInQuotes, hasStray);
  }

  /** Whether a cell may end here: 1, 0 or UNDECIDED. */
  private endsCell(at: number): number {
    if (at >= this.limit) return this.final ? 1 : UNDECIDED;
    if (this.isDelimiter(at)) return 1;
    if (this.isDelimiterCutOff(at)) return UNDECIDED;
    const length = this.breakAt(at);
    return length > 0 ? 1 : length;
  }

  private behindWhiteSpace(from: number): number {
    const { bytes, limit } = this;
    let at = from;
    while (at < limit && isWhiteSpace(bytes[at]!) && this.breakAt(at) === 0) {
      if (this.isDelimiter(at) || this.isDelimiterCutOff(at)) break;
      at++;
    }
    return at;
  }
}

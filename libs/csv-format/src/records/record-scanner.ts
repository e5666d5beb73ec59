import { breakLength, type CsvGrammar, crEnds, lfEnds, UNDECIDED } from './grammar.js';
import { TextSearch } from './text-search.js';

/** What a scan from the beginning of a record found. */
export type Scan =
  | {
      kind: 'record';
      cells: string[];
      /** Behind the last character of the record, and behind its line break. */
      contentEnd: number;
      end: number;
      /** A quote inside a quoted cell that was neither escaped nor closing it stands in the cell as text. */
      stray: boolean;
    }
  /** The text ended first, inside quotes or outside. */
  | { kind: 'open'; inQuotes: boolean }
  /** A quoted cell has a line break and a stray quote: its opening quote was never closed. */
  | { kind: 'torn' };

const OPEN_OUTSIDE: Scan = { kind: 'open', inQuotes: false };
const OPEN_IN_QUOTES: Scan = { kind: 'open', inQuotes: true };
const TORN: Scan = { kind: 'torn' };

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;

/**
 * Reads records strictly by the grammar, one at a time. This is the rule; papaparse reads most records because it agrees with
 * this on them (see RecordReader) and is three times as fast.
 *
 * A quote opens a cell only as its first character. Inside, a quote followed by the delimiter, a line break or the end closes it,
 * white space between the two being ignored; a doubled or escaped one is text. Any other is a stray quote: it is text too, as
 * long as the cell closes before the line ends.
 */
export class RecordScanner {
  private readonly delimiters: TextSearch;
  private readonly quotes: TextSearch;
  private readonly escapes: TextSearch | null;
  private readonly lineFeeds: TextSearch | null;
  private readonly carriageReturns: TextSearch | null;
  // Of the scan that is going on.
  private end = 0;
  private final = false;
  private cells: string[] = [];
  private stray = false;

  constructor(
    private readonly text: string,
    private readonly grammar: CsvGrammar,
  ) {
    this.delimiters = new TextSearch(text, grammar.delimiter);
    this.quotes = new TextSearch(text, grammar.quote);
    this.escapes = grammar.escape === grammar.quote ? null : new TextSearch(text, grammar.escape);
    this.lineFeeds = lfEnds(grammar) ? new TextSearch(text, '\n') : null;
    this.carriageReturns = crEnds(grammar) ? new TextSearch(text, '\r') : null;
  }

  /** @param end nothing from there on is looked at. @param final whether the file ends there. */
  scan(from: number, end: number, final: boolean): Scan {
    this.end = end;
    this.final = final;
    this.cells = [];
    this.stray = false;
    const { quote } = this.grammar;
    let at = from;
    for (;;) {
      const inQuotes = quote !== '' && at < end && this.text[at] === quote;
      const next = inQuotes ? this.quotedCell(at + 1) : this.plainCell(at);
      if (typeof next !== 'number') return next;
      at = next;
    }
  }

  /** @returns where the next cell begins, or how the record ended. */
  private plainCell(from: number): number | Scan {
    const { text, end, final, grammar } = this;
    const lineEnd = Math.min(this.lineBreakFrom(from), end);
    const delimiter = this.delimiters.next(from);
    if (delimiter < lineEnd) {
      this.cells.push(text.slice(from, delimiter));
      return delimiter + 1;
    }
    if (lineEnd === end) {
      if (!final) return OPEN_OUTSIDE;
      return this.record(text.slice(from, end), end, end);
    }
    const foldedBreak = text[lineEnd] === '\n' && lineEnd > from && text[lineEnd - 1] === '\r';
    const contentEnd = foldedBreak ? lineEnd - 1 : lineEnd;
    const length = breakLength(text, contentEnd, end, final, grammar);
    if (length === UNDECIDED) return OPEN_OUTSIDE;
    return this.record(text.slice(from, contentEnd), contentEnd, contentEnd + length);
  }

  /** `from` is behind the opening quote. */
  private quotedCell(from: number): number | Scan {
    const { text, end, final, grammar } = this;
    const { quote, escape: mark } = grammar;
    let stray = false;
    let escaped = false;
    let at = from;
    for (;;) {
      const closing = this.quotes.next(at);
      // A stray quote and a line break in one cell: so a quote that was never closed is noticed at the next one, and does not swallow
      // the records up to a quote that happens to look like its end.
      if (stray && this.lineBreakFrom(from) < Math.min(closing, end)) return TORN;
      const escapeAt = this.escapes?.next(at) ?? end;
      if (escapeAt < closing && escapeAt < end) {
        if (escapeAt + 1 === end) return OPEN_IN_QUOTES;
        const escapes = text[escapeAt + 1] === quote || text[escapeAt + 1] === mark;
        escaped ||= escapes;
        at = escapeAt + (escapes ? 2 : 1);
        continue;
      }
      if (closing >= end) return OPEN_IN_QUOTES;
      if (closing + 1 < end && text[closing + 1] === quote) {
        escaped = true;
        at = closing + 2;
        continue;
      }
      const after = this.afterSpaces(closing + 1);
      if (after === end && !final) return OPEN_IN_QUOTES;
      const length = after < end ? breakLength(text, after, end, final, grammar) : 0;
      if (length === UNDECIDED) return OPEN_IN_QUOTES;
      const delimited = after < end && text[after] === grammar.delimiter;
      if (delimited || length > 0 || after === end) {
        const value = this.unescape(text.slice(from, closing), escaped);
        if (!delimited) return this.record(value, after, after + length);
        this.cells.push(value);
        return after + 1;
      }
      if (this.lineBreakFrom(from) < closing) return TORN;
      stray = true;
      this.stray = true;
      at = closing + 1;
    }
  }

  private lineBreakFrom(position: number): number {
    return Math.min(this.lineFeeds?.next(position) ?? this.end, this.carriageReturns?.next(position) ?? this.end);
  }

  private afterSpaces(from: number): number {
    const { text, end, final, grammar } = this;
    let at = from;
    while (at < end && text[at] !== grammar.delimiter && isSpace(text.charCodeAt(at))) {
      if (breakLength(text, at, end, final, grammar) !== 0) break;
      at++;
    }
    return at;
  }

  private unescape(raw: string, escaped: boolean): string {
    if (!escaped) return raw;
    const { quote, escape: mark } = this.grammar;
    if (mark === quote) return raw.replaceAll(quote + quote, () => quote);
    let value = '';
    for (let at = 0; at < raw.length; at++) {
      const next = raw[at + 1];
      const isMark = (raw[at] === mark && (next === mark || next === quote)) || (raw[at] === quote && next === quote);
      value += isMark ? raw[++at] : raw[at];
    }
    return value;
  }

  private record(lastCell: string, contentEnd: number, end: number): Scan {
    this.cells.push(lastCell);
    return { kind: 'record', cells: this.cells, contentEnd, end, stray: this.stray };
  }
}

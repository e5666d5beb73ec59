import Papa from 'papaparse';
import { Utf8Watch } from '../encoding/utf8-validator.js';
import { breakLength, type CsvGrammar, crEnds, UNDECIDED } from './grammar.js';
import { RecordScanner, type Scan } from './record-scanner.js';
import type { PositionTracker, TextPosition } from './text-position.js';
import { TextSearch } from './text-search.js';

/** A record that has not ended within so many bytes gives up its first line. */
export const MAX_RECORD_BYTES = 1024 * 1024;
/** What is kept of a rejected record. */
export const MAX_RAW_BYTES = 64 * 1024;

/** Why the reader itself could make no record of a line. */
export type ReaderRejectCode = 'unclosed_quote' | 'malformed_quote' | 'record_too_long';

/** Characters that the text which is read just now holds somewhere; what is false needs no look at each record. */
export interface TextTraits {
  nul: boolean;
  /** U+001E or U+001F. */
  separators: boolean;
  invalidUtf8: boolean;
}

/** Told record by record, in file order. Texts are latin1 views of UTF-8; offsets count its bytes from the reader's start. */
export interface RecordSink {
  /** `cells` is the sink's to keep and change. */
  record(cells: string[], start: number, end: number): void;
  /** `raw`: the line without its break, cut behind MAX_RAW_BYTES + 1 bytes. */
  reject(code: ReaderRejectCode, start: Readonly<TextPosition>, end: number, raw: string): void;
}

const LINE_BREAK_LENGTH = 2;
/** Far enough behind a record's beginning to see that it is too long, whatever line break follows. */
const PATIENCE = MAX_RECORD_BYTES + LINE_BREAK_LENGTH;

/** How papaparse is to read a window, and which of the records it finds it may have misread. */
export interface Regularity {
  newline: '\n' | '\r\n' | '\r';
  isDoubtful: ((start: number, end: number) => boolean) | null;
}

/** A first line that is given up, and whose end has not been seen yet. */
interface Skipping {
  code: ReaderRejectCode;
  start: Readonly<TextPosition>;
  raw: string;
}

export interface ReaderOptions {
  grammar: CsvGrammar;
  sink: RecordSink;
  /** Where the first byte stands that will be pushed; led along as the reader goes. */
  positions: PositionTracker;
  /** Cells of a good record, as far as it is known: a record with a stray quote must have exactly so many. */
  width?: number;
  /** Physical lines to pass over before the first record. */
  skipLines?: number;
}

/**
 * Bytes in, records out, in constant memory and linear time whatever the file holds.
 *
 * papaparse reads; RecordScanner is the rule. A record that could come out differently between the two (a malformed quote, an
 * escape that is no doubled quote, a line break of another kind, more than a MiB) is read again by the scanner, and where they
 * disagree the scanner has the rest of the window. `record-reader.spec.ts` holds the two against each other.
 */
export class RecordReader {
  /** What is not consumed yet, and the offset of its first byte. */
  private text = '';
  private base: number;
  private readonly grammar: CsvGrammar;
  private readonly sink: RecordSink;
  private readonly positions: PositionTracker;
  private readonly width: number | undefined;
  private linesToSkip: number;
  private scanner: RecordScanner | null = null;
  /** A look at fewer characters than these cannot find the end of the record that the last look left open. */
  private worthALook = 0;
  private skipping: Skipping | null = null;
  private stopped = false;
  private readonly utf8 = new Utf8Watch();
  /** Bytes before this offset may not be UTF-8. */
  private invalidBefore = -1;
  readonly traits: TextTraits = { nul: false, separators: false, invalidUtf8: false };

  constructor({ grammar, sink, positions, width, skipLines = 0 }: ReaderOptions) {
    this.grammar = grammar;
    this.sink = sink;
    this.positions = positions;
    this.width = width;
    this.linesToSkip = skipLines;
    this.base = positions.offset;
  }

  push(bytes: Buffer): void {
    if (this.stopped || bytes.length === 0) return;
    const valid = this.utf8.push(bytes);
    this.text += bytes.toString('latin1');
    if (!valid) this.invalidBefore = this.base + this.text.length;
    if (this.text.length >= this.worthALook) this.read(false);
  }

  end(): void {
    if (this.stopped) return;
    if (!this.utf8.end()) this.invalidBefore = Number.POSITIVE_INFINITY;
    this.read(true);
    this.stopped = true;
  }

  /** From within the sink: nothing more is read. */
  stop(): void {
    this.stopped = true;
  }

  /** How far everything has been told. */
  get offset(): number {
    return this.base;
  }

  /** The record that is being told, without its line break; cut behind MAX_RAW_BYTES + 1 bytes. */
  raw(start: number, end: number): string {
    const from = start - this.base;
    let to = end - this.base;
    if (to > from && this.text[to - 1] === '\n') to--;
    if (to > from && this.text[to - 1] === '\r') to--;
    return this.text.slice(from, Math.min(to, from + MAX_RAW_BYTES + 1));
  }

  /** The same whole, as it stands in the file. */
  bytes(start: number, end: number): Buffer {
    return Buffer.from(this.text.slice(start - this.base, end - this.base), 'latin1');
  }

  /** Where in the file an offset is: of the record that is being told, or behind it. Must not go back. */
  positionAt(offset: number): Readonly<TextPosition> {
    return this.positions.moveTo(offset, this.text, this.base);
  }

  private read(final: boolean): void {
    this.traits.nul = this.text.includes('\0');
    this.traits.separators = this.text.includes('\x1e') || this.text.includes('\x1f');
    this.traits.invalidUtf8 = this.invalidBefore > this.base;
    if (this.linesToSkip > 0) this.consume(this.skipLines(final));
    if (this.skipping) this.consume(this.skip(final));
    if (this.skipping || this.linesToSkip > 0) return;
    this.scanner = null;
    const trusted = this.text.length > 0 ? this.readRegular(final) : 0;
    this.consume(this.readStrictly(trusted, final));
  }

  private consume(length: number): void {
    this.worthALook = length > 0 ? 0 : Math.min(this.text.length * 2, PATIENCE + 1);
    this.positions.moveTo(this.base + length, this.text, this.base);
    this.text = this.text.slice(length);
    this.base += length;
  }

  /** Lets papaparse read as far as it can be trusted. @returns where to go on. */
  private readRegular(final: boolean): number {
    const regularity = this.regularity(final);
    if (!regularity) return 0;
    const { newline, isDoubtful } = regularity;
    const heldBack = newline === '\r' && !final && this.text.endsWith('\r') ? 1 : 0;
    let at = 0;
    const parser: Papa.Parser = new Papa.Parser({
      delimiter: this.grammar.delimiter,
      newline,
      quoteChar: this.grammar.quote,
      // Without a quote nothing but the fast mode is right, with one nothing but the choice that papaparse makes itself.
      fastMode: this.grammar.quote === '' ? true : undefined,
      step: ({ data, errors, meta }) => {
        const start = at;
        const end = meta.cursor;
        if (errors.length > 0 || end - start > MAX_RECORD_BYTES || isDoubtful?.(start, end)) {
          const scan = this.scan(start, final);
          if (scan.kind !== 'record' || scan.end !== end || !this.isSound(scan, start)) {
            parser.abort();
            return;
          }
          this.tell(scan.cells, start, end);
        } else {
          this.tell(data[0] as string[], start, end);
        }
        at = end;
        if (this.stopped) parser.abort();
      },
    });
    parser.parse(heldBack ? this.text.slice(0, -heldBack) : this.text, 0, !final);
    return at;
  }

  private readStrictly(from: number, final: boolean): number {
    let at = from;
    while (!this.stopped && !this.skipping && at < this.text.length) {
      const scan = this.scan(at, final);
      if (scan.kind === 'record' && scan.contentEnd - at <= MAX_RECORD_BYTES) {
        if (this.isSound(scan, at)) {
          this.tell(scan.cells, at, scan.end);
          at = scan.end;
        } else {
          at = this.giveUpLine('malformed_quote', at, final);
        }
      } else if (scan.kind === 'torn') {
        at = this.giveUpLine('unclosed_quote', at, final);
      } else if (scan.kind === 'record' || this.text.length - at > PATIENCE || final) {
        const inQuotes = scan.kind === 'open' ? scan.inQuotes : this.isOpenAt(at);
        at = this.giveUpLine(inQuotes ? 'unclosed_quote' : 'record_too_long', at, final);
      } else {
        break;
      }
    }
    return at;
  }

  private scan(from: number, final: boolean): Scan {
    this.scanner ??= new RecordScanner(this.text, this.grammar);
    const end = Math.min(this.text.length, from + PATIENCE);
    return this.scanner.scan(from, end, final && end === this.text.length);
  }

  /** Whether the record that begins at `from` is inside quotes a MiB later. */
  private isOpenAt(from: number): boolean {
    const scan = this.scanner!.scan(from, from + MAX_RECORD_BYTES, false);
    return scan.kind === 'open' && scan.inQuotes;
  }

  private isSound(scan: Scan & { kind: 'record' }, start: number): boolean {
    if (scan.contentEnd - start > MAX_RECORD_BYTES) return false;
    return !scan.stray || this.width === undefined || scan.cells.length === this.width;
  }

  private tell(cells: string[], start: number, end: number): void {
    // A line without characters is no record; "" is one.
    if (cells.length === 1 && cells[0] === '' && this.isBlank(start, end)) return;
    this.sink.record(cells, this.base + start, this.base + end);
  }

  private isBlank(start: number, end: number): boolean {
    return start === end || this.text[start] === '\n' || this.text[start] === '\r';
  }

  /** Rejects the physical line at `from`. @returns where the next one begins, or the end of the text. */
  private giveUpLine(code: ReaderRejectCode, from: number, final: boolean): number {
    const line = this.lineAt(from, final);
    if (line) {
      const raw = this.text.slice(from, Math.min(line.contentEnd, from + MAX_RAW_BYTES + 1));
      this.sink.reject(code, { ...this.positionAt(this.base + from) }, this.base + line.end, raw);
      return line.end;
    }
    const raw = flat(this.text.slice(from, Math.min(this.unbroken(), from + MAX_RAW_BYTES + 1)));
    this.skipping = { code, start: { ...this.positionAt(this.base + from) }, raw };
    return this.unbroken();
  }

  /** Goes on with a line that was given up. @returns where the next one begins, or the end of what is there. */
  private skip(final: boolean): number {
    const line = this.lineAt(0, final);
    if (!line) return this.unbroken();
    const { code, start, raw } = this.skipping!;
    this.skipping = null;
    this.sink.reject(code, start, this.base + line.end, raw);
    return line.end;
  }

  private skipLines(final: boolean): number {
    let at = 0;
    while (this.linesToSkip > 0 && at < this.text.length) {
      const line = this.lineAt(at, final);
      if (!line) return this.unbroken();
      at = line.end;
      this.linesToSkip--;
    }
    return at;
  }

  /** The end of a text without a line break; a CR there may be half of one. */
  private unbroken(): number {
    return this.text.endsWith('\r') ? this.text.length - 1 : this.text.length;
  }

  /** The first line break from `from` on; the end of a text that is all there is. */
  private lineAt(from: number, final: boolean): { contentEnd: number; end: number } | null {
    const { text } = this;
    let at = from;
    for (;;) {
      const lineFeed = text.indexOf('\n', at);
      const carriageReturn = crEnds(this.grammar) ? text.indexOf('\r', at) : -1;
      const found = lineFeed < 0 || (carriageReturn >= 0 && carriageReturn < lineFeed) ? carriageReturn : lineFeed;
      if (found < 0) return final ? { contentEnd: text.length, end: text.length } : null;
      const contentEnd = text[found] === '\n' && found > from && text[found - 1] === '\r' ? found - 1 : found;
      const length = breakLength(text, contentEnd, text.length, final, this.grammar);
      if (length === UNDECIDED) return null;
      if (length > 0) return { contentEnd, end: contentEnd + length };
      at = found + 1;
    }
  }

  /** Whether papaparse can read what is there, and how. */
  protected regularity(final: boolean): Regularity | null {
    const { text, grammar } = this;
    const lineBreaks = this.regularLineBreaks(final);
    if (!lineBreaks || grammar.escape === grammar.quote || !text.includes(grammar.escape)) return lineBreaks;
    const escapes = new TextSearch(text, grammar.escape);
    const { newline, isDoubtful } = lineBreaks;
    return { newline, isDoubtful: (start, end) => escapes.next(start) < end || (isDoubtful?.(start, end) ?? false) };
  }

  private regularLineBreaks(final: boolean): Regularity | null {
    const { text, grammar } = this;
    const end = !final && text.endsWith('\r') ? text.length - 1 : text.length;
    const carriageReturns = count(text, '\r', end);
    if (grammar.newline === 'cr') return text.includes('\n') ? null : { newline: '\r', isDoubtful: null };
    if (carriageReturns === 0) return { newline: '\n', isDoubtful: null };
    const both = count(text, '\r\n', end);
    if (carriageReturns > both && grammar.newline === 'mixed')
      return text.includes('\n') ? null : { newline: '\r', isDoubtful: null };
    const lineFeeds = count(text, '\n', end);
    if (lineFeeds === both) return { newline: '\r\n', isDoubtful: null };
    if (both < lineFeeds - both)
      return { newline: '\n', isDoubtful: (start, end) => end - start > 1 && text[end - 2] === '\r' };
    const search = new TextSearch(text, '\n');
    const isBare = (at: number) => text[at] === '\n' && text[at - 1] !== '\r';
    return { newline: '\r\n', isDoubtful: (start, end) => search.next(start) < end - 1 || isBare(end - 1) };
  }
}

function count(text: string, needle: string, end: number): number {
  let found = 0;
  for (let at = text.indexOf(needle); at >= 0 && at < end; at = text.indexOf(needle, at + 1)) found++;
  return found;
}

/** A copy that does not keep the long text alive which it was cut from. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

import { Utf8Validator } from '../encoding/utf8-validator.js';
import { type CsvGrammar, isCarriageReturnBreak, lineBreakLength, UNDECIDED, unescaped } from './grammar.js';
import { type PapaNewline, parseWithPapaparse } from './papaparse.js';
import { CellForm, RecordScanner, Scan } from './record-scanner.js';
import type { PositionTracker, TextPosition } from './text-position.js';
import { TextSearch } from './text-search.js';

/** If a record does not end within this many bytes, its first line is rejected. */
export const MAX_RECORD_BYTES = 1024 * 1024;
/** How much of a rejected record is kept. */
export const MAX_RAW_BYTES = 64 * 1024;

/** Why a line is no record. */
export type ReaderRejectCode = 'unclosed_quote' | 'malformed_quote' | 'record_too_long';

/** Characters that occur anywhere in the current text. If a trait is false, no record has to be searched for it. */
export interface TextTraits {
  nul: boolean;
  /** U+001E or U+001F. */
  separators: boolean;
  invalidUtf8: boolean;
}

/** Receives the records in file order. Texts are latin1 views of UTF-8; offsets count its bytes from the reader's start. */
export interface RecordSink {
  /** The sink may keep and change `cells`. */
  record(cells: string[], start: number, end: number): void;
  /** `raw`: the line without its break, cut behind MAX_RAW_BYTES + 1 bytes. */
  reject(code: ReaderRejectCode, start: Readonly<TextPosition>, end: number, raw: string): void;
}

const LINE_BREAK_LENGTH = 2;
/** How far a record is scanned: enough to see that it is too long, whatever line break follows. */
const MAX_SCANNED_BYTES = MAX_RECORD_BYTES + LINE_BREAK_LENGTH;

/** How papaparse is to read the text, and which of the records it finds it may have misread. Asked for in file order. */
export interface Regularity {
  newline: PapaNewline;
  isDoubtful: ((start: number, end: number) => boolean) | null;
}

/** A rejected line whose end has not been seen yet. */
interface OpenReject {
  code: ReaderRejectCode;
  start: Readonly<TextPosition>;
  raw: string;
}

export interface ReaderOptions {
  grammar: CsvGrammar;
  sink: RecordSink;
  /** At the first byte that will be pushed. The reader moves it. */
  positions: PositionTracker;
  /** The number of cells of a valid record, if known. A record with a stray quote must have exactly this many. */
  width?: number;
  /** Physical lines to skip before the first record. */
  skipLines?: number;
}

/**
 * Turns bytes into records, in constant memory and linear time for any file.
 *
 * papaparse reads most records; RecordScanner is the grammar. A record on which the two could differ (a malformed quote, an
 * escape that is no doubled quote, a line break of another kind, more than 1 MiB) is scanned as well, and where they
 * disagree the scanner reads the rest of the text. `record-reader.spec.ts` compares the two.
 */
export class RecordReader {
  /** What is not consumed yet as latin1, and the offset of its first byte. */
  private text = '';
  private base: number;
  private readonly grammar: CsvGrammar;
  private readonly sink: RecordSink;
  private readonly positions: PositionTracker;
  private readonly width: number | undefined;
  private linesToSkip: number;
  private scanner: RecordScanner | null = null;
  /** Where in the text the scanner's bytes begin. */
  private scannerBase = 0;
  /** The text is read again only when it has this many characters. The number doubles each time, so an unfinished record takes linear time. */
  private nextReadLength = 0;
  private openReject: OpenReject | null = null;
  private stopped = false;
  private readonly utf8 = new Utf8Validator();
  /** The text before this offset may have bytes that are not UTF-8. */
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
    if (this.text.length >= this.nextReadLength) this.read(false);
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
    return this.base;
  }

  /** The record that the sink is called for, without its line break; cut behind MAX_RAW_BYTES + 1 bytes. */
  raw(start: number, end: number): string {
    const from = start - this.base;
    let to = end - this.base;
    if (to > from && this.text[to - 1] === '\n') to--;
    if (to > from && this.text[to - 1] === '\r') to--;
    return this.text.slice(from, Math.min(to, from + MAX_RAW_BYTES + 1));
  }

  /** The same in full, with its line break. */
  bytes(start: number, end: number): Buffer {
    return Buffer.from(this.text.slice(start - this.base, end - this.base), 'latin1');
  }

  /** The position in the file of an offset in the current record or behind it. Offsets must not decrease. */
  positionAt(offset: number): Readonly<TextPosition> {
    return this.positions.moveTo(offset, this.text, this.base);
  }

  private read(final: boolean): void {
    this.traits.nul = this.text.includes('\0');
    this.traits.separators = this.text.includes('\x1e') || this.text.includes('\x1f');
    this.traits.invalidUtf8 = this.invalidBefore > this.base;
    if (this.linesToSkip > 0) this.consume(this.skipLines(final));
    if (this.openReject) this.consume(this.closeReject(final));
    if (this.openReject || this.linesToSkip > 0) return;
    this.scanner = null;
    const trusted = this.text.length > 0 ? this.readRegular(final) : 0;
    this.consume(this.readStrictly(trusted, final));
  }

  private consume(length: number): void {
    this.nextReadLength = length > 0 ? 0 : Math.min(this.text.length * 2, MAX_SCANNED_BYTES + 1);
    this.positions.moveTo(this.base + length, this.text, this.base);
    this.text = this.text.slice(length);
    this.base += length;
  }

  /** Lets papaparse read as far as it can be trusted. @returns where to continue. */
  private readRegular(final: boolean): number {
    const regularity = this.regularity(final);
    if (!regularity) return 0;
    const { newline, isDoubtful } = regularity;
    // The CR may be half of a CRLF.
    const heldBack = newline === '\r' && !final && this.text.endsWith('\r') ? 1 : 0;
    const text = heldBack ? this.text.slice(0, -heldBack) : this.text;
    let at = 0;
    parseWithPapaparse(text, this.grammar, newline, final, (cells, end, isWellFormed) => {
      const start = at;
      if (!isWellFormed || end - start > MAX_RECORD_BYTES || isDoubtful?.(start, end)) {
        const scan = this.scan(start, final);
        if (scan !== Scan.Record || this.scannedEnd !== end || !this.isScannedSound(start)) return false;
        this.emit(this.scannedCells(), start, end);
      } else {
        this.emit(cells, start, end);
      }
      at = end;
      return !this.stopped;
    });
    return at;
  }

  private readStrictly(from: number, final: boolean): number {
    let at = from;
    while (!this.stopped && !this.openReject && at < this.text.length) {
      const scan = this.scan(at, final);
      if (scan === Scan.Record && this.scannedContentEnd - at <= MAX_RECORD_BYTES) {
        if (this.isScannedSound(at)) {
          const end = this.scannedEnd;
          this.emit(this.scannedCells(), at, end);
          at = end;
        } else {
          at = this.rejectLine('malformed_quote', at, final);
        }
      } else if (scan === Scan.UnclosedQuote) {
        at = this.rejectLine('unclosed_quote', at, final);
      } else if (scan === Scan.Record || this.text.length - at > MAX_SCANNED_BYTES || final) {
        const inQuotes = scan === Scan.Record ? this.isInQuotesAtLimit(at) : scan === Scan.UnfinishedInQuotes;
        at = this.rejectLine(inQuotes ? 'unclosed_quote' : 'record_too_long', at, final);
      } else {
        break;
      }
    }
    return at;
  }

  /** Scans the record at `from`, which must not be before one scanned earlier in the same text. */
  private scan(from: number, final: boolean): Scan {
    if (!this.scanner) {
      this.scanner = new RecordScanner(Buffer.from(this.text.slice(from), 'latin1'), this.grammar);
      this.scannerBase = from;
    }
    const limit = Math.min(this.text.length, from + MAX_SCANNED_BYTES);
    this.scanner.cells.truncate(0);
    return this.scanner.scan(from - this.scannerBase, limit - this.scannerBase, final && limit === this.text.length);
  }

  private get scannedEnd(): number {
    return this.scannerBase + this.scanner!.end;
  }

  private get scannedContentEnd(): number {
    return this.scannerBase + this.scanner!.contentEnd;
  }

  private scannedCells(): string[] {
    const { from, to, form } = this.scanner!.cells;
    const base = this.scannerBase;
    return from.map((start, i) => {
      const cell = this.text.slice(base + start, base + to[i]!);
      return form[i] === CellForm.Quoted ? unescaped(cell, this.grammar) : cell;
    });
  }

  /** Whether the record that begins at `from` is inside quotes 1 MiB later. */
  private isInQuotesAtLimit(from: number): boolean {
    const start = from - this.scannerBase;
    return this.scanner!.scan(start, start + MAX_RECORD_BYTES, false) === Scan.UnfinishedInQuotes;
  }

  private isScannedSound(start: number): boolean {
    const { strayCells, width } = this.scanner!;
    if (this.scannedContentEnd - start > MAX_RECORD_BYTES) return false;
    return strayCells === 0 || this.width === undefined || width === this.width;
  }

  private emit(cells: string[], start: number, end: number): void {
    // A blank line is no record; a line of "" is one.
    if (cells.length === 1 && cells[0] === '' && this.isBlank(start, end)) return;
    this.sink.record(cells, this.base + start, this.base + end);
  }

  private isBlank(start: number, end: number): boolean {
    return start === end || this.text[start] === '\n' || this.text[start] === '\r';
  }

  /** Rejects the physical line at `from`. @returns where the next one begins, or the end of the text. */
  private rejectLine(code: ReaderRejectCode, from: number, final: boolean): number {
    const line = this.lineAt(from, final);
    if (line) {
      const raw = this.text.slice(from, Math.min(line.contentEnd, from + MAX_RAW_BYTES + 1));
      this.sink.reject(code, { ...this.positionAt(this.base + from) }, this.base + line.end, raw);
      return line.end;
    }
    const raw = flat(this.text.slice(from, Math.min(this.unbrokenEnd(), from + MAX_RAW_BYTES + 1)));
    this.openReject = { code, start: { ...this.positionAt(this.base + from) }, raw };
    return this.unbrokenEnd();
  }

  /** Continues with a rejected line. @returns where the next one begins, or the end of the text. */
  private closeReject(final: boolean): number {
    const line = this.lineAt(0, final);
    if (!line) return this.unbrokenEnd();
    const { code, start, raw } = this.openReject!;
    this.openReject = null;
    this.sink.reject(code, start, this.base + line.end, raw);
    return line.end;
  }

  private skipLines(final: boolean): number {
    let at = 0;
    while (this.linesToSkip > 0 && at < this.text.length) {
      const line = this.lineAt(at, final);
      if (!line) return this.unbrokenEnd();
      at = line.end;
      this.linesToSkip--;
    }
    return at;
  }

  /** The end of a text without a line break; a CR there may be half of one. */
  private unbrokenEnd(): number {
    return this.text.endsWith('\r') ? this.text.length - 1 : this.text.length;
  }

  /** The first line break from `from` on; the end of the text if there is none and the file ends there. */
  private lineAt(from: number, final: boolean): { contentEnd: number; end: number } | null {
    const { text } = this;
    let at = from;
    for (;;) {
      const lineFeed = text.indexOf('\n', at);
      const carriageReturn = isCarriageReturnBreak(this.grammar) ? text.indexOf('\r', at) : -1;
      const found = lineFeed < 0 || (carriageReturn >= 0 && carriageReturn < lineFeed) ? carriageReturn : lineFeed;
      if (found < 0) return final ? { contentEnd: text.length, end: text.length } : null;
      const contentEnd = text[found] === '\n' && found > from && text[found - 1] === '\r' ? found - 1 : found;
      const length = lineBreakLength(text.charCodeAt(contentEnd), text.charCodeAt(contentEnd + 1), final, this.grammar);
      if (length === UNDECIDED) return null;
      if (length > 0) return { contentEnd, end: contentEnd + length };
      at = found + 1;
    }
  }

  /** Whether papaparse can read the text, and how. */
  protected regularity(final: boolean): Regularity | null {
    const { text, grammar } = this;
    const lineBreaks = grammar.delimiter === '' || grammar.trim ? null : this.regularLineBreaks(final);
    if (!lineBreaks || grammar.quote === '') return lineBreaks;
    const doubts = [lineBreaks.isDoubtful];
    if (grammar.escape !== grammar.quote) doubts.push(doubtAt(text, grammar.escape));
    // For papaparse A0 behind a closing quote is white space; there it is no part of a character, so the text is not UTF-8.
    if (this.traits.invalidUtf8) doubts.push(doubtAt(text, '\xa0'));
    const active = doubts.filter((doubt) => doubt !== null);
    if (active.length === 0) return lineBreaks;
    return { newline: lineBreaks.newline, isDoubtful: (start, end) => active.some((doubt) => doubt(start, end)) };
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

/** Whether a record holds the character; null where the text does not. */
function doubtAt(text: string, character: string): Regularity['isDoubtful'] {
  if (!text.includes(character)) return null;
  const search = new TextSearch(text, character);
  return (start, end) => search.next(start) < end;
}

function count(text: string, needle: string, end: number): number {
  let found = 0;
  for (let at = text.indexOf(needle); at >= 0 && at < end; at = text.indexOf(needle, at + 1)) found++;
  return found;
}

/** A copy that does not keep the long text alive that it was cut from. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

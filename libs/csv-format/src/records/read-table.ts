import { byteOrderMarkLength } from '../encoding/byte-order-mark.js';
import { createTranscoder } from '../encoding/transcode.js';
import type { Dialect } from '../model.js';
import type { ReaderRejectCode } from './careful-reader.js';
import { grammarOf } from './grammar.js';
import { RecordReader, type RecordSink } from './record-reader.js';
import { SHOWN_LINES, shownLine } from './shown-lines.js';
import type { SourceCounter } from './synced-source.js';
import { PositionTracker, sourceCounter, type TextPosition } from './text-position.js';

/** A record of a table. */
export interface CsvRecord {
  /** The physical line of the file on which it begins, from 1. */
  line: number;
  cells: string[];
}

/** A line that is no record. */
export interface RejectedLine {
  line: number;
  reject: ReaderRejectCode;
  /** The line without its line break, cut behind MAX_RAW_BYTES + 1 bytes. */
  raw: string;
}

/**
 * The records of a file behind its preamble, in file order; the header, where there is one, is the first. Memory is bounded by the
 * chunks that the file comes in, and nothing is read ahead of the consumer. Bytes that are not valid in the encoding become U+FFFD.
 * @param file from its first byte on.
 * @param width the cells of a sound record, where known: a record with a stray quote and another number of cells is rejected.
 */
export async function* readRecords(
  file: AsyncIterable<Buffer>,
  dialect: Dialect,
  width?: number,
): AsyncGenerator<CsvRecord | RejectedLine> {
  const found = new FoundRecords();
  const feed = new FileFeed(dialect, found, width);
  for await (const chunk of file) {
    feed.push(chunk);
    yield* found.take();
  }
  feed.end();
  yield* found.take();
}

/** Lines of one kind: how many, and the physical line of the first, from 1. */
export interface CountedLines {
  count: number;
  first_line: number;
  /** Of comments: the first of them, to be shown. */
  lines?: string[];
}

/** Where the records of a table begin, and its header. */
export interface TableStart {
  /** Behind the header and the records that are skipped below it; where the table has none, behind the preamble. */
  position: TextPosition;
  /** Cells of the header as text; null where the table has none. */
  header: string[] | null;
  /** The records skipped below the header; null where none are. */
  skipped: CountedLines | null;
  /** The comments before `position`, but for those in the preamble. */
  comments: CountedLines | null;
}

/** There is no record where the header should be. */
export class NoHeader extends Error {}

/** The header is a record that cannot be read. */
export class UnreadableHeader extends Error {
  constructor(
    readonly code: ReaderRejectCode,
    /** Its first bytes. */
    readonly raw: string,
  ) {
    super(code);
  }
}

/**
 * Reads a file up to the first record of the table. Memory is bounded whatever is before it.
 * @param file from its first byte on. @param skip records to skip below the header @throws NoHeader, UnreadableHeader
 */
export async function readTableStart(file: AsyncIterable<Buffer>, dialect: Dialect, skip = 0): Promise<TableStart> {
  const first = new FirstRecords(skip);
  const feed = new FileFeed(dialect, first);
  for await (const chunk of file) {
    feed.push(chunk);
    if (first.isComplete) return first.start(dialect.has_header);
  }
  feed.end();
  return first.start(dialect.has_header);
}

/** A sink that asks its reader for positions. */
interface FileSink extends RecordSink {
  reader: RecordReader | null;
}

/** Gives a reader the bytes of a file as UTF-8, without byte order mark. */
class FileFeed {
  private readonly transcoder;
  private reader: RecordReader | null = null;
  private source: SourceCounter | null = null;

  constructor(
    private readonly dialect: Dialect,
    private readonly sink: FileSink,
    private readonly width?: number,
  ) {
    this.transcoder = createTranscoder(dialect.encoding);
  }

  push(chunk: Buffer): void {
    this.reader ??= this.open(byteOrderMarkLength(chunk, this.dialect.encoding));
    this.source!.push(chunk);
    this.reader.push(this.transcoder.write(chunk));
  }

  end(): void {
    this.reader ??= this.open(0);
    this.source!.end();
    this.reader.push(this.transcoder.end());
    this.reader.end();
  }

  private open(markLength: number): RecordReader {
    const { dialect, sink, width } = this;
    const grammar = grammarOf(dialect);
    this.source = sourceCounter(dialect.encoding, markLength);
    const positions = new PositionTracker({ text: 0, byte: markLength, line: 0 }, grammar, this.source.length);
    sink.reader = new RecordReader({ grammar, sink, positions, width, skipLines: dialect.preamble_lines });
    return sink.reader;
  }
}

/** Cells as text, without the characters U+0000 that damaged files hold. */
const decoded = (cell: string): string => Buffer.from(cell, 'latin1').toString('utf8').replaceAll('\0', '');

class FoundRecords implements FileSink {
  reader: RecordReader | null = null;
  private found: (CsvRecord | RejectedLine)[] = [];

  take(): (CsvRecord | RejectedLine)[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  record(cells: string[], start: number): void {
    this.found.push({ line: this.reader!.positionAt(start).line + 1, cells: cells.map(decoded) });
  }

  reject(reject: ReaderRejectCode, start: Readonly<TextPosition>, _end: number, raw: Buffer): void {
    this.found.push({ line: start.line + 1, reject, raw: raw.toString('utf8') });
  }
}

/** The first record of a file, which may be the header, and those that are skipped below it. */
class FirstRecords implements FileSink {
  reader: RecordReader | null = null;
  private found:
    | { header: string[]; before: TextPosition }
    | { code: ReaderRejectCode; raw: string; before: TextPosition }
    | null = null;
  /** Behind the last record that was found. */
  private behind: TextPosition | null = null;
  private skipped: CountedLines | null = null;
  private comments: CountedLines | null = null;

  constructor(private readonly skip: number) {}

  get isComplete(): boolean {
    return this.found !== null && (this.skipped?.count ?? 0) >= this.skip;
  }

  record(cells: string[], start: number, end: number): void {
    const before = { ...this.reader!.positionAt(start) };
    if (this.found) this.skipped = counted(this.skipped, before.line);
    else this.found = { header: cells.map(decoded), before };
    this.endAt(end);
  }

  reject(code: ReaderRejectCode, start: Readonly<TextPosition>, end: number, raw: Buffer): void {
    if (this.found) this.skipped = counted(this.skipped, start.line);
    else this.found = { code, raw: raw.toString('latin1'), before: { ...start } };
    this.endAt(end);
  }

  comment(start: number, line: Buffer): void {
    this.comments = counted(this.comments, this.reader!.positionAt(start).line);
    this.comments.lines ??= [];
    if (this.comments.lines.length < SHOWN_LINES) this.comments.lines.push(shownLine(line));
  }

  private endAt(end: number): void {
    this.behind = { ...this.reader!.positionAt(end) };
    if (this.isComplete) this.reader!.stop();
  }

  /** @throws NoHeader, UnreadableHeader */
  start(hasHeader: boolean): TableStart {
    const { found, skipped, comments } = this;
    if (!found) throw new NoHeader();
    if (!hasHeader) return { position: found.before, header: null, skipped, comments };
    if ('code' in found) throw new UnreadableHeader(found.code, found.raw);
    return { position: this.behind!, header: found.header, skipped, comments };
  }
}

/** @param line from 0 */
const counted = (known: CountedLines | null, line: number): CountedLines =>
  known ? { ...known, count: known.count + 1 } : { count: 1, first_line: line + 1 };

import { byteOrderMarkLength } from '../encoding/byte-order-mark.js';
import { createTranscoder } from '../encoding/transcode.js';
import type { Dialect } from '../model.js';
import { grammarOf } from './grammar.js';
import { type ReaderRejectCode, RecordReader, type RecordSink } from './record-reader.js';
import { PositionTracker, sourceLengthIn, type TextPosition } from './text-position.js';

/** Where the records of a table begin, and its header. */
export interface TableStart {
  /** Behind the header; where the table has none, behind what was to be skipped. */
  position: TextPosition;
  /** Cells of the header as text; null where the table has none. */
  header: string[] | null;
}

/** The place where the header should be has no record. */
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
 * Reads a file up to the first record of the table. Memory is bounded whatever stands before it.
 * @param file from its first byte on. @throws NoHeader, UnreadableHeader
 */
export async function readTableStart(file: AsyncIterable<Buffer>, dialect: Dialect): Promise<TableStart> {
  const transcoder = createTranscoder(dialect.encoding);
  let reader: RecordReader | null = null;
  const sink = new FirstRecord(() => reader!);
  for await (const chunk of file) {
    reader ??= openReader(dialect, sink, byteOrderMarkLength(chunk, dialect.encoding));
    reader.push(transcoder.write(chunk));
    if (sink.found) return sink.start(dialect.has_header);
  }
  reader ??= openReader(dialect, sink, 0);
  reader.push(transcoder.end());
  reader.end();
  if (sink.found) return sink.start(dialect.has_header);
  throw new NoHeader();
}

function openReader(dialect: Dialect, sink: RecordSink, markLength: number): RecordReader {
  const grammar = grammarOf(dialect);
  const positions = new PositionTracker(
    { text: 0, byte: markLength, line: 0 },
    grammar,
    sourceLengthIn(dialect.encoding),
  );
  return new RecordReader({ grammar, sink, positions, skipLines: dialect.preamble_lines });
}

class FirstRecord implements RecordSink {
  found:
    | { header: string[]; before: TextPosition; behind: TextPosition }
    | { code: ReaderRejectCode; raw: string; before: TextPosition }
    | null = null;

  constructor(private readonly reader: () => RecordReader) {}

  record(cells: string[], start: number, end: number): void {
    const header = cells.map((cell) => Buffer.from(cell, 'latin1').toString('utf8').replaceAll('\0', ''));
    const before = { ...this.reader().positionAt(start) };
    this.found = { header, before, behind: { ...this.reader().positionAt(end) } };
    this.reader().stop();
  }

  reject(code: ReaderRejectCode, start: Readonly<TextPosition>, _end: number, raw: string): void {
    this.found = { code, raw, before: start };
    this.reader().stop();
  }

  start(hasHeader: boolean): TableStart {
    const found = this.found!;
    if (!hasHeader) return { position: found.before, header: null };
    if ('code' in found) throw new UnreadableHeader(found.code, found.raw);
    return { position: found.behind, header: found.header };
  }
}

import { type Batch, memoryOf } from '../batches/batch.js';
import { type BatchReaderOptions, FileBatcher } from '../batches/file-batcher.js';

/** What one chunk of a file became. */
export interface ParsedChunk {
  batches: Batch[];
  /** One reject more than the limit was found. It ends the last batch; the rest of the file need not be read. */
  overLimit: boolean;
  /** The memory of the chunk, free to be used again; null at the end of the file. */
  chunk: ArrayBuffer | null;
}

/** Parses one file, in this thread or another. Answers come in the order of the calls; several calls may be pending. */
export interface Parser {
  /** Parses the first `length` bytes of `chunk`. The memory belongs to the parser until the answer returns it. */
  write(chunk: ArrayBuffer, length: number): Promise<ParsedChunk>;
  end(): Promise<ParsedChunk>;
  /** Takes back the memory of a batch that nobody reads any more. */
  recycle(batch: Batch): void;
  close(): Promise<void>;
}

/** Parses in the calling thread: 1 MiB takes some 12 ms, during which this process does nothing else. */
export class InlineParser implements Parser {
  private readonly reader: FileBatcher;

  constructor(options: BatchReaderOptions) {
    this.reader = new FileBatcher(options);
  }

  async write(chunk: ArrayBuffer, length: number): Promise<ParsedChunk> {
    const batches = this.reader.write(Buffer.from(chunk, 0, length));
    return { batches, overLimit: this.reader.overLimit, chunk };
  }

  async end(): Promise<ParsedChunk> {
    return { batches: this.reader.end(), overLimit: this.reader.overLimit, chunk: null };
  }

  recycle(batch: Batch): void {
    this.reader.recycle(memoryOf(batch));
  }

  async close(): Promise<void> {}
}

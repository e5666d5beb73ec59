import { type Batch, memoryOf } from '../batches/batch.js';
import { FileParser, type ParseOrder } from '../batches/batch-reader.js';

/** What became of a piece of a file. */
export interface Parsed {
  batches: Batch[];
  /** There was a reject too many, and it ends the last batch: the rest of the file is of no interest. */
  overLimit: boolean;
  /** The chunk's memory, which may be used again; null at the end of the file. */
  chunk: ArrayBuffer | null;
}

/** A FileParser, wherever it runs. Answers come in the order of the calls; several may be under way. */
export interface Parser {
  /** @param chunk the first `length` bytes are parsed; the memory is the parser's until it comes back. */
  write(chunk: ArrayBuffer, length: number): Promise<Parsed>;
  end(): Promise<Parsed>;
  /** Gives a batch back that nobody reads any more. */
  recycle(batch: Batch): void;
  close(): Promise<void>;
}

/** Parses where it is called. A MiB takes some 12 ms, in which nothing else happens in this process. */
export class InlineParser implements Parser {
  private readonly parser: FileParser;

  constructor(order: ParseOrder) {
    this.parser = new FileParser(order);
  }

  async write(chunk: ArrayBuffer, length: number): Promise<Parsed> {
    const batches = this.parser.write(Buffer.from(chunk, 0, length));
    return { batches, overLimit: this.parser.overLimit, chunk };
  }

  async end(): Promise<Parsed> {
    return { batches: this.parser.end(), overLimit: this.parser.overLimit, chunk: null };
  }

  recycle(batch: Batch): void {
    this.parser.recycle(memoryOf(batch));
  }

  async close(): Promise<void> {}
}

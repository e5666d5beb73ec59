import type { Batch } from '../cutting/batch.js';
import { FileParser, type ParseOrder } from '../cutting/file-parser.js';

/** What became of a piece of a file. */
export interface Parsed {
  batches: Batch[];
  /** There was a reject too many, and it ends the last batch: the rest of the file is of no interest. */
  overLimit: boolean;
}

/** A FileParser, wherever it runs. Answers come in the order of the calls; several may be under way. */
export interface Parser {
  /** @param chunk is the parser's from now on. */
  write(chunk: Buffer): Promise<Parsed>;
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

  async write(chunk: Buffer): Promise<Parsed> {
    return { batches: this.parser.write(chunk), overLimit: this.parser.overLimit };
  }

  async end(): Promise<Parsed> {
    return { batches: this.parser.end(), overLimit: this.parser.overLimit };
  }

  recycle(batch: Batch): void {
    const memory = ownMemory(batch);
    if (memory) this.parser.recycle(memory);
  }

  async close(): Promise<void> {}
}

/** The memory of a batch's rows; null for what is a part of a pool that others use as well. */
export function ownMemory({ rows: { text } }: Batch): ArrayBuffer | null {
  return text.buffer instanceof ArrayBuffer && text.buffer.byteLength > Buffer.poolSize ? text.buffer : null;
}

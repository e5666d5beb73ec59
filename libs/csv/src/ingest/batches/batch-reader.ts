import type { CsvGrammar } from '@app/csv-format';
import { createTranscoder, PositionTracker, RecordReader, sourceLengthIn, type Transcoder } from '@app/csv-format';
import type { Batch, BatchMemory, Checkpoint } from './batch.js';
import { BatchCutter } from './batch-builder.js';

/** How a file is to be read, and from where. Plain data: it travels to a thread. */
export interface ParseOrder {
  grammar: CsvGrammar;
  encoding: string;
  decimal: '.' | ',';
  columns: { key: string; name: string }[];
  /** Behind the header, or behind the last batch that is kept. */
  from: Checkpoint;
  batchRecords: number;
  rejectLimit: number;
}

/**
 * The first byte of the file that a parser wants. What is transcoded is read from its beginning and thrown away up to the checkpoint: where
 * it lies in the text is known exactly, and no decoder has to be set down in mid-file. A GB takes some seconds, once per takeover.
 */
export const firstByteFor = ({ encoding, from }: Pick<ParseOrder, 'encoding' | 'from'>): number =>
  encoding === 'utf-8' ? from.byte : 0;

/** Bytes of an uploaded file in, batches out: all that is done to a file before it meets the database. Synchronous and without I/O. */
export class FileParser {
  private readonly transcoder: Transcoder | null;
  private readonly reader: RecordReader;
  private readonly cutter: BatchCutter;
  /** Bytes of text before the checkpoint that are still to come. */
  private known: number;
  private batches: Batch[] = [];

  constructor({ grammar, encoding, from, ...cutting }: ParseOrder) {
    this.transcoder = encoding === 'utf-8' ? null : createTranscoder(encoding);
    this.known = this.transcoder ? from.text : 0;
    const at = { ...from };
    this.cutter = new BatchCutter(cutting, at, (batch) => this.batches.push(batch));
    const { text, byte, line } = from;
    this.reader = new RecordReader({
      grammar,
      sink: this.cutter,
      positions: new PositionTracker({ text, byte, line }, grammar, sourceLengthIn(encoding)),
      width: cutting.columns.length,
    });
    this.cutter.readFrom(this.reader);
  }

  /** Set once there was a reject too many; the last batch ends with it, and the rest of the file is of no interest. */
  get overLimit(): boolean {
    return this.cutter.overLimit;
  }

  /** @param chunk may be used again afterwards. @returns the batches that it completed. */
  write(chunk: Buffer): Batch[] {
    this.push(this.transcoder ? this.transcoder.write(chunk) : chunk);
    return this.take();
  }

  /** @returns the last batches. */
  end(): Batch[] {
    if (this.transcoder) this.push(this.transcoder.end());
    this.reader.end();
    this.cutter.finish();
    return this.take();
  }

  /** Takes back the memory of a batch that nobody reads any more. */
  recycle(memory: BatchMemory): void {
    this.cutter.recycle(memory);
  }

  private push(text: Buffer): void {
    const skipped = Math.min(this.known, text.length);
    this.known -= skipped;
    this.reader.push(text.subarray(skipped));
  }

  private take(): Batch[] {
    const { batches } = this;
    this.batches = [];
    return batches;
  }
}

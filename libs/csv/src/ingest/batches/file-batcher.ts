import type { ColumnRule, CsvGrammar } from '@app/csv-format';
import {
  createTranscoder,
  PositionTracker,
  RecordKernel,
  RecordReader,
  type SourceCounter,
  sourceCounter,
  type Transcoder,
} from '@app/csv-format';
import type { Batch, BatchMemory, Checkpoint } from './batch.js';
import { BatchBuilder } from './batch-builder.js';
import { BatchPools } from './batch-pools.js';
import { MAX_FIELD_BYTES } from './reject-codes.js';

/** How to read a file, and from where. Plain data, because it is sent to a thread. */
export interface BatchReaderOptions {
  grammar: CsvGrammar;
  encoding: string;
  columns: { name: string }[];
  /** What is declared about the values of each column. */
  rules: ColumnRule[];
  nullValues: string[];
  /** The end of the header, or of the last batch that was committed. */
  from: Checkpoint;
  batchRecords: number;
  rejectLimit: number;
}

/**
 * The first byte of the file that a reader needs. A file that is transcoded is read from its beginning, and its text is skipped up to the
 * checkpoint: the text offset is known exactly, and no decoder can start in the middle of a file. 1 GB takes some seconds, once per takeover.
 */
export const firstByteToRead = ({ encoding, from }: Pick<BatchReaderOptions, 'encoding' | 'from'>): number =>
  encoding === 'utf-8' ? from.byte : 0;

/** Turns the bytes of an uploaded file into batches. Synchronous and without I/O. */
export class FileBatcher {
  private readonly transcoder: Transcoder | null;
  private readonly source: SourceCounter;
  private readonly records: RecordReader;
  private readonly builder: BatchBuilder;
  /** Bytes of text before the checkpoint that are still to be skipped. */
  private toSkip: number;
  private batches: Batch[] = [];

  constructor(
    { grammar, encoding, from, ...building }: BatchReaderOptions,
    private readonly pools = new BatchPools(),
  ) {
    this.transcoder = encoding === 'utf-8' ? null : createTranscoder(encoding);
    this.source = sourceCounter(encoding, from.byte);
    this.toSkip = this.transcoder ? from.text : 0;
    this.builder = new BatchBuilder(
      { ...building, isFileText: encoding === 'utf-8' },
      { ...from },
      (batch) => this.batches.push(batch),
      pools,
    );
    const { text, byte, line } = from;
    const width = building.columns.length;
    const kernel = new RecordKernel({ grammar, width, maxCellBytes: MAX_FIELD_BYTES });
    this.records = new RecordReader({
      grammar,
      sink: this.builder,
      positions: new PositionTracker({ text, byte, line }, grammar, this.source.length),
      width,
      regular: { kernel, sink: this.builder },
    });
    this.builder.readFrom(this.records);
  }

  /** True after one reject more than `rejectLimit`. The last batch ends with that reject; the rest of the file need not be read. */
  get overLimit(): boolean {
    return this.builder.overLimit;
  }

  /** @param chunk the caller may reuse it afterwards @returns the batches that the chunk completes */
  write(chunk: Buffer): Batch[] {
    this.source.push(chunk);
    this.push(this.transcoder ? this.transcoder.write(chunk) : chunk);
    return this.takeBatches();
  }

  /** @returns the last batches */
  end(): Batch[] {
    this.source.end();
    if (this.transcoder) this.push(this.transcoder.end());
    this.records.end();
    this.builder.finish();
    return this.takeBatches();
  }

  /** @returns the last batches of what was written, though the file goes on: without its last record, if that is not complete */
  stop(): Batch[] {
    this.builder.finish();
    return this.takeBatches();
  }

  /** Takes back the memory of a batch that nobody reads any more. */
  recycle(memory: BatchMemory): void {
    this.pools.recycle(memory);
  }

  private push(text: Buffer): void {
    const skipped = Math.min(this.toSkip, text.length);
    this.toSkip -= skipped;
    this.records.push(text.subarray(skipped));
  }

  private takeBatches(): Batch[] {
    const { batches } = this;
    this.batches = [];
    return batches;
  }
}

import { CONFIG, type Config } from '@app/config';
import { grammarOf } from '@app/csv-format';
import { FileStore } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import { type Batch, memoryOf, transferOf } from './batches/batch.js';
import { firstByteFor, type ParseOrder } from './batches/batch-reader.js';
import { BatchWriter, type LoadTarget } from './batches/batch-writer.js';
import { keyOrder } from './batches/rows-payload.js';
import { UnreadableFile } from './ingest-failures.js';
import type { PlannedIngest } from './ingest-planner.js';
import { DEFAULT_REJECT_LIMIT } from './limits.js';
import { InlineParser, type Parsed, type Parser } from './parser/parser.js';
import { ThreadParser } from './parser/parser-pool.js';

/**
 * Read at once. From 1,031,913 characters on Node keeps a text outside of the heap, where it waits for the collector; of a UTF-8 file a
 * chunk has a character for each byte. Batches are bigger, so what is held of the file beside them is small.
 */
const CHUNK_BYTES = 1_000_000;
/** Chunks that a parser has before it at most, so that it need not wait for us whenever we wait for the database. */
const CHUNKS_AHEAD = 4;
/** Fewer, where batches take more than this: of short rejected lines comes ten times as much. */
const MEMORY_AHEAD = 12 * 1024 * 1024;
/** A thread is up after some 40 ms and takes some 40 MB, which a small file does not repay. */
const THREAD_BYTES = 4 * 1024 * 1024;

/** Reads a file from a checkpoint to its end, and commits what is in it batch by batch over several connections. */
@Injectable()
export class IngestLoader {
  constructor(
    private readonly store: FileStore,
    private readonly writer: BatchWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns once the last batch is committed. Whatever ends it early, no batch is being committed any more by then.
   * @throws UnreadableFile, LeaseLost, the reason of `signal`, and what PostgreSQL throws
   */
  async load(upload: CsvUpload, { plan, from }: PlannedIngest, signal: AbortSignal): Promise<void> {
    const keys = plan.columns.map(({ key }) => key);
    const target: LoadTarget = {
      uploadId: upload.id,
      epoch: upload.lease_epoch,
      rowsTable: upload.rows_table,
      keys: keyOrder(keys).map((position) => keys[position]!),
    };
    const order: ParseOrder = {
      grammar: grammarOf(plan.dialect),
      encoding: plan.dialect.encoding,
      decimal: plan.dialect.decimal,
      columns: plan.columns.map(({ key, name }) => ({ key, name })),
      from,
      batchRecords: this.config.INGEST_BATCH_ROWS,
      rejectLimit: upload.options.max_rejects ?? DEFAULT_REJECT_LIMIT,
    };
    const parser = upload.size_bytes > THREAD_BYTES ? new ThreadParser(order) : new InlineParser(order);
    const commits = new Commits(this.connectionsFor(upload), async (batch) => {
      signal.throwIfAborted();
      await this.writer.write(batch, target);
      parser.recycle(batch);
    });
    try {
      await this.commitAll(this.parse(upload, order, parser, signal), commits, order.rejectLimit);
    } finally {
      await commits.settle();
      await parser.close();
    }
    commits.throwIfFailed();
  }

  /** A small file is over before a second connection would pay. */
  private connectionsFor(upload: CsvUpload): number {
    return upload.size_bytes <= this.config.INGEST_SMALL_BYTES ? 1 : this.config.INGEST_CONNECTIONS;
  }

  private async commitAll(pieces: AsyncIterable<Parsed>, commits: Commits, rejectLimit: number): Promise<void> {
    for await (const { batches, overLimit } of pieces) {
      for (const batch of batches) await commits.add(batch);
      if (overLimit) throw new UnreadableFile('too_many_rejects', { limit: rejectLimit });
    }
  }

  /** What becomes of the file, piece by piece. Some more are being parsed while one is looked at. */
  private async *parse(
    upload: CsvUpload,
    order: ParseOrder,
    parser: Parser,
    signal: AbortSignal,
  ): AsyncGenerator<Parsed> {
    const start = firstByteFor(order);
    const file = await this.store.open(upload.storage_key, start);
    const spare: ArrayBuffer[] = [];
    const ahead: Promise<Parsed>[] = [];
    const send = (parsed: Promise<Parsed>) => {
      // When a thread dies all of them fail, and only one of them is waited for.
      parsed.catch(() => {});
      ahead.push(parsed);
    };
    let room = CHUNKS_AHEAD;
    let read = start;
    try {
      for (;;) {
        signal.throwIfAborted();
        const chunk = spare.pop() ?? new ArrayBuffer(Math.min(CHUNK_BYTES, upload.size_bytes));
        const length = await file.read(new Uint8Array(chunk));
        if (length === 0) break;
        read += length;
        if (read > upload.size_bytes) throw new UnreadableFile('file_changed');
        send(parser.write(chunk, length));
        while (ahead.length >= room) {
          const parsed = await ahead.shift()!;
          if (parsed.chunk) spare.push(parsed.chunk);
          room = roomFor(parsed.batches);
          yield parsed;
        }
      }
      if (read < upload.size_bytes) throw new UnreadableFile('file_changed');
      send(parser.end());
      while (ahead.length > 0) yield await ahead.shift()!;
    } finally {
      await file.close();
    }
  }
}

/** How many chunks may be ahead, by the memory that the last one has become. */
function roomFor(batches: readonly Batch[]): number {
  const memory = batches.map(memoryOf).flatMap(transferOf);
  const bytes = memory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Math.max(1, Math.min(CHUNKS_AHEAD, Math.floor(MEMORY_AHEAD / bytes)));
}

/** Commits batches side by side; the first that fails ends it all. */
class Commits {
  private readonly running = new Set<Promise<void>>();
  private failure: { error: unknown } | null = null;

  constructor(
    private readonly slots: number,
    private readonly commit: (batch: Batch) => Promise<void>,
  ) {}

  /** Returns as soon as there is room for the next one. @throws what a commit has thrown */
  async add(batch: Batch): Promise<void> {
    while (this.running.size >= this.slots && !this.failure) await Promise.race(this.running);
    this.throwIfFailed();
    const running = this.commit(batch)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }

  async settle(): Promise<void> {
    await Promise.all(this.running);
  }

  throwIfFailed(): void {
    if (this.failure) throw this.failure.error;
  }
}

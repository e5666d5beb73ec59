import { CONFIG, type Config } from '@app/config';
import { FileStore } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvUpload } from '../upload/upload.entity.js';
import { type Batch, bytesOf } from './cutting/batch.js';
import { firstByteFor, type ParseOrder } from './cutting/file-parser.js';
import { keyOrder } from './cutting/rows-payload.js';
import { HopelessFile } from './failures.js';
import type { PlannedIngest } from './ingest-planner.js';
import { DEFAULT_REJECT_LIMIT } from './limits.js';
import { InlineParser, type Parsed, type Parser } from './parsing/parser.js';
import { ThreadParser } from './parsing/thread-parser.js';
import { grammarOf } from './reading/csv-grammar.js';
import { BatchWriter, type LoadTarget } from './storing/batch-writer.js';

/**
 * Read at once. From 1,031,913 bytes on Node keeps a text outside of the heap, where it waits for the collector. Batches are bigger, so
 * what is held of the file beside them is small.
 */
const CHUNK_BYTES = 1_000_000;
/** Chunks that a parser has before it at most, so that it need not wait for us whenever we wait for the database. */
const CHUNKS_AHEAD = 4;
/** Fewer, where they become more than this: of short rejected lines comes eight times as much. */
const BATCH_BYTES_AHEAD = 12 * 1024 * 1024;
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
   * @throws HopelessFile, LeaseLost, the reason of `signal`, and what PostgreSQL throws
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
      await this.writer.write(batch, target);
      parser.recycle(batch);
    });
    try {
      await this.feed(upload, order, parser, commits, signal);
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

  private async feed(
    upload: CsvUpload,
    order: ParseOrder,
    parser: Parser,
    commits: Commits,
    signal: AbortSignal,
  ): Promise<void> {
    await this.requireWholeFile(upload);
    const start = firstByteFor(order);
    const file = await this.store.open(upload.storage_key, start);
    const spare: ArrayBuffer[] = [];
    const ahead: Promise<Parsed>[] = [];
    let room = CHUNKS_AHEAD;
    const commitNext = async () => {
      const { batches, overLimit, chunk } = await ahead.shift()!;
      if (chunk) spare.push(chunk);
      room = roomFor(batches);
      for (const batch of batches) {
        signal.throwIfAborted();
        await commits.add(batch);
      }
      if (overLimit) throw new HopelessFile('too_many_rejects', { limit: order.rejectLimit });
    };
    let read = start;
    try {
      for (;;) {
        const chunk = spare.pop() ?? new ArrayBuffer(Math.min(CHUNK_BYTES, upload.size_bytes));
        const length = await file.read(new Uint8Array(chunk));
        if (length === 0) break;
        read += length;
        ahead.push(parser.write(chunk, length));
        while (ahead.length >= room) await commitNext();
      }
      if (read !== upload.size_bytes) throw new HopelessFile('file_changed');
      ahead.push(parser.end());
      while (ahead.length > 0) await commitNext();
    } finally {
      await file.close();
      // What nobody waits for any more may fail as it likes.
      for (const parsed of ahead) parsed.catch(() => {});
    }
  }

  private async requireWholeFile(upload: CsvUpload): Promise<void> {
    const size = await this.store.size(upload.storage_key);
    if (size === null) throw new HopelessFile('file_missing');
    if (size !== upload.size_bytes) throw new HopelessFile('file_changed');
  }
}

/** How many chunks may be ahead, by what became of the last one. */
function roomFor(batches: readonly Batch[]): number {
  const bytes = batches.reduce((sum, batch) => sum + bytesOf(batch), 0);
  return Math.max(1, Math.min(CHUNKS_AHEAD, Math.floor(BATCH_BYTES_AHEAD / bytes)));
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

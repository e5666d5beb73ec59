import { CONFIG, type Config } from '@app/config';
import { columnRules, grammarOf } from '@app/csv-format';
import { FileStore } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import { UploadRoom } from '../uploads/upload-room.js';
import { type Batch, memoryOf, transferOf } from './batches/batch.js';
import { BatchWriter, type LoadTarget } from './batches/batch-writer.js';
import { type BatchReaderOptions, firstByteToRead } from './batches/file-batcher.js';
import { readRejectBytes } from './batches/reject-bytes.js';
import { DEFAULT_REJECT_LIMIT, UnreadableFile } from './ingest-failures.js';
import type { PlannedIngest } from './ingest-planner.js';
import type { ParsedChunk, Parser } from './parser/parser.js';
import { ParserPool } from './parser/parser-pool.js';

/** Size of one read. From 256 KiB to 2 MiB the CPU differs by less than the noise; smaller chunks take less memory. */
const CHUNK_BYTES = 512 * 1024;
/** Chunks that the parser may have at a time, so that it has work while the loader waits for the database. */
const MAX_CHUNKS_IN_FLIGHT = 4;
/** Fewer chunks if their batches take more memory than this: short rejected lines become ten times as large. */
const MAX_BATCH_BYTES_IN_FLIGHT = 12 * 1024 * 1024;

/** Reads a file from a checkpoint to its end, and commits its batches over several connections. */
@Injectable()
export class IngestLoader {
  constructor(
    private readonly store: FileStore,
    private readonly parsers: ParserPool,
    private readonly writer: BatchWriter,
    private readonly room: UploadRoom,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns when the last batch is committed. When it throws, no commit is in progress any more.
   * @throws UnreadableFile, StorageFull, LeaseLost, the reason of `signal`, and the errors of PostgreSQL
   */
  async load(upload: CsvUpload, { plan, from, end }: PlannedIngest, signal: AbortSignal): Promise<void> {
    const target: LoadTarget = {
      uploadId: upload.id,
      epoch: upload.lease_epoch,
      rowsTable: upload.rows_table,
    };
    const options: BatchReaderOptions = {
      grammar: grammarOf(plan.dialect),
      encoding: plan.dialect.encoding,
      columns: plan.columns.map(({ name }) => ({ name })),
      rules: columnRules(plan.columns, upload.options),
      nullValues: upload.options.null_values ?? [],
      from,
      batchRecords: this.config.INGEST_BATCH_ROWS,
      rejectLimit: upload.options.max_rejects ?? DEFAULT_REJECT_LIMIT,
    };
    const parser = this.parsers.open(options, upload.size_bytes);
    const commits = new ConcurrentCommits(this.connectionsFor(upload), async (batch) => {
      signal.throwIfAborted();
      await this.room.requireReserve(upload.size_bytes);
      const { rejects } = batch;
      if (rejects.count > 0) rejects.raws ??= await readRejectBytes(this.store, upload.storage_key, rejects);
      await this.writer.write(batch, target);
      parser.recycle(batch);
    });
    try {
      const range = { start: firstByteToRead(options), end };
      await this.commitAll(this.parse(upload, range, parser, signal), commits, options.rejectLimit);
    } finally {
      await commits.settle();
      await parser.close();
    }
    commits.throwIfFailed();
  }

  /** A small file is loaded before a second connection would save time. */
  private connectionsFor(upload: CsvUpload): number {
    return upload.size_bytes <= this.config.INGEST_SMALL_BYTES ? 1 : this.config.INGEST_CONNECTIONS;
  }

  private async commitAll(
    chunks: AsyncIterable<ParsedChunk>,
    commits: ConcurrentCommits,
    rejectLimit: number,
  ): Promise<void> {
    for await (const { batches, overLimit } of chunks) {
      for (const batch of batches) await commits.add(batch);
      if (overLimit) throw new UnreadableFile('too_many_rejects', { limit: rejectLimit });
    }
  }

  /** The parsed chunks of the file in order. While the caller works on one, the parser works on the next ones. */
  private async *parse(
    upload: CsvUpload,
    { start, end }: { start: number; end: number },
    parser: Parser,
    signal: AbortSignal,
  ): AsyncGenerator<ParsedChunk> {
    const file = await this.store.open(upload.storage_key, start);
    const freeChunks: ArrayBuffer[] = [];
    const inFlight: Promise<ParsedChunk>[] = [];
    const track = (parsed: Promise<ParsedChunk>) => {
      // If the worker dies, all of them reject, but only the first one is awaited.
      parsed.catch(() => {});
      inFlight.push(parsed);
    };
    let maxInFlight = MAX_CHUNKS_IN_FLIGHT;
    let read = start;
    try {
      for (;;) {
        signal.throwIfAborted();
        const chunk = freeChunks.pop() ?? new ArrayBuffer(Math.min(CHUNK_BYTES, upload.size_bytes));
        const length = await file.read(new Uint8Array(chunk));
        if (length === 0) break;
        read += length;
        if (read > upload.size_bytes) throw new UnreadableFile('file_changed');
        // A footer is no part of the table.
        if (read - length < end) track(parser.write(chunk, Math.min(length, length - (read - end))));
        while (inFlight.length >= maxInFlight) {
          const parsed = await inFlight.shift()!;
          if (parsed.chunk) freeChunks.push(parsed.chunk);
          maxInFlight = chunksInFlight(parsed.batches);
          yield parsed;
        }
      }
      if (read < upload.size_bytes) throw new UnreadableFile('file_changed');
      track(parser.end());
      while (inFlight.length > 0) yield await inFlight.shift()!;
    } finally {
      await file.close();
    }
  }
}

/** How many chunks may be in flight, by the memory of the last chunk's batches. */
function chunksInFlight(batches: readonly Batch[]): number {
  const memory = batches.map(memoryOf).flatMap(transferOf);
  const bytes = memory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Math.max(1, Math.min(MAX_CHUNKS_IN_FLIGHT, Math.floor(MAX_BATCH_BYTES_IN_FLIGHT / bytes)));
}

/** Commits up to `slots` batches at a time. After the first failure it commits no more. */
class ConcurrentCommits {
  private readonly running = new Set<Promise<void>>();
  private failure: { error: unknown } | null = null;

  constructor(
    private readonly slots: number,
    private readonly commit: (batch: Batch) => Promise<void>,
  ) {}

  /** Returns when a slot is free and the commit has begun. @throws the error of an earlier commit */
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

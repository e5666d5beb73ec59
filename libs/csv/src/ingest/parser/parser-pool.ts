import type { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { startThread, threadFile } from '../../threads.js';
import { type Batch, memoryOf, transferOf } from '../batches/batch.js';
import type { BatchReaderOptions } from '../batches/file-batcher.js';
import { InlineParser, type ParsedChunk, type Parser } from './parser.js';
import type { ParserRequest } from './parser-worker.js';

/** Smaller files are parsed inline: a worker starts in some 40 ms and takes some 20 MB, which a small file does not repay. */
const WORKER_BYTES = 4 * 1024 * 1024;

/**
 * Gives each file a parser. Big files get a parser worker, a thread of its own, which leaves the event loop of this process to
 * connections, leases and other jobs. One idle worker is kept for the next file, with its compiled code.
 */
@Injectable()
export class ParserPool {
  private idle: ParserWorker | null = null;

  /** A parser for one file; its `close` returns the worker to the pool. */
  open(options: BatchReaderOptions, sizeBytes: number): Parser {
    if (sizeBytes <= WORKER_BYTES) return new InlineParser(options);
    const worker = this.take();
    worker.open(options);
    return worker;
  }

  private take(): ParserWorker {
    const { idle } = this;
    this.idle = null;
    return idle?.isIdle ? idle : new ParserWorker((worker) => this.release(worker));
  }

  private async release(worker: ParserWorker): Promise<void> {
    if (this.idle || !worker.isIdle) await worker.terminate();
    else this.idle = worker;
  }
}

const WORKER_FILE = threadFile('parser-worker', import.meta.url);

/**
 * If a file takes more than this, only its worker ends; the process and other ingests go on. Text and rows are outside of this heap, and
 * only the records that the kernel leaves make garbage, so a small young generation does.
 */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 6 };

interface PendingAnswer {
  resolve(parsed: ParsedChunk): void;
  reject(error: Error): void;
}

/** A thread that parses one file after another. It does not keep the process alive. */
class ParserWorker implements Parser {
  private readonly thread: Worker;
  private readonly pending: PendingAnswer[] = [];
  private lastAnswer: Promise<unknown> = Promise.resolve();
  private failure: Error | null = null;

  constructor(private readonly release: (worker: ParserWorker) => Promise<void>) {
    this.thread = startThread(WORKER_FILE, HEAP_LIMITS);
    this.thread.on('message', (parsed: ParsedChunk) => this.pending.shift()?.resolve(parsed));
    this.thread.on('error', (error) => this.fail(error));
    this.thread.on('exit', () => this.fail(new Error('The parser worker has ended.')));
  }

  /** No answer is pending, and the thread is alive. */
  get isIdle(): boolean {
    return this.pending.length === 0 && !this.failure;
  }

  open(options: BatchReaderOptions): void {
    this.send({ open: options });
  }

  write(chunk: ArrayBuffer, length: number): Promise<ParsedChunk> {
    return this.request({ chunk, length }, [chunk]);
  }

  end(): Promise<ParsedChunk> {
    return this.request({ chunk: null });
  }

  recycle(batch: Batch): void {
    const memory = memoryOf(batch);
    this.send({ recycle: memory }, transferOf(memory));
  }

  /** Where a load has failed, answers may be under way that nobody waits for. The thread is kept, so they are awaited here. */
  async close(): Promise<void> {
    await this.lastAnswer;
    this.send({ close: true });
    await this.release(this);
  }

  async terminate(): Promise<void> {
    await this.thread.terminate();
  }

  private send(request: ParserRequest, transfer: ArrayBuffer[] = []): void {
    if (!this.failure) this.thread.postMessage(request, transfer);
  }

  private request(request: ParserRequest, transfer: ArrayBuffer[] = []): Promise<ParsedChunk> {
    if (this.failure) return Promise.reject(this.failure);
    const answer = new Promise<ParsedChunk>((resolve, reject) => {
      this.pending.push({ resolve, reject });
      this.thread.postMessage(request, transfer);
    });
    this.lastAnswer = answer.catch(() => {});
    return answer;
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.pending.splice(0)) reject(this.failure);
  }
}

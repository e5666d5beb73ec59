import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { type Batch, memoryOf, transferOf } from '../batches/batch.js';
import type { ParseOrder } from '../batches/batch-reader.js';
import type { Parsed, Parser } from './parser.js';
import type { ThreadRequest } from './parser-worker.js';

const isSource = import.meta.url.endsWith('.ts');
const THREAD = new URL(isSource ? './parser-worker.ts' : './parser-worker.js', import.meta.url);

/** A parser that outgrows this has met a file that we did not think of: its thread ends, the process and other ingests go on. */
const HEAP = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 24 };

/**
 * Limits that the process was started with stand above those of its threads (nodejs/node#43991): with --max-old-space-size=384 each of
 * them had 408 MB. For the main thread they have done their work, as a heap is laid out once.
 */
function obeyOwnLimits(): void {
  setFlagsFromString('--max-old-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}

interface Waiting {
  resolve(parsed: Parsed): void;
  reject(error: Error): void;
}

/** A thread that parses one file at a time. It does not keep the process alive. */
class ParserThread {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: Error | null = null;

  constructor() {
    obeyOwnLimits();
    this.worker = new Worker(THREAD, {
      resourceLimits: HEAP,
      // Run from TypeScript, as tests are, the thread needs the compiler; otherwise none of this process's flags.
      execArgv: isSource ? ['--import', '@swc-node/register/esm-register'] : [],
    });
    this.worker.unref();
    this.worker.on('message', (parsed: Parsed) => this.waiting.shift()?.resolve(parsed));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('The parser thread has ended.')));
  }

  /** Nothing is under way, and nothing went wrong. */
  get isAtRest(): boolean {
    return this.waiting.length === 0 && !this.failure;
  }

  tell(request: ThreadRequest, transfer: ArrayBuffer[] = []): void {
    if (!this.failure) this.worker.postMessage(request, transfer);
  }

  ask(request: ThreadRequest, transfer: ArrayBuffer[] = []): Promise<Parsed> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(request, transfer);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}

/** A thread that has parsed has its code compiled, which takes a new one half a second of CPU; its memory is given up after a while. */
const REST_MS = 30_000;

let resting: { thread: ParserThread; timer: NodeJS.Timeout } | null = null;

function takeThread(): ParserThread {
  const rested = resting;
  resting = null;
  clearTimeout(rested?.timer);
  return rested?.thread.isAtRest ? rested.thread : new ParserThread();
}

async function leaveThread(thread: ParserThread): Promise<void> {
  if (resting || !thread.isAtRest) {
    await thread.end();
    return;
  }
  const timer = setTimeout(() => {
    resting = null;
    void thread.end();
  }, REST_MS).unref();
  resting = { thread, timer };
}

/** Parses in a thread of its own, so that this process has its loop free for connections, leases and other jobs. */
export class ThreadParser implements Parser {
  private readonly thread = takeThread();

  constructor(order: ParseOrder) {
    this.thread.tell({ order });
  }

  write(chunk: ArrayBuffer, length: number): Promise<Parsed> {
    return this.thread.ask({ chunk, length }, [chunk]);
  }

  end(): Promise<Parsed> {
    return this.thread.ask({ chunk: null });
  }

  recycle(batch: Batch): void {
    const used = memoryOf(batch);
    this.thread.tell({ used }, transferOf(used));
  }

  close(): Promise<void> {
    return leaveThread(this.thread);
  }
}

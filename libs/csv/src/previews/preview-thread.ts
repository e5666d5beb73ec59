import type { Worker } from 'node:worker_threads';
import { ServiceUnavailable } from '@app/problems';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { startThread, threadFile } from '../threads.js';
import type { PreviewAnswer, PreviewedFile } from './preview.js';
import type { PreviewReply } from './preview-worker.js';

const WORKER_FILE = threadFile('preview-worker', import.meta.url);
/** Detection keeps a dozen readings of the sample side by side. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 };
/** A file of 1 MiB takes less than a second; one that takes this long would hold up all others. */
const LONGEST_MS = 20_000;

interface Waiting {
  resolve(answer: PreviewAnswer): void;
  reject(error: Error): void;
}

/**
 * Computes previews one after the other in a thread, so that the event loop of the process stays free. The thread starts with the first
 * one, and a new one after it has failed.
 */
@Injectable()
export class PreviewThread implements OnModuleDestroy {
  private thread: Worker | null = null;
  private waiting: Waiting[] = [];
  private deadline: NodeJS.Timeout | undefined;

  /** @param file its memory belongs to the thread from here on @throws ServiceUnavailable if the thread ends before it answers */
  preview(file: PreviewedFile): Promise<PreviewAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.thread ??= this.start();
      this.thread.postMessage(file, [file.bytes.buffer as ArrayBuffer]);
      if (this.waiting.length === 1) this.watch();
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.thread?.terminate();
  }

  private start(): Worker {
    const thread = startThread(WORKER_FILE, HEAP_LIMITS);
    const end = (cause?: unknown) => {
      if (this.thread === thread) this.fail(cause);
    };
    thread.on('message', (reply: PreviewReply) => this.answer(reply));
    thread.on('error', end);
    thread.on('exit', () => end());
    return thread;
  }

  private answer(reply: PreviewReply): void {
    const { resolve, reject } = this.waiting.shift()!;
    this.watch();
    if ('failed' in reply) reject(new Error(reply.failed));
    else resolve(reply);
  }

  /** Gives the next answer its time. */
  private watch(): void {
    clearTimeout(this.deadline);
    if (this.waiting.length > 0) this.deadline = setTimeout(() => void this.thread?.terminate(), LONGEST_MS);
  }

  private fail(cause: unknown): void {
    clearTimeout(this.deadline);
    this.thread = null;
    for (const { reject } of this.waiting.splice(0)) reject(new ServiceUnavailable({}, { cause }));
  }
}

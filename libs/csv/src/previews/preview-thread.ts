import type { Worker } from 'node:worker_threads';
import { Deadline, FairQueue } from '@app/database';
import { QueryTimeout, ServiceUnavailable } from '@app/problems';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { startThread, threadFile } from '../threads.js';
import type { PreviewAnswer, PreviewedFile } from './preview.js';
import type { PreviewReply } from './preview-worker.js';

const WORKER_FILE = threadFile('preview-worker', import.meta.url);
/** Detection keeps a dozen readings of the sample side by side. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 };
/** A file of 1 MiB takes less than a second; one that takes this long would hold up all others. */
const LONGEST_MS = 20_000;

/** Previews of others go first for at most this long; the clients of fetch and curl wait for longer. */
const LONGEST_WAIT_MS = 120_000;

/** Who asks for a preview. */
export interface PreviewCaller {
  userId: string;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
}

interface Running {
  resolve(answer: PreviewAnswer): void;
  reject(error: Error): void;
}

/**
 * Computes previews one after the other in a thread, so that the event loop of the process stays free. Users take turns. The thread gets a
 * file when its turn has come, so a file that takes too much time or memory ends the thread and fails alone; the next one gets a new thread.
 */
@Injectable()
export class PreviewThread implements OnModuleDestroy {
  private readonly turns = new FairQueue({ atOnce: 1, perUser: 1 });
  private thread: Worker | null = null;
  private running: Running | null = null;

  /**
   * @param file its memory belongs to the thread from here on
   * @throws ServiceUnavailable if the thread ends before it answers, or the turn does not come in time; ClientGone
   */
  async preview({ userId, signal }: PreviewCaller, file: PreviewedFile): Promise<PreviewAnswer> {
    try {
      return await this.turns.run(userId, Deadline.in(LONGEST_WAIT_MS, signal), () => this.compute(file));
    } catch (error) {
      if (error instanceof QueryTimeout) throw new ServiceUnavailable({}, { cause: error });
      throw error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.thread?.terminate();
  }

  private async compute(file: PreviewedFile): Promise<PreviewAnswer> {
    const thread = this.thread ?? this.start();
    const timer = setTimeout(() => void thread.terminate(), LONGEST_MS);
    try {
      return await new Promise<PreviewAnswer>((resolve, reject) => {
        this.running = { resolve, reject };
        thread.postMessage(file, [file.bytes.buffer as ArrayBuffer]);
      });
    } finally {
      clearTimeout(timer);
      this.running = null;
    }
  }

  private start(): Worker {
    const thread = startThread(WORKER_FILE, HEAP_LIMITS);
    this.thread = thread;
    const end = (cause?: unknown) => {
      if (this.thread !== thread) return;
      this.thread = null;
      this.running?.reject(new ServiceUnavailable({}, { cause }));
    };
    thread.on('message', (reply: PreviewReply) => {
      if ('failed' in reply) this.running?.reject(new Error(reply.failed));
      else this.running?.resolve(reply);
    });
    thread.on('error', end);
    thread.on('exit', () => end());
    return thread;
  }
}

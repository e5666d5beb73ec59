import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import { TooManyUploads } from '../upload.problems.js';

/** Long enough for 200 small files on a busy machine; the clients of fetch and curl wait for longer. */
const LONGEST_WAIT_MS = 120_000;

interface Queue {
  running: number;
  /** Called when a turn is free, in this order. */
  waiting: Set<() => void>;
}

/**
 * Lets each user send a few files at a time; the others wait before their body is read, so they cost no memory and no connection to the
 * database. 200 small files of one user at once took all connections, and up to 98 of them got 503 after their bytes had come.
 */
@Injectable()
export class UploadTurns {
  private readonly queues = new Map<string, Queue>();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Waits for a turn.
   * @param signal of a client that has left
   * @returns a function that ends the turn
   * @throws TooManyUploads when the turn does not come in time
   */
  async take(userId: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.queues.get(userId) ?? { running: 0, waiting: new Set() };
    this.queues.set(userId, queue);
    if (queue.running < this.config.UPLOADS_PER_USER) queue.running += 1;
    else await this.wait(queue, signal);
    return () => this.end(userId, queue);
  }

  private wait(queue: Queue, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        queue.waiting.delete(begin);
        done();
      };
      // An upload that ends passes its turn to the next one, so `running` stays the same.
      const begin = () => settle(resolve);
      const giveUp = () => settle(() => reject(new TooManyUploads({ limit: this.config.UPLOADS_PER_USER })));
      const timer = setTimeout(giveUp, LONGEST_WAIT_MS);
      signal.addEventListener('abort', giveUp);
      queue.waiting.add(begin);
    });
  }

  private end(userId: string, queue: Queue): void {
    const [next] = queue.waiting;
    if (next) {
      next();
      return;
    }
    queue.running -= 1;
    if (queue.running === 0) this.queues.delete(userId);
  }
}

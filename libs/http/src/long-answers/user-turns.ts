interface Queue {
  running: number;
  /** Called when a turn is free, in this order. */
  waiting: Set<() => void>;
}

interface TurnRules {
  /** The most turns of one user at the same time. */
  limit: number;
  longestWaitMs: number;
  /** What is thrown when a turn does not come in time, or the client has left. */
  refusal: () => Error;
}

/** Lets each user do a few things of one kind at a time in this process; the others wait, in their order. */
export class UserTurns {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly rules: TurnRules) {}

  /**
   * Waits for a turn.
   * @param signal of a client that has left
   * @returns a function that ends the turn, to be called once
   */
  async take(userId: string, signal?: AbortSignal): Promise<() => void> {
    const queue = this.queues.get(userId) ?? { running: 0, waiting: new Set() };
    this.queues.set(userId, queue);
    if (queue.running < this.rules.limit) queue.running += 1;
    else await this.wait(queue, signal);
    return () => this.end(userId, queue);
  }

  private wait(queue: Queue, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        queue.waiting.delete(begin);
        done();
      };
      // What ends passes its turn to the next one, so `running` stays the same.
      const begin = () => settle(resolve);
      const giveUp = () => settle(() => reject(this.rules.refusal()));
      const timer = setTimeout(giveUp, this.rules.longestWaitMs);
      signal?.addEventListener('abort', giveUp);
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

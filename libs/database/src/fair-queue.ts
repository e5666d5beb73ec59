import { QueryTimeout } from '@app/problems';
import { ClientGone, type Deadline } from './deadline.js';

export interface QueueLimits {
  /** How much work runs at a time, of all users together. */
  atOnce: number;
  /** How much of it is of one user. */
  perUser: number;
}

interface Waiting {
  start: () => void;
}

/**
 * Limits how much heavy work runs at a time, in all and per user. The users whose work waits take turns, so that one with hundreds of
 * requests delays another by a few at most; the work of one user starts in the order of arrival.
 */
export class FairQueue {
  private readonly running = new Map<string, number>();
  /** By user; the user at the front has the next turn. */
  private readonly waiting = new Map<string, Waiting[]>();
  private total = 0;

  constructor(private readonly limits: QueueLimits) {}

  /** @throws QueryTimeout or ClientGone when the deadline passes or the client disconnects before the work starts */
  async run<T>(userId: string, deadline: Deadline, work: () => Promise<T>): Promise<T> {
    deadline.check();
    if (this.hasRoomFor(userId)) this.enter(userId);
    else await this.waitForTurn(userId, deadline);
    const ended = this.onRunning();
    try {
      return await work();
    } finally {
      ended();
      this.leave(userId);
    }
  }

  /** Called when work begins to wait. @returns what is called when it waits no longer */
  protected onWaiting(_deadline: Deadline): () => void {
    return () => {};
  }

  /** Called when work starts. @returns what is called when it has ended */
  protected onRunning(): () => void {
    return () => {};
  }

  private waitForTurn(userId: string, deadline: Deadline): Promise<void> {
    const ended = this.onWaiting(deadline);
    return new Promise<void>((resolve, reject) => {
      const entry: Waiting = { start: () => settle(resolve) };
      const giveUp = (error: Error) => {
        this.withdraw(userId, entry);
        settle(() => reject(error));
      };
      const timer = setTimeout(() => giveUp(new QueryTimeout()), deadline.leftMs());
      const onAbort = () => giveUp(new ClientGone());
      deadline.signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        ended();
        deadline.signal?.removeEventListener('abort', onAbort);
        outcome();
      };
      const entries = this.waiting.get(userId);
      if (entries) entries.push(entry);
      else this.waiting.set(userId, [entry]);
    });
  }

  private withdraw(userId: string, entry: Waiting): void {
    const others = this.waiting.get(userId)!.filter((other) => other !== entry);
    if (others.length === 0) this.waiting.delete(userId);
    else this.waiting.set(userId, others);
  }

  private hasRoomFor(userId: string): boolean {
    return this.total < this.limits.atOnce && (this.running.get(userId) ?? 0) < this.limits.perUser;
  }

  private enter(userId: string): void {
    this.total += 1;
    this.running.set(userId, (this.running.get(userId) ?? 0) + 1);
  }

  private leave(userId: string): void {
    this.total -= 1;
    const left = this.running.get(userId)! - 1;
    if (left === 0) this.running.delete(userId);
    else this.running.set(userId, left);
    this.startNext();
  }

  private startNext(): void {
    for (const [userId, [next, ...others]] of this.waiting) {
      if (!this.hasRoomFor(userId)) continue;
      // The user goes to the back.
      this.waiting.delete(userId);
      if (others.length > 0) this.waiting.set(userId, others);
      this.enter(userId);
      next!.start();
      return;
    }
  }
}

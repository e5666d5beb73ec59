import { CONFIG, type Config } from '@app/config';
import { metrics } from '@app/metrics';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { QueryTimeout } from '../rows.problems.js';
import { ClientGone, type Deadline } from './deadline.js';
import { WaitingScans } from './waiting-scans.js';

interface Waiting {
  userId: string;
  start: () => void;
}

/**
 * Limits how many heavy reads run at a time, in all and per user, so that they leave connections and processors to quick reads. The
 * others wait in the order of arrival; reads of a user who has reached the limit are skipped.
 */
@Injectable()
export class ScanQueue {
  private readonly running = new Map<string, number>();
  private readonly waiting: Waiting[] = [];
  private total = 0;

  /** @param announced tells other processes of the waiting reads. */
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'SCAN_LIMIT' | 'SCAN_LIMIT_PER_USER'>,
    @Optional() private readonly announced?: WaitingScans,
  ) {}

  /** @throws QueryTimeout or ClientGone when the deadline passes or the client disconnects before the work starts */
  async run<T>(userId: string, deadline: Deadline, work: () => Promise<T>): Promise<T> {
    await this.waitForTurn(userId, deadline);
    try {
      return await work();
    } finally {
      this.leave(userId);
    }
  }

  private async waitForTurn(userId: string, deadline: Deadline): Promise<void> {
    deadline.check();
    if (this.hasRoomFor(userId)) {
      this.enter(userId);
      return;
    }
    const withdraw = this.announced?.add(deadline.leftMs());
    await new Promise<void>((resolve, reject) => {
      const entry: Waiting = { userId, start: () => settle(resolve) };
      const giveUp = (error: Error) => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        settle(() => reject(error));
      };
      const timer = setTimeout(() => giveUp(new QueryTimeout()), deadline.leftMs());
      const onAbort = () => giveUp(new ClientGone());
      deadline.signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        metrics.scans.dec({ state: 'waiting' });
        withdraw?.();
        deadline.signal?.removeEventListener('abort', onAbort);
        outcome();
      };
      this.waiting.push(entry);
      metrics.scans.inc({ state: 'waiting' });
    });
  }

  private hasRoomFor(userId: string): boolean {
    return this.total < this.config.SCAN_LIMIT && (this.running.get(userId) ?? 0) < this.config.SCAN_LIMIT_PER_USER;
  }

  private enter(userId: string): void {
    this.total += 1;
    metrics.scans.inc({ state: 'running' });
    this.running.set(userId, (this.running.get(userId) ?? 0) + 1);
  }

  private leave(userId: string): void {
    this.total -= 1;
    metrics.scans.dec({ state: 'running' });
    const left = this.running.get(userId)! - 1;
    if (left === 0) this.running.delete(userId);
    else this.running.set(userId, left);
    this.startNext();
  }

  private startNext(): void {
    const index = this.waiting.findIndex((entry) => this.hasRoomFor(entry.userId));
    if (index < 0) return;
    const [next] = this.waiting.splice(index, 1);
    this.enter(next!.userId);
    next!.start();
    this.startNext();
  }
}

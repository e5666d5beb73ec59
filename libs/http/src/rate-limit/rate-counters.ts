import { CacheConnection } from '@app/cache';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

export const WINDOW_SECONDS = 60;

/** The number of the current window. Windows begin with the minute, so all processes count in the same one. */
const currentWindow = (): number => Math.floor(Date.now() / (WINDOW_SECONDS * 1000));

/** Seconds until the next window, at least 1. */
export const secondsLeft = (): number => Math.ceil(((currentWindow() + 1) * WINDOW_SECONDS * 1000 - Date.now()) / 1000);

/** The longest time for which other processes do not know a count of this one. */
const SHARE_EVERY_MS = 200;

/** Longer than the window, as clocks of processes may differ. */
const KEY_TTL_SECONDS = 2 * WINDOW_SECONDS;

interface Count {
  /** The last total in Redis, of all processes. */
  shared: number;
  /** Being sent to Redis. */
  sending: number;
  /** Not sent yet. */
  own: number;
}

/**
 * Counts per key in the current window, over all processes.
 *
 * `count` does not wait for Redis. Each process counts by itself; five times a second it adds its counts to those in Redis and reads
 * the totals, all keys in one round trip. A burst over n processes may therefore pass n quotas within its first 200 ms. `countExactly`
 * waits for the totals, for limits where that matters. While Redis is away, both use the counts that this process knows.
 * docs/decisions/libraries-or-our-own.md says why no library does this.
 */
@Injectable()
export class RateCounters implements OnApplicationShutdown {
  private window = 0;
  private counts = new Map<string, Count>();
  private readonly unshared = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connection: CacheConnection) {}

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** Counts one more. @returns the count in this window that this process knows */
  count(key: string): number {
    const count = this.of(key);
    count.own += 1;
    this.unshared.add(key);
    this.timer ??= setTimeout(() => void this.share(), SHARE_EVERY_MS).unref();
    return count.shared + count.sending + count.own;
  }

  /** Counts one more for each key, in one round trip. @returns the totals of all processes, in the order of the keys */
  async countExactly(keys: readonly string[]): Promise<number[]> {
    if (!this.connection.up) return keys.map((key) => this.count(key));
    const window = this.enterWindow();
    try {
      const totals = await this.add(
        window,
        keys.map((key) => [key, 1]),
      );
      for (const [i, key] of keys.entries()) this.learn(window, key, totals[i]!);
      return totals;
    } catch (error) {
      this.connection.failed(error);
      return keys.map((key) => this.count(key));
    }
  }

  private async share(): Promise<void> {
    const window = this.enterWindow();
    const keys = this.connection.up ? [...this.unshared] : [];
    this.unshared.clear();
    const counts = keys.map((key) => this.of(key));
    for (const count of counts) {
      count.sending = count.own;
      count.own = 0;
    }
    try {
      const totals = await this.add(
        window,
        keys.map((key, i) => [key, counts[i]!.sending]),
      );
      for (const [i, count] of counts.entries()) Object.assign(count, { shared: totals[i]!, sending: 0 });
    } catch (error) {
      this.connection.failed(error);
      for (const count of counts) Object.assign(count, { shared: count.shared + count.sending, sending: 0 });
    }
    this.timer = undefined;
    if (this.unshared.size > 0) this.timer = setTimeout(() => void this.share(), SHARE_EVERY_MS).unref();
  }

  private async add(window: number, increments: [key: string, by: number][]): Promise<number[]> {
    if (increments.length === 0) return [];
    const pipeline = this.connection.redis.pipeline();
    for (const [key, by] of increments) {
      const name = `${this.connection.namespace}:r:${window}:${key}`;
      pipeline.incrby(name, by).expire(name, KEY_TTL_SECONDS);
    }
    const results = (await pipeline.exec()) ?? [];
    return increments.map((_, i) => {
      const [error, total] = results[2 * i]!;
      if (error) throw error;
      return total as number;
    });
  }

  /** Keeps the total, so that callers do not get a new quota when Redis goes away. */
  private learn(window: number, key: string, total: number): void {
    if (window === this.window) this.of(key).shared = total;
  }

  private of(key: string): Count {
    this.enterWindow();
    let count = this.counts.get(key);
    if (!count) {
      count = { shared: 0, sending: 0, own: 0 };
      this.counts.set(key, count);
    }
    return count;
  }

  /** Forgets all counts when a new window has begun. */
  private enterWindow(): number {
    const now = currentWindow();
    if (now !== this.window) {
      this.window = now;
      this.counts = new Map();
      this.unshared.clear();
    }
    return now;
  }
}

import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CacheConnection, RECONNECT_CAP_MS } from './cache-connection.js';
import { freshValue } from './fresh-value.js';

/** Long, as its end empties the whole cache; yet not for ever, as a cache leaves nothing behind. */
export const ERA_TTL_MS = 7 * 24 * 3600_000;

/** How long another process may need to find that Redis is back: its longest pause, and as much again to connect. */
const SETTLE_MS = 2 * RECONNECT_CAP_MS;

/**
 * Whether this process may believe what is cached.
 *
 * While Redis is away, writes go on and their invalidations are lost, here and in other processes. So every entry also
 * carries the *era*, a tag that all entries share, and a process that may have lost an invalidation renews it before it
 * reads or writes the cache again: on every connect (at boot too, for a predecessor that died with one unsent) and after
 * an invalidation that Redis refused. Renewing empties everybody's cache once; remembering the single tags would spare
 * some of it, but no process knows what the others have lost.
 *
 * Having renewed, it still waits `SETTLE_MS` until it believes: another process may not have noticed yet that Redis is
 * back, and an invalidation of its own in that moment would be lost to us. One that stays cut off from a Redis which
 * everybody else reaches is beyond this; then DEFAULT_CACHE_TTL bounds how long a stale answer can live.
 */
@Injectable()
export class CacheTrust implements OnModuleInit, OnApplicationShutdown {
  /** The tag that is part of every entry. */
  static readonly ERA = 'era';

  private readonly log = new Logger(CacheTrust.name);
  private believed = false;
  /** Counts the losses; a renewal that began before the latest one proves nothing. */
  private losses = 0;
  private renewal: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly connection: CacheConnection) {
    connection.redis.on('ready', () => {
      this.renewal = this.renew();
    });
    connection.redis.on('close', () => this.lose('the connection to Redis is lost'));
  }

  get holds(): boolean {
    return this.believed;
  }

  /** Waits for the first attempt to connect, not for its success: without Redis everything is answered from the database. */
  async onModuleInit(): Promise<void> {
    await this.connection.redis.connect().catch(() => {});
    await this.renewal;
  }

  /** Last of all: requests that are still being answered have invalidations to send. */
  onApplicationShutdown(): void {
    this.closed = true;
    this.believed = false;
    clearTimeout(this.timer);
    this.connection.close();
  }

  /** An invalidation may have been lost: believe nothing until the era is renewed. */
  lose(reason: string, error?: unknown): void {
    if (this.closed) return;
    if (this.losses === 0 || this.believed) this.log.warn({ err: error }, `The cache is bypassed: ${reason}`);
    this.believed = false;
    this.losses += 1;
    if (this.connection.up) this.renewal = this.renew();
  }

  private async renew(): Promise<void> {
    clearTimeout(this.timer);
    const losses = this.losses;
    try {
      await this.startEra();
    } catch (error) {
      this.connection.failed(error);
      this.log.warn({ err: error }, 'Redis does not take a new era; the cache stays bypassed');
      this.later(RECONNECT_CAP_MS, () => {
        if (this.connection.up) this.renewal = this.renew();
      });
      return;
    }
    if (losses !== this.losses) return;
    if (losses === 0) this.believed = true;
    else {
      this.later(SETTLE_MS, () => {
        if (losses !== this.losses) return;
        this.believed = true;
        this.log.log('The cache is in use again');
      });
    }
  }

  private later(delayMs: number, step: () => void): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(step, delayMs);
  }

  private async startEra(): Promise<void> {
    const era = `${this.connection.namespace}:t:${CacheTrust.ERA}`;
    try {
      await this.connection.redis.set(era, freshValue(), 'PX', ERA_TTL_MS);
    } catch (error) {
      // A full Redis refuses SET and takes DEL, and a missing era is as good as a new one.
      if (!(error instanceof Error && error.message.startsWith('OOM'))) throw error;
      await this.connection.redis.del(era);
    }
  }
}

import { randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CacheConnection, RECONNECT_CAP_MS } from './cache-connection.js';

/** Long, because its end empties the whole cache; limited, because the cache leaves no key in Redis for ever. */
export const GENERATION_TTL_MS = 7 * 24 * 3600_000;

/** How long another process may need to notice that Redis is back: its longest pause, and as much again to connect. */
const SETTLE_MS = 2 * RECONNECT_CAP_MS;

/**
 * A value that no tag had before. It is random and not a counter: a counter that Redis evicts or loses would start again, reach
 * an old number, and make the entries of that time valid again.
 */
export function newTagValue(): string {
  if (nextRandom === random.length) {
    random = randomBytes(256 * VALUE_BYTES);
    nextRandom = 0;
  }
  nextRandom += VALUE_BYTES;
  return random.toString('base64url', nextRandom - VALUE_BYTES, nextRandom);
}

const VALUE_BYTES = 9;
/** Random bytes for the next values: a call of the system for each took 1 % of a request that writes. */
let random: Buffer = Buffer.alloc(0);
let nextRandom = 0;

/**
 * Whether this process may use what is cached.
 *
 * While Redis is away, writes continue and their invalidations are lost, in this process and in others. So every entry also
 * depends on the *generation*, a tag that all entries share. A process that may have lost an invalidation starts a new generation
 * before it uses the cache again: on every connect (also at start, because the previous process may have died before it sent
 * one) and after an invalidation that Redis refused. A new generation empties the cache of all processes. Remembering the single
 * tags would keep some of it, but no process knows what the others have lost.
 *
 * After that it still waits `SETTLE_MS` before it uses the cache: another process may not have noticed yet that Redis is back,
 * and its invalidations of that moment would be lost. A process that stays cut off from a Redis which all others reach is not
 * covered; then DEFAULT_CACHE_TTL limits how long a stale answer can live.
 */
@Injectable()
export class CacheValidity implements OnModuleInit, OnApplicationShutdown {
  /** The tag that every entry depends on. */
  static readonly GENERATION = 'generation';

  private readonly log = new Logger(CacheValidity.name);
  private valid = false;
  /** Counts the losses. A new generation that was requested before the latest loss does not make the cache valid. */
  private losses = 0;
  private renewal: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly connection: CacheConnection) {
    connection.redis.on('ready', () => {
      this.renewal = this.renew();
    });
    connection.onLoss(() => this.lose('the connection to Redis is lost'));
  }

  get holds(): boolean {
    return this.valid;
  }

  /** Waits for the first attempt to connect, not for its success: without Redis every answer comes from the database. */
  async onModuleInit(): Promise<void> {
    await this.connection.redis.connect().catch(() => {});
    await this.renewal;
  }

  /** The last step of a shutdown, because requests that are still being answered send invalidations. */
  onApplicationShutdown(): void {
    this.closed = true;
    this.valid = false;
    clearTimeout(this.timer);
    this.connection.close();
  }

  /** To call when an invalidation may be lost. The cache is bypassed until there is a new generation. */
  lose(reason: string, error?: unknown): void {
    if (this.closed) return;
    if (this.losses === 0 || this.valid) this.log.warn({ err: error }, `The cache is bypassed: ${reason}`);
    this.valid = false;
    this.losses += 1;
    if (this.connection.up) this.renewal = this.renew();
  }

  private async renew(): Promise<void> {
    clearTimeout(this.timer);
    const losses = this.losses;
    try {
      await this.startGeneration();
    } catch (error) {
      this.connection.failed(error);
      this.log.warn({ err: error }, 'Could not start a new generation in Redis; the cache stays bypassed');
      this.later(RECONNECT_CAP_MS, () => {
        if (this.connection.up) this.renewal = this.renew();
      });
      return;
    }
    if (losses !== this.losses) return;
    if (losses === 0) this.valid = true;
    else {
      this.later(SETTLE_MS, () => {
        if (losses !== this.losses) return;
        this.valid = true;
        this.log.log('The cache is in use again');
      });
    }
  }

  private later(delayMs: number, step: () => void): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(step, delayMs);
  }

  private async startGeneration(): Promise<void> {
    const generation = `${this.connection.namespace}:t:${CacheValidity.GENERATION}`;
    try {
      await this.connection.redis.set(generation, newTagValue(), 'PX', GENERATION_TTL_MS);
    } catch (error) {
      // A full Redis refuses SET and accepts DEL, and a missing generation has the same effect as a new one.
      if (!(error instanceof Error && error.message.startsWith('OOM'))) throw error;
      await this.connection.redis.del(generation);
    }
  }
}

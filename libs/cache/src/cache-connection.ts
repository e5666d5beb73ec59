import { type Config, redisAddress } from '@app/config';
import { Redis } from 'ioredis';

/** A command that takes longer means that Redis hangs: a healthy one answers in well under a millisecond. */
const COMMAND_TIMEOUT_MS = 500;

/** The longest pause between two attempts to reconnect; `SETTLE_MS` in cache-trust.ts is reckoned from it. */
export const RECONNECT_CAP_MS = 500;

/**
 * The one Redis connection of the cache and of the rate limits. A command fails at once while Redis is away and is never
 * sent a second time: whoever asked has PostgreSQL to turn to, and must not wait.
 */
export class CacheConnection {
  readonly redis: Redis;
  /** First part of every key. In braces, as MGET over a tagged entry needs all its keys in one slot of a Redis Cluster. */
  readonly namespace: string;

  constructor(config: Pick<Config, 'REDIS_URL' | 'CACHE_REDIS_URL' | 'REDIS_PREFIX'>) {
    this.namespace = `{${config.REDIS_PREFIX}:cache}`;
    this.redis = new Redis({
      ...redisAddress(config.CACHE_REDIS_URL ?? config.REDIS_URL),
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: 1_000,
      disconnectTimeout: 200,
      maxLoadingRetryTime: RECONNECT_CAP_MS,
      retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, RECONNECT_CAP_MS),
    });
    // Without a listener ioredis prints every failed attempt; CacheTrust tells of it once.
    this.redis.on('error', () => {});
  }

  /** Whether a command has a chance; looks at nothing but the connection's state. */
  get up(): boolean {
    return this.redis.status === 'ready';
  }

  /**
   * To be told of every failed command. A time-out ends the connection: the peer may be gone without a word, and while a
   * new one is sought, nobody else waits for it.
   */
  failed(error: unknown): void {
    if (error instanceof Error && error.message === 'Command timed out') this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }
}

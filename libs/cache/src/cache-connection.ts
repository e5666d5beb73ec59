import type { Config } from '@app/config';
import { connectRedis, onNodeLost } from '@app/redis';
import type { Redis } from 'ioredis';

/** A command that takes longer means that Redis hangs; normally it answers in well under a millisecond. */
const COMMAND_TIMEOUT_MS = 500;

/** The longest pause between two attempts to reconnect; `SETTLE_MS` in cache-validity.ts depends on it. */
export const RECONNECT_CAP_MS = 500;

/**
 * The Redis connection that the cache and the rate limits share. While Redis is away a command fails at once, and it is never
 * sent again: the caller can answer from PostgreSQL and must not wait.
 */
export class CacheConnection {
  readonly redis: Redis;
  /** Prefix of every key. The braces keep all keys in one slot of a Redis Cluster, because an MGET reads an entry with its tags. */
  readonly namespace: string;

  constructor(config: Pick<Config, 'REDIS_URL' | 'CACHE_REDIS_URL' | 'REDIS_PREFIX'>) {
    this.namespace = `{${config.REDIS_PREFIX}:cache}`;
    this.redis = connectRedis(config.CACHE_REDIS_URL ?? config.REDIS_URL, {
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
    // Without a listener ioredis prints every failed attempt; CacheValidity logs it once.
    this.redis.on('error', () => {});
  }

  /** Calls `listener` when writes that this process has sent may be lost. */
  onLoss(listener: () => void): void {
    this.redis.on('close', listener);
    onNodeLost(this.redis, listener);
  }

  /** Whether the connection is ready for commands. Asks Redis nothing. */
  get up(): boolean {
    return this.redis.status === 'ready';
  }

  /**
   * To call with the error of every failed command. A time-out ends the connection, because the other side may have disappeared
   * silently; until there is a new connection, other commands fail at once.
   */
  failed(error: unknown): void {
    if (error instanceof Error && error.message === 'Command timed out') this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }
}

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { readRedisAddress } from './redis-address.js';

/** How often a command may be sent to another node, because its slot has moved there. */
const MOST_MOVES = 2;

/**
 * A connection to one Redis, to the master that Sentinels name, or to a Cluster; see `readRedisAddress`.
 * @returns a Redis. A Cluster has the same commands, states and events; its keys must share a slot where a command has several, as all
 * keys of a queue and all of the cache do.
 */
export function connectRedis(address: string, options: RedisOptions): Redis {
  const target = readRedisAddress(address);
  if (target.kind === 'single') return new Redis(target.address, options);
  const { username, password } = target;
  if (target.kind === 'sentinel') {
    const { sentinels, name, db } = target;
    return new Redis({ ...options, sentinels, name, db, username, password });
  }
  const { lazyConnect, enableOfflineQueue, retryStrategy, ...ofNode } = options;
  const cluster = new Cluster(target.nodes, {
    redisOptions: { ...ofNode, username, password },
    lazyConnect,
    enableOfflineQueue,
    clusterRetryStrategy: (attempt) => retryStrategy?.(attempt) || null,
    // Who must not wait for a server that is away does not wait for another node to take its slots.
    ...(enableOfflineQueue === false && { maxRedirections: MOST_MOVES }),
  });
  return cluster as unknown as Redis;
}

/**
 * Calls `listener` when a node of a Cluster is lost: the replica that takes its slots may lack the last writes, while the connection to
 * the Cluster stays open. The end of a connection to one Redis is its event `close`.
 */
export function onNodeLost(redis: Redis, listener: () => void): void {
  if (redis instanceof Cluster) (redis as Cluster).on('-node', listener);
}

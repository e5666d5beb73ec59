import type { Config } from '@app/config';
import { connectRedis } from '@app/redis';
import { Logger } from '@nestjs/common';
import type { Job, Queue, QueueOptions } from 'bull';
import type { Redis } from 'ioredis';
import type { QueueName } from './job-catalogue.js';

/** What Bull holds of a job: the id of its outbox row. Payload, attempts and lease are in that row. */
export interface JobRef {
  outbox_id: string;
}

/** Whether Bull will never run this copy of a job, although it holds it; see JobDispatcher. */
export const isStale = (copy: Job<JobRef>, job: string): boolean => copy.name !== job || Boolean(copy.finishedOn);

/** Bull's queues by name. */
export class JobQueues extends Map<QueueName, Queue<JobRef>> {}

/**
 * How the queues connect to Redis. All queues share one connection for commands and one for events; each needs a blocking
 * connection of its own. Bull requires the options `maxRetriesPerRequest` and `enableReadyCheck` as they are here: a blocked read
 * must not be given up, and must not wait for a ready check.
 */
export function bullOptions(config: Config): QueueOptions {
  const log = new Logger('Bull');
  const loss: Loss = { isTold: false };
  const connect = () => {
    const redis = connectRedis(config.REDIS_URL, {
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      retryStrategy: (times) => Math.min(times * 100, 2_000),
    });
    // Every queue adds its listeners to the shared connections.
    redis.setMaxListeners(0);
    watchConnection(redis, log, loss);
    return redis;
  };
  let client: Redis | undefined;
  let subscriber: Redis | undefined;
  return {
    // The braces keep all keys of a queue on one node of a Redis Cluster.
    prefix: `{${config.REDIS_PREFIX}:bull}`,
    createClient: (type) => {
      if (type === 'client') {
        client ??= connect();
        return client;
      }
      if (type === 'subscriber') {
        subscriber ??= connect();
        return subscriber;
      }
      return connect();
    },
    // The outbox does the retries and keeps dead jobs. Bull removes a finished job, because its id must be free to be enqueued again.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    settings: {
      lockDuration: config.JOBS_LEASE_MS,
      lockRenewTime: config.JOBS_LEASE_MS / 3,
      stalledInterval: Math.max(1_000, config.JOBS_LEASE_MS / 2),
      maxStalledCount: 1_000,
    },
  };
}

/** Whether the loss of Redis has been logged. All connections share it. */
interface Loss {
  isTold: boolean;
}

/** Logs one line when Redis is lost and one when it is back, however many connections try again and how often. */
function watchConnection(redis: Redis, log: Logger, loss: Loss): void {
  redis.on('error', (error: NodeJS.ErrnoException) => {
    if (loss.isTold) return;
    loss.isTold = true;
    log.warn(`Redis cannot be reached (${error.code ?? error.message}); jobs wait in PostgreSQL until it is back`);
  });
  redis.on('ready', () => {
    if (!loss.isTold) return;
    loss.isTold = false;
    log.log('Redis can be reached again');
  });
}

import { CONFIG, type Config } from '@app/config';
import { BullModule } from '@nestjs/bull';
import { Global, Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { QueueOptions } from 'bull';
import { Redis, type RedisOptions } from 'ioredis';
import { QUEUES } from './job-catalogue.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobOutbox } from './job-outbox.js';
import { JobSweeper } from './job-sweeper.js';
import { OutboxRow } from './outbox.entity.js';
import { OutboxRepository } from './outbox.repository.js';

/**
 * One connection for commands and one for events, shared by all queues; blocking reads need one each. Bull demands the two
 * options: a blocked read must neither be given up nor wait for a ready check.
 */
const bullOptions = (config: Config): QueueOptions => {
  const log = new Logger('Bull');
  const open = (options: RedisOptions = {}) => {
    const redis = new Redis(config.REDIS_URL, {
      ...options,
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      retryStrategy: (times) => Math.min(times * 100, 2_000),
    });
    // Each queue listens on the connections that they share.
    redis.setMaxListeners(0);
    redis.on('error', (error) => log.warn(`Redis: ${error.message}`));
    return redis;
  };
  let client: Redis | undefined;
  let subscriber: Redis | undefined;
  return {
    // Braces keep all keys of a queue on one node of a Redis Cluster.
    prefix: `{${config.REDIS_PREFIX}:bull}`,
    createClient: (type) => {
      if (type === 'client') {
        client ??= open();
        return client;
      }
      if (type === 'subscriber') {
        subscriber ??= open();
        return subscriber;
      }
      return open();
    },
    // Retries, back-off and the dead are the outbox's; a job that Bull is done with must free its id for the next ring.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    settings: {
      lockDuration: config.JOBS_LEASE_MS,
      lockRenewTime: config.JOBS_LEASE_MS / 3,
      stalledInterval: Math.max(1_000, config.JOBS_LEASE_MS / 2),
      maxStalledCount: 1_000,
    },
  };
};

/** Leaving jobs and seeing that they are rung; for both processes. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([OutboxRow]),
    BullModule.forRootAsync({ inject: [CONFIG], useFactory: bullOptions }),
    BullModule.registerQueue(...Object.values(QUEUES).map((name) => ({ name }))),
  ],
  providers: [OutboxRepository, JobDispatcher, JobOutbox, JobSweeper],
  exports: [BullModule, JobOutbox, JobSweeper, OutboxRepository],
})
export class JobsModule {}

import { CONFIG } from '@app/config';
import { BullModule, getQueueToken } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Queue } from 'bull';
import { DeadJobs } from './dead-jobs.js';
import { JobBoard } from './job-board.js';
import { QUEUES } from './job-catalogue.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobOutbox } from './job-outbox.js';
import { bullOptions, JobQueues, type JobRef } from './job-queues.js';
import { JobSweeper } from './job-sweeper.js';
import { OutboxRow } from './outbox.entity.js';
import { OutboxRepository } from './outbox.repository.js';

const names = Object.values(QUEUES);

/** Adding jobs to the outbox, and handing them to Bull; for both processes. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([OutboxRow]),
    BullModule.forRootAsync({ inject: [CONFIG], useFactory: bullOptions }),
    BullModule.registerQueue(...names.map((name) => ({ name }))),
  ],
  providers: [
    {
      provide: JobQueues,
      inject: names.map((name) => getQueueToken(name)),
      useFactory: (...queues: Queue<JobRef>[]) => new JobQueues(names.map((name, index) => [name, queues[index]!])),
    },
    OutboxRepository,
    JobDispatcher,
    JobOutbox,
    JobSweeper,
    DeadJobs,
    JobBoard,
  ],
  exports: [BullModule, JobQueues, JobOutbox, OutboxRepository, DeadJobs, JobBoard],
})
export class JobsModule {}

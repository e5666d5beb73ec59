import { getQueueToken } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bull';
import { type JobName, jobCatalogue } from './job-catalogue.js';
import { type DueJob, OutboxRepository } from './outbox.repository.js';

/** All that Bull knows of a job; the rest stands in the outbox. */
export interface Ring {
  outbox_id: string;
}

/** Hands outbox rows to Bull. A ring that fails is no loss: the sweeper rings again. */
@Injectable()
export class JobDispatcher {
  private readonly log = new Logger(JobDispatcher.name);

  constructor(
    private readonly modules: ModuleRef,
    private readonly outbox: OutboxRepository,
  ) {}

  /** @returns whether Bull took it. */
  async ring(due: DueJob): Promise<boolean> {
    const kind = jobCatalogue[due.job as JobName];
    if (!kind) {
      this.log.error({ job: due.job, outbox_id: due.id }, 'The outbox holds a job this release does not know');
      return false;
    }
    const queue = this.modules.get<Queue<Ring>>(getQueueToken(kind.queue), { strict: false });
    // With its client not ready, Bull would hold the call until Redis is back; the sweeper does that better.
    if (queue.client.status !== 'ready') return false;
    await queue.add(due.job, { outbox_id: due.id }, { jobId: due.id, delay: due.delayMs });
    return true;
  }

  /** For the moment after a commit: no request waits for Redis. */
  ringInBackground(due: DueJob): void {
    this.ring(due)
      .then((rung) => (rung ? this.outbox.markRung(due.id) : undefined))
      .catch((error) => this.log.warn({ err: error, outbox_id: due.id }, 'A job could not be rung; the sweeper will'));
  }
}

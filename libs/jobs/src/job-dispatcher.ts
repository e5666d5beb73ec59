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
    const queue = this.queueOf(due.job);
    if (!queue) {
      this.log.error({ job: due.job, outbox_id: due.id }, 'The outbox holds a job this release does not know');
      return false;
    }
    // With its client not ready, Bull would hold the call until Redis is back; the sweeper does that better.
    if (queue.client.status !== 'ready') return false;
    await queue.add(due.job, { outbox_id: due.id }, { jobId: due.id, delay: due.delayMs });
    return true;
  }

  /** For a job that Bull may know already. What it holds in any queue is not doubled, and what it will never run is replaced. */
  async ringAgain(due: DueJob): Promise<boolean> {
    await this.removeCorpse(due);
    return this.ring(due);
  }

  /**
   * A worker that was handed a job while Redis was flushed writes when it began under the job's key, and so brings a job without
   * name and content into the world, which Bull fails, keeps, and takes for the one that is to be added ever after.
   */
  private async removeCorpse({ id, job }: DueJob): Promise<void> {
    const queue = this.queueOf(job);
    if (queue?.client.status !== 'ready') return;
    const known = await queue.getJob(id);
    if (known && (known.name !== job || known.finishedOn)) await known.remove();
  }

  private queueOf(job: string): Queue<Ring> | null {
    const kind = jobCatalogue[job as JobName];
    return kind ? this.modules.get<Queue<Ring>>(getQueueToken(kind.queue), { strict: false }) : null;
  }

  /** For the moment after a commit: no request waits for Redis. */
  ringInBackground(due: DueJob): void {
    this.ring(due)
      .then((rung) => (rung ? this.outbox.markRung(due.id) : undefined))
      .catch((error) => this.log.warn({ err: error, outbox_id: due.id }, 'A job could not be rung; the sweeper will'));
  }
}

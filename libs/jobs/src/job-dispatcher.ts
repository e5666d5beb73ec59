import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { type JobName, jobCatalogue } from './job-catalogue.js';
import { isStale, JobQueues, type JobRef } from './job-queues.js';
import { type DueJob, OutboxRepository } from './outbox.repository.js';

/** Hands outbox rows to Bull. When a call fails, nothing is lost: the sweeper enqueues the row again. */
@Injectable()
export class JobDispatcher {
  private readonly log = new Logger(JobDispatcher.name);

  constructor(
    private readonly queues: JobQueues,
    private readonly outbox: OutboxRepository,
  ) {}

  /** @returns whether Bull took the job. */
  async enqueue(due: DueJob): Promise<boolean> {
    const queue = this.queueOf(due.job);
    if (!queue) {
      this.log.error({ job: due.job, outbox_id: due.id }, 'The outbox holds a job that this release does not know');
      return false;
    }
    // While its client is not ready, Bull would hold the call until Redis is back. The sweeper retries instead.
    if (queue.client.status !== 'ready') return false;
    await queue.add(due.job, { outbox_id: due.id }, { jobId: due.id, delay: due.delayMs });
    return true;
  }

  /** Enqueues a job that Bull may still hold: a live one is left alone, one that Bull will never run is replaced. */
  async reenqueue(due: DueJob): Promise<boolean> {
    await this.removeStaleJob(due);
    return this.enqueue(due);
  }

  /**
   * Bull ignores an `add` while it holds a job of the same id, also when that job can never run. Such a job is made by a flush
   * of Redis during a hand-over: the worker writes `processedOn` under the job's key, and the key then has no name and no data.
   */
  private async removeStaleJob({ id, job }: DueJob): Promise<void> {
    const queue = this.queueOf(job);
    if (queue?.client.status !== 'ready') return;
    const known = await queue.getJob(id);
    if (known && isStale(known, job)) await known.remove();
  }

  private queueOf(job: string): Queue<JobRef> | undefined {
    const kind = jobCatalogue[job as JobName];
    return kind && this.queues.get(kind.queue);
  }

  /** For the moment after a commit: the request does not wait for Redis. */
  enqueueInBackground(due: DueJob): void {
    this.enqueue(due)
      .then((enqueued) => (enqueued ? this.outbox.markEnqueued(due.id) : undefined))
      .catch((error) =>
        this.log.warn({ err: error, outbox_id: due.id }, 'Could not enqueue a job; the sweeper will retry'),
      );
  }
}

import { isId } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import { type DeadJob, OutboxRepository } from './outbox.repository.js';

/** Jobs whose attempts are used up. Their rows stay in the outbox until an operator decides. */
@Injectable()
export class DeadJobs {
  constructor(private readonly outbox: OutboxRepository) {}

  /** At most `limit`, the longest dead first. */
  list(limit: number): Promise<DeadJob[]> {
    return this.outbox.findDead(limit);
  }

  /** @throws NotFound for a job that is not dead */
  async get(id: string): Promise<DeadJob> {
    const job = isId(id) ? await this.outbox.getDead(id) : null;
    if (!job) throw new NotFound({ what: 'dead job' });
    return job;
  }

  /** Gives the job all its attempts again. The next sweep of any process enqueues it. @throws NotFound for a job that is not dead */
  async revive(id: string): Promise<void> {
    if (!isId(id) || !(await this.outbox.reviveDead(id))) throw new NotFound({ what: 'dead job' });
  }

  /** Deletes the row of a dead job. */
  async forget(id: string): Promise<void> {
    await this.outbox.deleteDead(id);
  }
}

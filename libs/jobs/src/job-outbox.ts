import { newId, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { type JobName, jobCatalogue, type PayloadOf } from './job-catalogue.js';
import { JobDispatcher } from './job-dispatcher.js';
import { OutboxRepository } from './outbox.repository.js';

/** Where features leave their jobs. */
@Injectable()
export class JobOutbox {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly dispatcher: JobDispatcher,
  ) {}

  /**
   * Leaves a job in the caller's transaction; it is rung after the commit, or never when that does not come.
   * @returns the job's id.
   */
  async add<N extends JobName>(
    tx: Tx,
    name: N,
    payload: PayloadOf<N>,
    options: { runAt?: Date } = {},
  ): Promise<string> {
    const id = newId();
    const runAt = options.runAt ?? new Date();
    await this.outbox.insert(tx.manager, {
      id,
      job: name,
      payload: jobCatalogue[name].payload.parse(payload),
      run_at: runAt,
    });
    tx.afterCommit(() =>
      this.dispatcher.ringInBackground({ id, job: name, delayMs: Math.max(0, runAt.getTime() - Date.now()) }),
    );
    return id;
  }
}

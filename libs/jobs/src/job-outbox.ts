import { newId, type Tx } from '@app/database';
import { requestContext } from '@app/logging';
import { Injectable } from '@nestjs/common';
import { type JobName, jobCatalogue, type PayloadOf } from './job-catalogue.js';
import { JobDispatcher } from './job-dispatcher.js';
import { OutboxRepository } from './outbox.repository.js';

/** Where features add their jobs. */
@Injectable()
export class JobOutbox {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly dispatcher: JobDispatcher,
  ) {}

  /**
   * Adds a job in the caller's transaction. It is enqueued after the commit; a rollback removes it.
   * @param options.runAt earliest time to run; now by default.
   * @returns the job's id.
   * @throws ZodError when the payload does not match the catalogue.
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
      context: requestContext(),
    });
    tx.afterCommit(() =>
      this.dispatcher.enqueueInBackground({ id, job: name, delayMs: Math.max(0, runAt.getTime() - Date.now()) }),
    );
    return id;
  }
}

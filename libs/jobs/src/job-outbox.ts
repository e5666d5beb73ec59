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
   * @param options.delayMs how long the job waits at least before it runs; not at all by default.
   * @returns the job's id.
   * @throws ZodError when the payload does not match the catalogue.
   */
  async add<N extends JobName>(
    tx: Tx,
    name: N,
    payload: PayloadOf<N>,
    { delayMs = 0 }: { delayMs?: number } = {},
  ): Promise<string> {
    const id = newId();
    await this.outbox.insert(tx.manager, {
      id,
      job: name,
      payload: jobCatalogue[name].payload.parse(payload),
      delayMs,
      context: requestContext(),
    });
    tx.afterCommit(() => this.dispatcher.enqueueInBackground({ id, job: name, delayMs }));
    return id;
  }
}

import { CONFIG, type Config } from '@app/config';
import { RecurringTask } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { JobDispatcher } from './job-dispatcher.js';
import { OutboxRepository } from './outbox.repository.js';

const MAX_ROWS = 500;

/**
 * Recovers lost jobs; nothing else does. It enqueues every due row that no worker has claimed, for any reason: Redis was flushed, a
 * worker was killed, a process ended between its commit and the enqueue. It runs in each process.
 */
@Injectable()
export class JobSweeper extends RecurringTask {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbox: OutboxRepository,
    private readonly dispatcher: JobDispatcher,
  ) {
    super({ everyMs: config.JOBS_SWEEP_MS, atStart: false, failure: 'Could not sweep the outbox' });
  }

  protected async run(): Promise<void> {
    // Bull ignores a job that it holds already (same jobId). The wait only saves Redis such useless calls.
    const enqueuedBeforeMs = Math.max(this.config.JOBS_SWEEP_MS * 2, 1_000);
    for (const row of await this.outbox.takeDue(enqueuedBeforeMs, MAX_ROWS)) {
      try {
        await this.dispatcher.reenqueue(row);
      } catch (error) {
        this.log.warn({ err: error, outbox_id: row.id }, 'Could not enqueue a job');
      }
    }
  }
}

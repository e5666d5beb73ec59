import { CONFIG, type Config } from '@app/config';
import { isDatabaseAway } from '@app/database';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JobDispatcher } from './job-dispatcher.js';
import { OutboxRepository } from './outbox.repository.js';

const MAX_ROWS = 500;

/**
 * Recovers lost jobs; nothing else does. It enqueues every due row that no worker has, whatever the reason: Redis was flushed, a
 * worker was killed, a process ended between its commit and the enqueue. It runs in each process.
 */
@Injectable()
export class JobSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(JobSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbox: OutboxRepository,
    private readonly dispatcher: JobDispatcher,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => this.tick(), this.config.JOBS_SWEEP_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private tick(): void {
    this.running = this.sweep()
      .catch((error) => {
        if (isDatabaseAway(error)) this.log.warn('PostgreSQL is away; the next sweep will retry');
        else this.log.error({ err: error }, 'Could not sweep the outbox');
      })
      .finally(() => {
        if (this.timer) this.timer = setTimeout(() => this.tick(), this.config.JOBS_SWEEP_MS);
      });
  }

  /** One pass. @returns how many jobs were enqueued. */
  async sweep(): Promise<number> {
    // Bull ignores a job that it holds already (same jobId). The wait only saves Redis such useless calls.
    const enqueuedBeforeMs = Math.max(this.config.JOBS_SWEEP_MS * 2, 1_000);
    const due = await this.outbox.takeDue(enqueuedBeforeMs, MAX_ROWS);
    let enqueued = 0;
    for (const row of due) {
      try {
        if (await this.dispatcher.reenqueue(row)) enqueued += 1;
      } catch (error) {
        this.log.warn({ err: error, outbox_id: row.id }, 'Could not enqueue a job');
      }
    }
    return enqueued;
  }
}

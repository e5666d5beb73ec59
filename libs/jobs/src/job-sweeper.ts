import { CONFIG, type Config } from '@app/config';
import { isDatabaseAway } from '@app/database';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JobDispatcher } from './job-dispatcher.js';
import { OutboxRepository } from './outbox.repository.js';

const AT_A_TIME = 500;

/**
 * The one owner of recovery: rings whatever is due and in nobody's hands, for whichever reason it fell out of them (Redis was
 * flushed, a worker was killed, a commit was not followed by its ring). Runs in every process; rows are shared by SKIP LOCKED.
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
        if (isDatabaseAway(error)) this.log.warn('PostgreSQL is away; sweeping goes on when it is back');
        else this.log.error({ err: error }, 'The outbox could not be swept');
      })
      .finally(() => {
        if (this.timer) this.timer = setTimeout(() => this.tick(), this.config.JOBS_SWEEP_MS);
      });
  }

  /** One pass. @returns how many jobs were rung. */
  async sweep(): Promise<number> {
    // A job that Bull still holds is not doubled (same jobId), so patience only spares Redis needless adds.
    const patienceMs = Math.max(this.config.JOBS_SWEEP_MS * 2, 1_000);
    const due = await this.outbox.takeDue(patienceMs, AT_A_TIME);
    let rung = 0;
    for (const row of due) {
      try {
        if (await this.dispatcher.ringAgain(row)) rung += 1;
      } catch (error) {
        this.log.warn({ err: error, outbox_id: row.id }, 'A job could not be rung');
      }
    }
    return rung;
  }
}

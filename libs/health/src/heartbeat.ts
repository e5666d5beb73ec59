import { hostname } from 'node:os';
import { CONFIG, type Config } from '@app/config';
import { newId, RecurringTask } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { HeartbeatsRepository } from './heartbeats.repository.js';

const FORGET_AFTER_MS = 24 * 3600_000;

/** Writes to PostgreSQL that the worker is alive, as long as its event loop is not blocked. */
@Injectable()
export class Heartbeat extends RecurringTask {
  private readonly worker = { id: newId(), hostname: hostname(), pid: process.pid, startedAt: new Date() };

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly heartbeats: HeartbeatsRepository,
  ) {
    super({ everyMs: config.WORKER_HEARTBEAT_MS, atStart: true, failure: 'Could not write the heartbeat' });
  }

  /** A worker that stops on request deletes its row, so that nobody reports it as dead. */
  override async onApplicationShutdown(): Promise<void> {
    await super.onApplicationShutdown();
    await this.heartbeats.remove(this.worker.id).catch(() => undefined);
  }

  protected async run(): Promise<void> {
    await this.heartbeats.beat(this.worker);
    await this.heartbeats.removeOlderThan(FORGET_AFTER_MS);
  }
}

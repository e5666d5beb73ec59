import { hostname } from 'node:os';
import { CONFIG, type Config } from '@app/config';
import { newId } from '@app/database';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HeartbeatsRepository } from './heartbeats.repository.js';

const FORGET_AFTER_MS = 24 * 3600_000;

/** Says in PostgreSQL, while the worker's event loop turns, that it lives. */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Heartbeat.name);
  private readonly worker = { id: newId(), hostname: hostname(), pid: process.pid, startedAt: new Date() };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly heartbeats: HeartbeatsRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.heartbeats.removeOlderThan(FORGET_AFTER_MS);
    await this.heartbeats.beat(this.worker);
    this.timer = setInterval(() => void this.beat(), this.config.WORKER_HEARTBEAT_MS);
  }

  /** A worker that stops in good order is not missed as one that died. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.heartbeats.remove(this.worker.id).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    try {
      await this.heartbeats.beat(this.worker);
    } catch (error) {
      this.log.warn({ err: error }, 'The heartbeat could not be written');
    }
  }
}

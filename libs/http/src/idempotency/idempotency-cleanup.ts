import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IdempotencyStore } from './idempotency-store.js';

const EVERY_MS = 600_000;
const AT_A_TIME = 1_000;

/** Removes keys that are past their time. They count as gone already; this only keeps the table small. */
@Injectable()
export class IdempotencyCleanup implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(IdempotencyCleanup.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: IdempotencyStore) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.clean(), EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async clean(): Promise<void> {
    try {
      while ((await this.store.removeExpired(AT_A_TIME)) === AT_A_TIME);
    } catch (error) {
      this.log.warn({ err: error }, 'Expired idempotency keys could not be removed');
    }
  }
}

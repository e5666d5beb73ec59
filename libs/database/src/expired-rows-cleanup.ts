import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const AT_A_TIME = 1_000;

/**
 * Removes rows that have had their time: at boot, and again and again. Nothing waits for it, as they count as gone already; it only keeps
 * a table small. So many at a time that no lock is held for long.
 */
export abstract class ExpiredRowsCleanup implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;

  protected constructor(private readonly everyMs: number) {}

  /** @returns how many rows went; less than `limit` when none is left. */
  protected abstract removeSome(limit: number): Promise<number>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.clean(), this.everyMs);
    void this.clean();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never fails: what is left today goes tomorrow. */
  async clean(): Promise<void> {
    try {
      while ((await this.removeSome(AT_A_TIME)) === AT_A_TIME);
    } catch (error) {
      this.log.warn({ err: error }, 'What has had its time could not be removed');
    }
  }
}

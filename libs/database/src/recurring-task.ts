import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isDatabaseAway } from './errors.js';

export interface Recurrence {
  /** The pause between the end of one run and the start of the next, in ms. */
  everyMs: number;
  /** Whether the first run starts with the process; else it starts after the first pause. Start-up does not wait for it. */
  atStart: boolean;
  /** What the log says when a run fails. */
  failure: string;
}

/**
 * Work that a process repeats until it stops. Runs never overlap, a failed run is logged and the next one tries again, and
 * shutdown waits for the run in progress.
 */
export abstract class RecurringTask implements OnApplicationBootstrap, OnApplicationShutdown {
  protected readonly log = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  protected constructor(private readonly recurrence: Recurrence) {}

  /** One run. May throw. A long run ends early when `stopping` becomes true. */
  protected abstract run(): Promise<unknown>;

  protected get stopping(): boolean {
    return this.stopped;
  }

  onApplicationBootstrap(): void {
    if (this.recurrence.atStart) this.tick();
    else this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (!this.stopped) this.timer = setTimeout(() => this.tick(), this.recurrence.everyMs);
  }

  private tick(): void {
    this.running = this.runSafely().then(() => this.schedule());
  }

  /** One run whose failure is logged and not thrown. */
  protected async runSafely(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      const { failure } = this.recurrence;
      if (isDatabaseAway(error)) this.log.warn(`${failure}: PostgreSQL cannot be reached`);
      else this.log.error({ err: error }, failure);
    }
  }
}

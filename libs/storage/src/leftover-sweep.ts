import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LocalFileStore } from './local-file-store.js';

/** Looks for abandoned drafts, from boot on. */
@Injectable()
export class LeftoverSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(LeftoverSweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: LocalFileStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => void this.sweep(), this.config.STORAGE_SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      const removed = await this.store.removeLeftovers();
      if (removed > 0) this.log.warn({ removed }, 'Removed unfinished uploads of a process that is gone');
    } catch (error) {
      this.log.error({ err: error }, 'Looking for unfinished uploads failed');
    }
  }
}

import { CONFIG, type Config } from '@app/config';
import { RecurringTask } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { FileStore } from './file-store.js';

/** Removes the unfinished files of killed processes. */
@Injectable()
export class LeftoverSweep extends RecurringTask {
  constructor(
    private readonly store: FileStore,
    @Inject(CONFIG) config: Config,
  ) {
    super({ everyMs: config.STORAGE_SWEEP_MS, atStart: true, failure: 'Could not look for unfinished files' });
  }

  protected async run(): Promise<void> {
    const removed = await this.store.removeLeftovers();
    if (removed > 0) this.log.warn({ removed }, 'Removed unfinished files of a killed process');
  }
}

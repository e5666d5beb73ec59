import { CONFIG, type Config } from '@app/config';
import { RecurringTask } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { DiskRoom } from './disk-room.js';

const inMegabytes = (bytes: number) => `${Math.floor(bytes / 1e6)} MB`;

/** Logs one line when a disk has less room than the reserve, at the start too, and one when it has room again. */
@Injectable()
export class DiskWatch extends RecurringTask {
  private isShort = false;

  constructor(
    private readonly room: DiskRoom,
    @Inject(CONFIG) config: Config,
  ) {
    super({ everyMs: config.STORAGE_SWEEP_MS, atStart: true, failure: 'Could not look for room on the disk' });
  }

  protected async run(): Promise<void> {
    const shortage = await this.room.shortage();
    if (shortage && !this.isShort) {
      const { path, freeBytes, reserveBytes } = shortage;
      this.log.warn(
        { path, free_bytes: freeBytes, reserve_bytes: reserveBytes },
        `The disk of ${path} has ${inMegabytes(freeBytes)} left, less than the reserve of ${inMegabytes(reserveBytes)}: uploads are refused and ingests fail until there is room. Delete uploads or other files, or use a bigger disk`,
      );
    } else if (!shortage && this.isShort) this.log.log('The disk has room again: uploads are accepted');
    this.isShort = shortage !== null;
  }
}

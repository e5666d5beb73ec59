import { CONFIG, type Config } from '@app/config';
import { RecurringTask } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { ExpiredUploads } from './expired-uploads.js';

const HOUR_MS = 3_600_000;

/** Deletes uploads that ended more than UPLOAD_TTL ago, when the worker starts and then every hour. */
@Injectable()
export class UploadRetention extends RecurringTask {
  constructor(
    private readonly expired: ExpiredUploads,
    @Inject(CONFIG) private readonly config: Pick<Config, 'UPLOAD_TTL'>,
  ) {
    super({ everyMs: HOUR_MS, atStart: true, failure: 'Could not delete expired uploads' });
  }

  async run(): Promise<void> {
    const { UPLOAD_TTL } = this.config;
    if (UPLOAD_TTL === 0) return;
    const deleted = await this.expired.deleteAll(UPLOAD_TTL, () => this.stopping);
    if (deleted > 0) this.log.log({ uploads: deleted }, 'Deleted expired uploads');
  }
}

import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { QuotaExceeded } from '../upload.problems.js';
import { UploadsRepository } from '../uploads.repository.js';

/** Limits what the files of one user have together to USER_QUOTA_BYTES. Files that are still received do not count. */
@Injectable()
export class UserQuota {
  constructor(
    private readonly uploads: UploadsRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'USER_QUOTA_BYTES'>,
  ) {}

  /** How many bytes the user may still store, perhaps less than 0; another upload may take them meanwhile. */
  async left(userId: string): Promise<number> {
    if (this.config.USER_QUOTA_BYTES === 0) return Number.POSITIVE_INFINITY;
    return this.config.USER_QUOTA_BYTES - (await this.uploads.storedBytes(userId));
  }

  /** @throws QuotaExceeded if the file is larger than what is left */
  require(sizeBytes: number, left: number): void {
    if (sizeBytes <= left) return;
    const limit = this.config.USER_QUOTA_BYTES;
    throw new QuotaExceeded({ limit_bytes: limit, used_bytes: limit - left });
  }

  /** Decides in the transaction that records the upload. Transactions of one user wait for each other here. @throws QuotaExceeded */
  async requireIn({ manager }: Tx, userId: string, sizeBytes: number): Promise<void> {
    if (this.config.USER_QUOTA_BYTES === 0) return;
    await this.uploads.lockQuota(manager, userId);
    this.require(sizeBytes, this.config.USER_QUOTA_BYTES - (await this.uploads.storedBytes(userId, manager)));
  }
}

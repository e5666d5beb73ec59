import { CONFIG, type Config } from '@app/config';
import type { Tx } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { QuotaExceeded } from '../upload.problems.js';
import { UploadsRepository } from '../uploads.repository.js';

/** What a user may store, in bytes; both are infinite without a limit. */
export interface Allowance {
  limit: number;
  /** Perhaps less than 0, where the limit was lowered. Another upload may take it meanwhile. */
  left: number;
}

const UNLIMITED: Allowance = { limit: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY };

/**
 * Limits what the files of one user have together: to the quota of that user, and for all others to USER_QUOTA_BYTES. Files that are still
 * received do not count.
 */
@Injectable()
export class UserQuota {
  constructor(
    private readonly uploads: UploadsRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'USER_QUOTA_BYTES'>,
  ) {}

  async left(userId: string): Promise<Allowance> {
    const limit = await this.limitOf(userId);
    return limit === 0 ? UNLIMITED : { limit, left: limit - (await this.uploads.storedBytes(userId)) };
  }

  /** @throws QuotaExceeded if the file is larger than what is left */
  require(sizeBytes: number, { limit, left }: Allowance): void {
    if (sizeBytes > left) throw new QuotaExceeded({ limit_bytes: limit, used_bytes: limit - left });
  }

  /** Decides in the transaction that records the upload. Transactions of one user wait for each other here. @throws QuotaExceeded */
  async requireIn({ manager }: Tx, userId: string, sizeBytes: number): Promise<void> {
    const limit = await this.limitOf(userId, manager);
    if (limit === 0) return;
    await this.uploads.lockQuota(manager, userId);
    this.require(sizeBytes, { limit, left: limit - (await this.uploads.storedBytes(userId, manager)) });
  }

  /** In bytes; 0 for no limit. */
  private async limitOf(userId: string, manager?: EntityManager): Promise<number> {
    return (await this.uploads.quotaOf(userId, manager)) ?? this.config.USER_QUOTA_BYTES;
  }
}

import { ExpiredRowsCleanup } from '@app/database';
import { Injectable } from '@nestjs/common';
import { IdempotencyStore } from './idempotency-store.js';

const EVERY_MS = 600_000;

/** Deletes expired keys and their answers. */
@Injectable()
export class IdempotencyCleanup extends ExpiredRowsCleanup {
  constructor(private readonly store: IdempotencyStore) {
    super(EVERY_MS);
  }

  protected removeSome(limit: number): Promise<number> {
    return this.store.removeExpired(limit);
  }
}

import { ExpiredRowsCleanup } from '@app/database';
import { Injectable } from '@nestjs/common';
import { TokensRepository } from './tokens.repository.js';

const EVERY_MS = 3_600_000;

/** Removes expired tokens, which let nobody in as it is. */
@Injectable()
export class TokenCleanup extends ExpiredRowsCleanup {
  constructor(private readonly tokens: TokensRepository) {
    super(EVERY_MS);
  }

  protected removeSome(limit: number): Promise<number> {
    return this.tokens.deleteExpired(limit);
  }
}

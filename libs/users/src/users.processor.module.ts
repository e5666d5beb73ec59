import { ExpiredRowsCleanup } from '@app/database';
import { Injectable, Module } from '@nestjs/common';
import { TokensRepository } from './tokens.repository.js';
import { UsersModule } from './users.module.js';

const HOUR_MS = 3_600_000;

/** Deletes expired tokens every hour. The guard rejects them already. */
@Injectable()
class TokenCleanup extends ExpiredRowsCleanup {
  constructor(private readonly tokens: TokensRepository) {
    super(HOUR_MS);
  }

  protected removeSome(limit: number): Promise<number> {
    return this.tokens.deleteExpired(limit);
  }
}

/** The part of accounts that the worker does. */
@Module({ imports: [UsersModule], providers: [TokenCleanup] })
export class UsersProcessorModule {}

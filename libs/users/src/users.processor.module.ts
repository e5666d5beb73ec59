import { ExpiredRowsCleanup } from '@app/database';
import { MailModule } from '@app/mail';
import { MailProcessorModule } from '@app/mail/worker';
import { Injectable, Module } from '@nestjs/common';
import { PasswordResetProcessor } from './password-reset.processor.js';
import { PasswordResetMails } from './password-reset-mails.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
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

/** Deletes expired tokens of password resets every hour. */
@Injectable()
class ResetCleanup extends ExpiredRowsCleanup {
  constructor(private readonly resets: PasswordResetsRepository) {
    super(HOUR_MS);
  }

  protected removeSome(limit: number): Promise<number> {
    return this.resets.deleteExpired(limit);
  }
}

/** The part of accounts that the worker does. */
@Module({
  imports: [UsersModule, MailModule, MailProcessorModule],
  providers: [TokenCleanup, ResetCleanup, PasswordResetMails, PasswordResetProcessor],
})
export class UsersProcessorModule {}

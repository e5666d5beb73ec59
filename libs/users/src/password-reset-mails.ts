import { newId, Transactions } from '@app/database';
import { MailOutbox } from '@app/mail';
import { MailSecrets } from '@app/mail/worker';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hashBearerToken, newBearerToken } from './bearer-token.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
import { UsersRepository } from './users.repository.js';

const LIFETIME_MS = 3_600_000;

/** Mails to one account within the lifetime of a token. More would fill the mailbox of somebody who did not ask. */
const MOST_MAILS = 5;

/** Sends the mails with which people choose a new password. Each mail has a token of its own, made when the mail is sent. */
@Injectable()
export class PasswordResetMails implements OnModuleInit {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersRepository,
    private readonly resets: PasswordResetsRepository,
    private readonly mails: MailOutbox,
    private readonly secrets: MailSecrets,
  ) {}

  onModuleInit(): void {
    this.secrets.for('password-reset', async (userId) => ({ token: await this.newToken(userId) }));
  }

  /**
   * Adds the mail, if an account has this address and MOST_MAILS were not added for it within the last hour. Tokens are not counted: a mail
   * that the mail server refuses for now has made one at each attempt.
   */
  async addFor(email: string): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (!user) return;
    await this.transactions.run(async (tx) => {
      if ((await this.mails.countAdded(tx, user.id, 'password-reset', LIFETIME_MS)) >= MOST_MAILS) return;
      await this.mails.add(tx, {
        to: user.email,
        userId: user.id,
        template: 'password-reset',
        context: { full_name: user.full_name || user.username },
      });
    });
  }

  /** @returns the token itself; only its hash is stored. */
  private async newToken(userId: string): Promise<string> {
    const token = newBearerToken();
    await this.resets.insert({
      id: newId(),
      user_id: userId,
      token_hash: Buffer.from(hashBearerToken(token), 'hex'),
      expires_at: new Date(Date.now() + LIFETIME_MS),
    });
    return token;
  }
}

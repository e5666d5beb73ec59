import { newId, Transactions } from '@app/database';
import { MailOutbox } from '@app/mail';
import { MailSecrets } from '@app/mail/worker';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hashBearerToken, newBearerToken } from './bearer-token.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
import { UsersRepository } from './users.repository.js';

const LIFETIME_MS = 3_600_000;

/** Mails to one account within the lifetime of a token. More would fill the mailbox of somebody who did not ask. */
const MOST_LIVE = 5;

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

  /** Adds the mail, if an account has this address and has not got MOST_LIVE of them within the last hour. */
  async addFor(email: string): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (!user || (await this.resets.countLive(user.id)) >= MOST_LIVE) return;
    await this.transactions.run((tx) =>
      this.mails.add(tx, {
        to: user.email,
        userId: user.id,
        template: 'password-reset',
        context: { full_name: user.full_name || user.username },
      }),
    );
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

import { Transactions, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { MailOutbox } from '@app/mail';
import { ValidationFailed } from '@app/problems';
import { Injectable } from '@nestjs/common';
import { hashBearerToken } from './bearer-token.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
import { PasswordStrength } from './password-strength.js';
import { Passwords } from './passwords.js';
import type { Principal } from './principal.js';
import { SessionsService } from './sessions.service.js';
import type { User } from './user.entity.js';
import { InvalidResetToken } from './users.problems.js';
import { UsersRepository } from './users.repository.js';

/** Changes the password of a user who knows the old one, and of a user who has a token from a mail. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly strength: PasswordStrength,
    private readonly sessions: SessionsService,
    private readonly resets: PasswordResetsRepository,
    private readonly jobs: JobOutbox,
    private readonly mails: MailOutbox,
  ) {}

  /**
   * Sets a new password, and ends all sessions but the caller's.
   * @throws ValidationFailed when the current password is wrong or the new one is weak
   */
  async change(caller: Principal, currentPassword: string, newPassword: string): Promise<void> {
    const user = await this.users.get(caller.id);
    if (!(await this.passwords.matches(user.password_hash, currentPassword))) throw wrongCurrentPassword();
    this.strength.require(newPassword, user, '#/new_password');
    const hash = await this.passwords.hash(newPassword);
    await this.transactions.run(async (tx) => {
      // Of two changes at the same time one succeeds: for the other, the current password is not the current one any more.
      if (!(await this.users.replacePassword(tx.manager, user, hash))) throw wrongCurrentPassword();
      await this.endSessionsAndTell(tx, user, caller.tokenHash);
    });
  }

  /**
   * Requests a mail with a token. The worker looks up whether the address has an account, so neither the answer nor its time shows that.
   */
  async askForReset(email: string): Promise<void> {
    await this.transactions.run((tx) => this.jobs.add(tx, 'users.password-reset', { email }));
  }

  /**
   * Sets a new password with a token from a mail, and ends all sessions.
   * @throws InvalidResetToken for a token that is unknown, used or expired; ValidationFailed for a weak password, and the token stays valid
   */
  async confirmReset(token: string, newPassword: string): Promise<void> {
    const tokenHash = Buffer.from(hashBearerToken(token), 'hex');
    const userId = await this.resets.findLive(tokenHash);
    if (userId === null) throw new InvalidResetToken();
    const user = await this.users.get(userId);
    this.strength.require(newPassword, user, '#/new_password');
    const hash = await this.passwords.hash(newPassword);
    await this.transactions.run(async (tx) => {
      if (!(await this.resets.take(tx.manager, tokenHash))) throw new InvalidResetToken();
      await this.users.setPassword(tx.manager, user.id, hash);
      await this.endSessionsAndTell(tx, user);
    });
  }

  /** Sets a new password by an operator's word, and ends all sessions. @throws ValidationFailed for a weak password */
  async replace(user: User, newPassword: string): Promise<void> {
    this.strength.require(newPassword, user, '#/new_password');
    const hash = await this.passwords.hash(newPassword);
    await this.transactions.run(async (tx) => {
      await this.users.setPassword(tx.manager, user.id, hash);
      await this.endSessionsAndTell(tx, user);
    });
  }

  /** Ends the sessions and the unused reset tokens of a user with a new password, and adds the mail about it. */
  private async endSessionsAndTell(tx: Tx, user: User, keep?: string): Promise<void> {
    await this.sessions.closeAllIn(tx, user.id, keep);
    await this.resets.deleteAllOf(tx.manager, user.id);
    await this.mails.add(tx, {
      to: user.email,
      userId: user.id,
      template: 'password-changed',
      context: { full_name: user.full_name || user.username, changed_at: new Date().toISOString() },
    });
  }
}

const wrongCurrentPassword = () =>
  new ValidationFailed(
    {},
    { errors: [{ pointer: '#/current_password', detail: 'is not the current password of the account' }] },
  );

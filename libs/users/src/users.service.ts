import { newId, Transactions } from '@app/database';
import { MailOutbox } from '@app/mail';
import { ValidationFailed } from '@app/problems';
import { Injectable } from '@nestjs/common';
import { canonicalPassword, localPart } from './canonical.js';
import type { RegisterDto } from './dto/register.dto.js';
import { PasswordStrength } from './password-strength.js';
import { Passwords } from './passwords.js';
import { SessionsService } from './sessions.service.js';
import type { User } from './user.entity.js';
import { InvalidCredentials } from './users.problems.js';
import { UsersRepository } from './users.repository.js';

/** Registers accounts and logs them in. */
@Injectable()
export class UsersService {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly strength: PasswordStrength,
    private readonly sessions: SessionsService,
    private readonly mails: MailOutbox,
  ) {}

  /**
   * Creates an account. Its welcome mail is added in the same transaction and sent later.
   * @throws ValidationFailed for a weak password and for a `password_confirm` that differs; EmailTaken
   */
  async register(wanted: RegisterDto): Promise<User> {
    this.requireStrongPassword(wanted);
    const password_hash = await this.passwords.hash(wanted.password);
    return this.transactions.run(async (tx) => {
      const user = await this.users.insert(tx.manager, {
        id: newId(),
        email: wanted.email,
        username: wanted.username ?? localPart(wanted.email),
        full_name: wanted.full_name ?? '',
        password_hash,
      });
      await this.mails.add(tx, {
        to: user.email,
        userId: user.id,
        template: 'welcome',
        context: { full_name: user.full_name || user.username },
      });
      return user;
    });
  }

  /**
   * Opens a session. Answer and time are the same for an unknown address and for a wrong password.
   * @throws InvalidCredentials
   */
  async login(email: string, password: string): Promise<{ token: string; expiresAt: Date }> {
    const user = await this.users.findByEmail(email);
    if (!(await this.passwords.matches(user?.password_hash ?? null, password)) || !user) throw new InvalidCredentials();
    const session = await this.sessions.open(user);
    if (!session) throw new InvalidCredentials();
    return session;
  }

  private requireStrongPassword({ password, password_confirm, email, username, full_name }: RegisterDto): void {
    if (typeof password_confirm === 'string' && canonicalPassword(password_confirm) !== canonicalPassword(password)) {
      throw new ValidationFailed(
        {},
        { errors: [{ pointer: '#/password_confirm', detail: 'must be the same as password' }] },
      );
    }
    this.strength.require(password, { email, username, full_name }, '#/password');
  }
}

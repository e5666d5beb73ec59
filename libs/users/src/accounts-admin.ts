import { NotFound, ValidationFailed } from '@app/problems';
import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { canonicalEmail } from './canonical.js';
import { RegisterDto } from './dto/register.dto.js';
import { PasswordService } from './password.service.js';
import { SessionsService } from './sessions.service.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** What an operator can do with the account of any user. */
@Injectable()
export class AccountsAdmin {
  constructor(
    private readonly users: UsersService,
    private readonly repository: UsersRepository,
    private readonly passwords: PasswordService,
    private readonly sessions: SessionsService,
  ) {}

  /** Creates an account by the rules of a registration, and its welcome mail. @throws ValidationFailed, EmailTaken */
  async create(wanted: { email: string; password: string; full_name?: string }): Promise<User> {
    const account = plainToInstance(RegisterDto, wanted);
    const faults = await validate(account);
    if (faults.length > 0) {
      const errors = faults.flatMap(({ property, constraints = {} }) =>
        Object.values(constraints).map((detail) => ({ pointer: `#/${property}`, detail })),
      );
      throw new ValidationFailed({}, { errors });
    }
    return this.users.register(account);
  }

  /** Sets a password, ends all sessions and mails the owner that it was changed. @throws NotFound, ValidationFailed */
  async resetPassword(email: string, password: string): Promise<User> {
    const user = await this.get(email);
    await this.passwords.replace(user, password);
    return user;
  }

  /** @throws NotFound */
  async revokeSessions(email: string): Promise<User> {
    const user = await this.get(email);
    await this.sessions.closeAll(user.id);
    return user;
  }

  /** @throws NotFound */
  async get(email: string): Promise<User> {
    const user = await this.repository.findByEmail(canonicalEmail(email));
    if (!user) throw new NotFound({ what: 'account' });
    return user;
  }
}

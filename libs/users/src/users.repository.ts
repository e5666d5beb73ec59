import { foldCase, violatesUnique } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { User } from './user.entity.js';
import { EmailTaken } from './users.problems.js';

@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws EmailTaken when the address, in any case, has an account. */
  async insert(manager: EntityManager, user: Omit<User, 'created_at' | 'updated_at'>): Promise<User> {
    try {
      const inserted = await manager.createQueryBuilder().insert().into(User).values(user).returning('*').execute();
      return inserted.raw[0] as User;
    } catch (error) {
      if (violatesUnique(error, 'users_email_unique')) throw new EmailTaken({}, { cause: error });
      throw error;
    }
  }

  findByEmail(email: string): Promise<User | null> {
    return this.dataSource
      .createQueryBuilder(User, 'user')
      .where(`${foldCase('user.email')} = ${foldCase(':email')}`, { email })
      .getOne();
  }

  /** @throws NotFound */
  async get(id: string): Promise<User> {
    const user = await this.dataSource.createQueryBuilder(User, 'user').where('user.id = :id', { id }).getOne();
    if (!user) throw new NotFound({ what: 'user' });
    return user;
  }
}

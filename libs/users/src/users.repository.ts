import { foldCase } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { User } from './user.entity.js';
import { EmailTaken } from './users.problems.js';

@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * PostgreSQL writes the values of a violated constraint into its log, so the address must not violate one.
   * @throws EmailTaken when an account has this address. Case is ignored.
   */
  async insert(manager: EntityManager, user: Omit<User, 'created_at' | 'updated_at'>): Promise<User> {
    const insertion = manager.createQueryBuilder().insert().into(User).values(user).orIgnore().returning('*');
    const [inserted] = (await insertion.execute()).raw as User[];
    if (!inserted) throw new EmailTaken();
    return inserted;
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

  /** Replaces the password by compare-and-set. @returns false when it was changed since `user` was read. */
  async replacePassword(
    manager: EntityManager,
    user: Pick<User, 'id' | 'password_hash'>,
    hash: string,
  ): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(User)
      .set({ password_hash: hash })
      .where('id = :id AND password_hash = :old', { id: user.id, old: user.password_hash })
      .execute();
    return affected === 1;
  }

  async setPassword(manager: EntityManager, id: string, hash: string): Promise<void> {
    await manager.createQueryBuilder().update(User).set({ password_hash: hash }).where('id = :id', { id }).execute();
  }
}

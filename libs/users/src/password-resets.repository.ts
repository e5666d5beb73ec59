import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PasswordReset } from './password-reset.entity.js';

@Injectable()
export class PasswordResetsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(reset: Pick<PasswordReset, 'id' | 'user_id' | 'token_hash' | 'expires_at'>): Promise<void> {
    await this.dataSource.createQueryBuilder().insert().into(PasswordReset).values(reset).execute();
  }

  /** The account of a token that is not expired; else null. */
  async findLive(tokenHash: Buffer): Promise<string | null> {
    const reset = await this.dataSource
      .createQueryBuilder(PasswordReset, 'reset')
      .where('reset.token_hash = :tokenHash AND reset.expires_at > now()', { tokenHash })
      .getOne();
    return reset?.user_id ?? null;
  }

  /** Uses a token up. @returns false when it was used before, or is expired. */
  async take(manager: EntityManager, tokenHash: Buffer): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .delete()
      .from(PasswordReset)
      .where('token_hash = :tokenHash AND expires_at > now()', { tokenHash })
      .execute();
    return affected === 1;
  }

  async deleteAllOf(manager: EntityManager, userId: string): Promise<void> {
    await manager.createQueryBuilder().delete().from(PasswordReset).where('user_id = :userId', { userId }).execute();
  }

  /** Deletes at most `limit` expired tokens. @returns how many. */
  async deleteExpired(limit: number): Promise<number> {
    const [, count] = await this.dataSource.query(
      `DELETE FROM password_resets WHERE id IN (
         SELECT id FROM password_resets WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    );
    return count;
  }
}

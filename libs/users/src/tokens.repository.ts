import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessToken } from './access-token.entity.js';
import type { User } from './user.entity.js';

@Injectable()
export class TokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inserts a token unless the user's password was changed meanwhile: a login with the old password that is under way must not leave a
   * session behind. FOR SHARE waits for a change that is not committed.
   * @returns whether it was inserted
   */
  async insertFor(
    user: Pick<User, 'id' | 'password_hash'>,
    token: Pick<AccessToken, 'id' | 'token_hash' | 'expires_at'>,
  ): Promise<boolean> {
    const inserted: unknown[] = await this.dataSource.query(
      `INSERT INTO access_tokens (id, user_id, token_hash, expires_at)
       SELECT $3, id, $4, $5 FROM users WHERE id = $1 AND password_hash = $2 FOR SHARE
    RETURNING id`,
      [user.id, user.password_hash, token.id, token.token_hash, token.expires_at],
    );
    return inserted.length === 1;
  }

  /** The user and the expiry time of a token that is not expired; else null. */
  async findLive(tokenHash: Buffer): Promise<{ user_id: string; expires_at: Date } | null> {
    const token = await this.dataSource
      .createQueryBuilder(AccessToken, 'token')
      .select(['token.user_id', 'token.expires_at'])
      .where('token.token_hash = :tokenHash AND token.expires_at > now()', { tokenHash })
      .getRawOne<{ token_user_id: string; token_expires_at: Date }>();
    return token ? { user_id: token.token_user_id, expires_at: token.token_expires_at } : null;
  }

  async delete(manager: EntityManager, tokenHash: Buffer): Promise<void> {
    await manager
      .createQueryBuilder()
      .delete()
      .from(AccessToken)
      .where('token_hash = :tokenHash', { tokenHash })
      .execute();
  }

  /** Deletes the tokens of a user, but not the one with the hash `keep`. @returns the hashes of the deleted tokens. */
  async deleteAllOf(manager: EntityManager, userId: string, keep: Buffer | null): Promise<Buffer[]> {
    const deleted = await manager
      .createQueryBuilder()
      .delete()
      .from(AccessToken)
      .where('user_id = :userId AND token_hash IS DISTINCT FROM :keep', { userId, keep })
      .returning('token_hash')
      .execute();
    return deleted.raw.map((row: { token_hash: Buffer }) => row.token_hash);
  }

  /** Stores the last use of each token in one statement. It never replaces a time by an earlier one. */
  async touch(uses: { tokenHash: Buffer; usedAt: Date }[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE access_tokens SET last_used_at = greatest(last_used_at, used.at)
         FROM unnest($1::bytea[], $2::timestamptz[]) AS used (hash, at)
        WHERE token_hash = used.hash`,
      [uses.map(({ tokenHash }) => tokenHash), uses.map(({ usedAt }) => usedAt)],
    );
  }

  /** Deletes at most `limit` expired tokens. @returns how many. */
  async deleteExpired(limit: number): Promise<number> {
    const [, count] = await this.dataSource.query(
      `DELETE FROM access_tokens WHERE id IN (
         SELECT id FROM access_tokens WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    );
    return count;
  }
}

import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { newId, Transactions, type Tx } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { hashBearerToken, newBearerToken } from './bearer-token.js';
import { LastUses } from './last-uses.js';
import type { Principal } from './principal.js';
import { TokensRepository } from './tokens.repository.js';
import type { User } from './user.entity.js';

/** Invalidated in every process when the session ends. */
const sessionTag = (tokenHash: string) => `session:${tokenHash}`;

/** The session of a token; null for an invalid token. */
type CachedSession = { userId: string; expiresAt: number } | null;

/** Opens, finds and ends sessions. Each session has one bearer token. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly tokens: TokensRepository,
    private readonly lastUses: LastUses,
    private readonly cache: TagCache,
  ) {}

  /** @returns the token itself, of which only the hash is stored; null when the password of `user` was changed since it was read. */
  async open(user: Pick<User, 'id' | 'password_hash'>): Promise<{ token: string; expiresAt: Date } | null> {
    const token = newBearerToken();
    const expiresAt = new Date(Date.now() + this.config.TOKEN_TTL * 1000);
    const tokenHash = Buffer.from(hashBearerToken(token), 'hex');
    const opened = await this.tokens.insertFor(user, { id: newId(), token_hash: tokenHash, expires_at: expiresAt });
    return opened ? { token, expiresAt } : null;
  }

  /** The owner of a token, by its hash; null for a token that is unknown, expired or logged out. */
  async recognise(tokenHash: string): Promise<Principal | null> {
    const { value: session } = await this.cache.read<CachedSession>({
      key: `session:${tokenHash}`,
      tags: [sessionTag(tokenHash)],
      // Invalid tokens are not cached, because invented ones would fill Redis.
      ttlMs: (session) => (session ? session.expiresAt - Date.now() : 0),
      load: async () => {
        const live = await this.tokens.findLive(Buffer.from(tokenHash, 'hex'));
        return live && { userId: live.user_id, expiresAt: live.expires_at.getTime() };
      },
    });
    if (!session || session.expiresAt <= Date.now()) return null;
    this.lastUses.note(tokenHash);
    return { id: session.userId, tokenHash };
  }

  async close(tokenHash: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.tokens.delete(tx.manager, Buffer.from(tokenHash, 'hex'));
      this.cache.invalidateAfterCommit(tx, [sessionTag(tokenHash)]);
    });
  }

  async closeAll(userId: string): Promise<void> {
    await this.transactions.run((tx) => this.closeAllIn(tx, userId));
  }

  /** Ends all sessions of a user in the caller's transaction. @param keep hash of a token whose session stays */
  async closeAllIn(tx: Tx, userId: string, keep?: string): Promise<void> {
    const hashes = await this.tokens.deleteAllOf(
      tx.manager,
      userId,
      keep === undefined ? null : Buffer.from(keep, 'hex'),
    );
    this.cache.invalidateAfterCommit(
      tx,
      hashes.map((hash) => sessionTag(hash.toString('hex'))),
    );
  }
}

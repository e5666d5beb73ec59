import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { newId, Transactions } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { hashBearerToken, newBearerToken } from './bearer-token.js';
import { LastUses } from './last-uses.js';
import type { Principal } from './principal.js';
import { TokensRepository } from './tokens.repository.js';

/** Invalidated in every process when the session ends. */
const sessionTag = (tokenHash: string) => `session:${tokenHash}`;

const sessionQuestion = (tokenHash: string) => ({ key: `session:${tokenHash}`, tags: [sessionTag(tokenHash)] });

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

  /** @returns the token itself; only its hash is stored. */
  async open(userId: string): Promise<{ token: string; expiresAt: Date }> {
    const token = newBearerToken();
    const expiresAt = new Date(Date.now() + this.config.TOKEN_TTL * 1000);
    await this.tokens.insert({
      id: newId(),
      user_id: userId,
      token_hash: hashBearerToken(token),
      expires_at: expiresAt,
    });
    return { token, expiresAt };
  }

  /** The user of the token; null when it is unknown, expired or logged out. */
  async recognise(token: string): Promise<Principal | null> {
    const hash = hashBearerToken(token);
    const tokenHash = hash.toString('hex');
    const { value: session } = await this.cache.read<CachedSession>({
      ...sessionQuestion(tokenHash),
      // Invalid tokens are not cached, because invented ones would fill Redis.
      ttlMs: (session) => (session ? session.expiresAt - Date.now() : 0),
      load: async () => {
        const live = await this.tokens.findLive(hash);
        return live && { userId: live.user_id, expiresAt: live.expires_at.getTime() };
      },
    });
    return this.admit(session, tokenHash);
  }

  /** The same by the token's hash and the cache alone; null also where only the database knows. */
  async recall(tokenHash: string): Promise<Principal | null> {
    const cached = await this.cache.findText(sessionQuestion(tokenHash));
    return cached ? this.admit(JSON.parse(cached.toString()) as CachedSession, tokenHash) : null;
  }

  private admit(session: CachedSession, tokenHash: string): Principal | null {
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
    await this.transactions.run(async (tx) => {
      const hashes = await this.tokens.deleteAllOf(tx.manager, userId);
      this.cache.invalidateAfterCommit(
        tx,
        hashes.map((hash) => sessionTag(hash.toString('hex'))),
      );
    });
  }
}

import { CONFIG, type Config } from '@app/config';
import { newId } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { IdempotencyAnswerLost, IdempotencyInProgress, IdempotencyKeyReused } from './idempotency.problems.js';
import type { StoredKey } from './idempotency-key.js';

/** The stored form of an answer. */
export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  /** As it was sent; null for an answer without a body. */
  body: string | null;
}

/** The right to carry a request out, until its lock expires and another request claims it. */
export interface Claim extends StoredKey {
  owner: string;
}

interface KeyRow {
  same: boolean;
  locked: boolean;
  has_effect: boolean;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
}

/** TypeORM's result of an UPDATE or DELETE: the returned rows, and the number of affected rows. */
type Affected = [rows: unknown[], affected: number];

/**
 * Keys and the first answers to their requests, in PostgreSQL.
 *
 * A claim has an owner. The transaction of the request records its effect under that owner, in the same commit (`recordEffect`).
 * Therefore a request whose lock expired and whose key was claimed by a retry cannot commit any more; and when a crash loses an
 * answer, the recorded effect shows that the request must not be repeated.
 */
@Injectable()
export class IdempotencyStore {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Claims the key for a request, or returns the answer that the same request had before.
   * @param repeatable the request may be carried out again when its first answer was lost.
   * @throws IdempotencyKeyReused, IdempotencyInProgress, IdempotencyAnswerLost
   */
  async begin(key: StoredKey, fingerprint: Buffer, repeatable = false): Promise<Claim | StoredAnswer> {
    const owner = newId();
    for (;;) {
      if (await this.claim(key, fingerprint, owner, repeatable)) return { ...key, owner };
      const row = await this.find(key, fingerprint);
      // The key was released or deleted between the two statements.
      if (!row) continue;
      if (!row.same) throw new IdempotencyKeyReused();
      if (row.status !== null) return { status: row.status, headers: row.headers ?? {}, body: row.body };
      if (row.locked) throw new IdempotencyInProgress();
      if (row.has_effect && !repeatable) throw new IdempotencyAnswerLost();
    }
  }

  /** Stores the answer, unless another request has claimed the key in the meantime. */
  async complete({ scope, keyHash, owner }: Claim, { status, headers, body }: StoredAnswer): Promise<void> {
    await this.dataSource.query(
      `UPDATE idempotency_keys SET status = $4, headers = $5, body = $6
       WHERE scope = $1 AND key_hash = $2 AND owner = $3 AND status IS NULL`,
      [scope, keyHash, owner, status, headers, body],
    );
  }

  /** Releases the key after a failure, so that the client can try again. The key of a request that took effect stays claimed. */
  async release({ scope, keyHash, owner }: Claim): Promise<void> {
    const mine = 'scope = $1 AND key_hash = $2 AND owner = $3 AND status IS NULL';
    const at = [scope, keyHash, owner];
    await this.dataSource.query(`DELETE FROM idempotency_keys WHERE ${mine} AND effect_at IS NULL`, at);
    await this.dataSource.query(`UPDATE idempotency_keys SET locked_until = now() WHERE ${mine}`, at);
  }

  /**
   * Records, in a transaction that is about to commit, that the claimed request takes effect.
   * @throws IdempotencyInProgress when another request has claimed the key; the transaction must not commit.
   */
  async recordEffect(runner: QueryRunner, { scope, keyHash, owner }: Claim): Promise<void> {
    const [, recorded]: Affected = await runner.query(
      'UPDATE idempotency_keys SET effect_at = now() WHERE scope = $1 AND key_hash = $2 AND owner = $3',
      [scope, keyHash, owner],
    );
    if (recorded === 0) throw new IdempotencyInProgress();
  }

  /** Deletes up to `limit` expired keys; several processes may do so at once. @returns the number of deleted keys */
  async removeExpired(limit: number): Promise<number> {
    const [, removed]: Affected = await this.dataSource.query(
      `DELETE FROM idempotency_keys WHERE (scope, key_hash) IN (
         SELECT scope, key_hash FROM idempotency_keys WHERE expires_at <= now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    );
    return removed;
  }

  /** Claims a key that is new, that is expired, or whose request ended without an answer. */
  private async claim(key: StoredKey, fingerprint: Buffer, owner: string, repeatable: boolean): Promise<boolean> {
    const claimed: unknown[] = await this.dataSource.query(
      `INSERT INTO idempotency_keys AS k (scope, key_hash, fingerprint, owner, locked_until, expires_at)
       VALUES ($1, $2, $3, $4, now() + $5 * interval '1 ms', now() + $6 * interval '1 s')
       ON CONFLICT (scope, key_hash) DO UPDATE
       SET fingerprint = excluded.fingerprint, owner = excluded.owner, locked_until = excluded.locked_until,
           effect_at = NULL, status = NULL, headers = NULL, body = NULL,
           created_at = now(), expires_at = excluded.expires_at
       WHERE k.expires_at <= now()
          OR (k.status IS NULL AND k.locked_until <= now() AND k.fingerprint = excluded.fingerprint
              AND (k.effect_at IS NULL OR $7))
       RETURNING 1`,
      [
        key.scope,
        key.keyHash,
        fingerprint,
        owner,
        this.config.IDEMPOTENCY_LOCK_MS,
        this.config.IDEMPOTENCY_TTL,
        repeatable,
      ],
    );
    return claimed.length > 0;
  }

  private async find({ scope, keyHash }: StoredKey, fingerprint: Buffer): Promise<KeyRow | undefined> {
    const [row]: KeyRow[] = await this.dataSource.query(
      `SELECT fingerprint = $3 AS same, locked_until > now() AS locked, effect_at IS NOT NULL AS has_effect,
              status, headers, body
       FROM idempotency_keys WHERE scope = $1 AND key_hash = $2 AND expires_at > now()`,
      [scope, keyHash, fingerprint],
    );
    return row;
  }
}

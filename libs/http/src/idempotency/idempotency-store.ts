import { CONFIG, type Config } from '@app/config';
import { newId } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { IdempotencyAnswerLost, IdempotencyInProgress, IdempotencyKeyReused } from './idempotency.problems.js';
import type { StoredKey } from './idempotency-key.js';

/** An answer as it is kept. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  /** As it was sent; null for an answer without one. */
  body: string | null;
}

/** The right to carry a request out, until its lock runs out and somebody else claims it. */
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

/** What TypeORM makes of an UPDATE or DELETE: rows returned, and how many were affected. */
type Affected = [rows: unknown[], affected: number];

/**
 * The first answers, in PostgreSQL.
 *
 * A claim carries an owner. The transaction that carries the request out notes its effect under that owner in the same
 * commit (`witness`); so a request that was given up for dead, and whose key was claimed by a retry, cannot commit any
 * more, and of an effect whose answer was lost in a crash it is known that it must not be repeated.
 */
@Injectable()
export class IdempotencyStore {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Claims the key for a request, or gives the answer that the same request had before.
   * @param repeatable the request may be carried out again where its first answer was lost.
   * @throws IdempotencyKeyReused, IdempotencyInProgress, IdempotencyAnswerLost
   */
  async begin(key: StoredKey, fingerprint: Buffer, repeatable = false): Promise<Claim | KeptAnswer> {
    const owner = newId();
    for (;;) {
      if (await this.claim(key, fingerprint, owner, repeatable)) return { ...key, owner };
      const row = await this.find(key, fingerprint);
      // Released or cleaned up between the two statements.
      if (!row) continue;
      if (!row.same) throw new IdempotencyKeyReused();
      if (row.status !== null) return { status: row.status, headers: row.headers ?? {}, body: row.body };
      if (row.locked) throw new IdempotencyInProgress();
      if (row.has_effect && !repeatable) throw new IdempotencyAnswerLost();
    }
  }

  /** Keeps the answer; none is kept where the claim was lost meanwhile. */
  async complete({ scope, keyHash, owner }: Claim, { status, headers, body }: KeptAnswer): Promise<void> {
    await this.dataSource.query(
      `UPDATE idempotency_keys SET status = $4, headers = $5, body = $6
       WHERE scope = $1 AND key_hash = $2 AND owner = $3 AND status IS NULL`,
      [scope, keyHash, owner, status, headers, body],
    );
  }

  /** Gives the key back after a failure, so that the request can be tried again. One that took effect stays taken. */
  async release({ scope, keyHash, owner }: Claim): Promise<void> {
    const mine = 'scope = $1 AND key_hash = $2 AND owner = $3 AND status IS NULL';
    const at = [scope, keyHash, owner];
    await this.dataSource.query(`DELETE FROM idempotency_keys WHERE ${mine} AND effect_at IS NULL`, at);
    await this.dataSource.query(`UPDATE idempotency_keys SET locked_until = now() WHERE ${mine}`, at);
  }

  /**
   * Notes in a transaction that is about to commit that it is the effect of the claimed request.
   * @throws IdempotencyInProgress where another one has claimed the key since; the transaction must not commit.
   */
  async witness(runner: QueryRunner, { scope, keyHash, owner }: Claim): Promise<void> {
    const [, noted]: Affected = await runner.query(
      'UPDATE idempotency_keys SET effect_at = now() WHERE scope = $1 AND key_hash = $2 AND owner = $3',
      [scope, keyHash, owner],
    );
    if (noted === 0) throw new IdempotencyInProgress();
  }

  /** Removes up to `limit` keys that are past their time; several processes may do so at once. @returns how many */
  async removeExpired(limit: number): Promise<number> {
    const [, removed]: Affected = await this.dataSource.query(
      `DELETE FROM idempotency_keys WHERE (scope, key_hash) IN (
         SELECT scope, key_hash FROM idempotency_keys WHERE expires_at <= now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    );
    return removed;
  }

  /** Takes a key that nobody has, that is past its time, or whose request stopped without an answer. */
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

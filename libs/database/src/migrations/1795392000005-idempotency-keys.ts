import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first answer to each Idempotency-Key. The key is stored as a hash, because the request's fingerprint is keyed with it.
 * `effect_at` is set by the transaction that the request's changes are in.
 */
export class IdempotencyKeys1795392000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        scope        text NOT NULL,
        key_hash     bytea NOT NULL,
        fingerprint  bytea NOT NULL,
        owner        uuid NOT NULL,
        locked_until timestamptz NOT NULL,
        effect_at    timestamptz,
        status       smallint,
        headers      jsonb,
        body         text,
        created_at   timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL,
        PRIMARY KEY (scope, key_hash)
      );
      CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys');
  }
}

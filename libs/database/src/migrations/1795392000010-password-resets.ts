import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that were mailed to people who forgot their password. Like bearer tokens, they are stored only as their SHA-256. */
export class PasswordResets1795392000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE password_resets (
        id         uuid PRIMARY KEY,
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT password_resets_hash_unique UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX password_resets_user ON password_resets (user_id);
      CREATE INDEX password_resets_expiry ON password_resets (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_resets');
  }
}

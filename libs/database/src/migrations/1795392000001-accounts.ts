import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users and their bearer tokens. A token is stored only as its SHA-256, so nobody can log in with a leaked dump. */
export class Accounts1795392000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id            uuid PRIMARY KEY,
        email         text NOT NULL,
        username      text NOT NULL,
        full_name     text NOT NULL,
        password_hash text NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now(),
        updated_at    timestamptz NOT NULL DEFAULT now()
      );
      -- One account per address in any letter case. The collation is named, so that the rule is the same in every database.
      CREATE UNIQUE INDEX users_email_unique ON users (lower(email COLLATE "pg_c_utf8"));

      CREATE TABLE access_tokens (
        id           uuid PRIMARY KEY,
        user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        token_hash   bytea NOT NULL CONSTRAINT access_tokens_hash_unique UNIQUE,
        created_at   timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL,
        last_used_at timestamptz
      );
      CREATE INDEX access_tokens_user ON access_tokens (user_id);
      CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE access_tokens, users');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Quotas of single users, in place of USER_QUOTA_BYTES. */
export class CsvQuotas1795392000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE csv_quotas (
        user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        -- What the files of the user may have together; 0 for no limit.
        bytes   bigint NOT NULL CHECK (bytes >= 0)
      );
      -- Expired uploads are looked for by the time at which they ended.
      CREATE INDEX csv_uploads_ended ON csv_uploads (completed_at) WHERE completed_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX csv_uploads_ended; DROP TABLE csv_quotas;');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The request that caused a job, so that the log lines of the worker can be found by its id. */
export class JobContext1795392000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox ADD COLUMN context jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP COLUMN context');
  }
}

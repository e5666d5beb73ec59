import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Scans that wait for their turn in a process, so that background work in other processes gives way to them. It is a hint: a crash of the
 * server may empty it, hence UNLOGGED, and a line of a killed process counts only until the scan would have ended.
 */
export class WaitingScans1795392000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE csv_waiting_scans (
        id          uuid PRIMARY KEY,
        waits_until timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE csv_waiting_scans');
  }
}

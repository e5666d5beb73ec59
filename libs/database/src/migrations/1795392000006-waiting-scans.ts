import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Scans that wait for their turn in a process: background work in other processes does not start meanwhile. Nothing else depends on it, so
 * it is UNLOGGED, and a crash of the server may empty it. The row of a killed process counts only until its scan would have ended.
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

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a replica must have replayed before it may answer for an upload. */
export class WalPositions1795392000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE csv_uploads
        -- A position in the write-ahead log, in bytes, behind all that reads of the upload need. Null until a read asks for it.
        ADD COLUMN wal_position bigint,
        -- The epoch of the upload that the position belongs to: each change of what is read raises the epoch.
        ADD COLUMN wal_position_epoch integer;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE csv_uploads DROP COLUMN wal_position, DROP COLUMN wal_position_epoch;');
  }
}

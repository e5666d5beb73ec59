import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an ingest passes over is kept and counted. csv_uploads.preamble: the first lines above the table; footer: where the lines below it
 * begin, how many there are, and the first of them. csv_batches.notes: by code, how many records of the batch a warning is about, and the
 * line of the first; short_count becomes one of them. csv_rejects.raw holds the bytes of the file from now on, in every encoding.
 */
export class PassedOver1795392000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE csv_uploads
        ADD COLUMN preamble jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN footer jsonb;
      ALTER TABLE csv_batches ADD COLUMN notes jsonb NOT NULL DEFAULT '{}';
      -- The line of the first short record of these batches is not known; that of the batch's last line is the nearest that is.
      UPDATE csv_batches
         SET notes = jsonb_build_object('short_records', jsonb_build_object('count', short_count, 'first_line', line_end))
       WHERE short_count > 0;
      ALTER TABLE csv_batches DROP COLUMN short_count;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE csv_batches ADD COLUMN short_count integer NOT NULL DEFAULT 0;
      UPDATE csv_batches SET short_count = coalesce((notes #>> '{short_records,count}')::int, 0);
      ALTER TABLE csv_batches ALTER COLUMN short_count DROP DEFAULT;
      ALTER TABLE csv_batches DROP COLUMN notes;
      ALTER TABLE csv_uploads DROP COLUMN preamble, DROP COLUMN footer;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The fence of a batch as a function. */
export class CsvHold1795392000071 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Locks an upload until the transaction ends, against everybody who would take it from the worker that claimed it under this epoch.
      -- Returns its id; raises CSV01 when the upload is no longer held so. The error ends the statement with all that it has stored.
      CREATE FUNCTION csv_hold(upload_id uuid, epoch integer) RETURNS uuid
      LANGUAGE plpgsql VOLATILE STRICT AS $function$
      BEGIN
        PERFORM FROM csv_uploads u WHERE u.id = csv_hold.upload_id AND u.lease_epoch = csv_hold.epoch AND u.status = 'processing' FOR SHARE;
        IF NOT FOUND THEN RAISE EXCEPTION 'The upload is not held under this epoch.' USING ERRCODE = 'CSV01'; END IF;
        RETURN csv_hold.upload_id;
      END $function$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION csv_hold(uuid, integer);');
  }
}

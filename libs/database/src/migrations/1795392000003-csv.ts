import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Uploads, their rows and everything that stands beside the rows.
 * Nothing here refers to an upload by foreign key: deleting one must take its row at once, and leave a million others to be
 * removed in the background. Big uploads get a table of their own in the schema csv_parts, made like csv_rows.
 */
export class Csv1795392000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE SCHEMA csv_parts;
      CREATE SEQUENCE csv_part_numbers;
      CREATE TYPE csv_upload_status AS ENUM ('pending', 'processing', 'completed', 'failed', 'cancelled');

      CREATE TABLE csv_uploads (
        id                uuid PRIMARY KEY,
        user_id           uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        original_filename text NOT NULL,
        size_bytes        bigint NOT NULL,
        sha256            bytea NOT NULL,
        storage_key       text NOT NULL,
        options           jsonb NOT NULL DEFAULT '{}',
        status            csv_upload_status NOT NULL DEFAULT 'pending',
        stage             text NOT NULL DEFAULT 'queued',
        lease_epoch       integer NOT NULL DEFAULT 0,
        encoding          jsonb NOT NULL,
        dialect           jsonb,
        columns           jsonb NOT NULL DEFAULT '[]',
        errors            jsonb NOT NULL DEFAULT '[]',
        rows_table        text NOT NULL DEFAULT 'csv_rows',
        bytes_done        bigint NOT NULL DEFAULT 0,
        processed_rows    bigint NOT NULL DEFAULT 0,
        rejected_rows     bigint NOT NULL DEFAULT 0,
        created_at        timestamptz NOT NULL DEFAULT now(),
        started_at        timestamptz,
        completed_at      timestamptz
      );
      CREATE INDEX csv_uploads_user ON csv_uploads (user_id, id DESC);
      CREATE INDEX csv_uploads_user_status ON csv_uploads (user_id, status, id DESC);

      CREATE TABLE csv_rows (
        upload_id  uuid NOT NULL,
        row_number bigint NOT NULL,
        data       jsonb COMPRESSION lz4 NOT NULL,
        PRIMARY KEY (upload_id, row_number)
      );

      -- One line per committed batch: where it ended in the file, and what it found. A takeover goes on behind the last of the
      -- contiguous prefix.
      CREATE TABLE csv_batches (
        upload_id     uuid NOT NULL,
        batch_no      integer NOT NULL,
        byte_end      bigint NOT NULL,
        line_end      bigint NOT NULL,
        record_end    bigint NOT NULL,
        row_end       bigint NOT NULL,
        row_count     integer NOT NULL,
        reject_count  integer NOT NULL,
        short_count   integer NOT NULL,
        column_facts  jsonb NOT NULL,
        committed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (upload_id, batch_no)
      );

      CREATE TABLE csv_rejects (
        upload_id     uuid NOT NULL,
        record_number bigint NOT NULL,
        line_number   bigint NOT NULL,
        byte_offset   bigint NOT NULL,
        code          text NOT NULL,
        message       text NOT NULL,
        raw           bytea NOT NULL,
        raw_truncated boolean NOT NULL DEFAULT false,
        PRIMARY KEY (upload_id, record_number)
      );

      -- Indexes on an upload's own table: what a query wanted, and what came of it.
      CREATE TABLE csv_indexes (
        upload_id  uuid NOT NULL,
        kind       text NOT NULL,
        column_key text NOT NULL,
        status     text NOT NULL,
        index_name text,
        size_bytes bigint,
        build_ms   integer,
        created_at timestamptz NOT NULL DEFAULT now(),
        built_at   timestamptz,
        PRIMARY KEY (upload_id, kind, column_key)
      );

      CREATE TABLE csv_profiles (
        upload_id  uuid PRIMARY KEY,
        columns    jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE csv_profiles, csv_indexes, csv_rejects, csv_batches, csv_rows, csv_uploads;
      DROP TYPE csv_upload_status;
      DROP SEQUENCE csv_part_numbers;
      DROP SCHEMA csv_parts CASCADE;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Uploads, their rows and what belongs to the rows.
 * Nothing here has a foreign key to an upload: deleting one removes its line at once, and its rows, a million perhaps, later in the
 * background. The rows of a big upload are in a separate table in the schema csv_parts, which is created like csv_own_rows.
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
        has_escapes       boolean NOT NULL DEFAULT false,
        bytes_done        bigint NOT NULL DEFAULT 0,
        processed_rows    bigint NOT NULL DEFAULT 0,
        rejected_rows     bigint NOT NULL DEFAULT 0,
        created_at        timestamptz NOT NULL DEFAULT now(),
        started_at        timestamptz,
        completed_at      timestamptz
      );
      CREATE INDEX csv_uploads_user ON csv_uploads (user_id, id DESC);
      CREATE INDEX csv_uploads_user_status ON csv_uploads (user_id, status, id DESC);
      CREATE INDEX csv_uploads_user_sha256 ON csv_uploads (user_id, sha256, id);

      -- A row is one text: its cells in column order, joined by U+001F. An empty cell is empty, which means null. A cell holds no
      -- U+001F, no U+001E (which joins the rows of a batch) and none of the characters that lead their escapes; csv_unescape explains
      -- them. csv_rows_json shows the rows as JSON.
      CREATE TABLE csv_rows (
        upload_id  uuid NOT NULL,
        row_number bigint NOT NULL,
        cells      text NOT NULL,
        PRIMARY KEY (upload_id, row_number)
      ) WITH (toast_tuple_target = 8160);
      -- Always empty: the table of a big upload is created like this one. Its key comes when all rows are stored; see createKey.
      CREATE TABLE csv_own_rows (
        row_number bigint PRIMARY KEY,
        cells      text NOT NULL
      ) WITH (toast_tuple_target = 8160);
      -- toast_tuple_target: a row that fits in a page stays there as it is. Rows of 2 kB (200 columns) take 2 us to insert instead of 29,
      -- and a filter on them 0.3 us instead of 2.5, in as much space. Longer rows are stored out of line: compressed by LZ4, or not at
      -- all by a server that is built without it, as pglz takes 440 us for a row of 20 kB, and saves a tenth of its space.
      DO $$ BEGIN
        ALTER TABLE csv_rows ALTER COLUMN cells SET COMPRESSION lz4;
        ALTER TABLE csv_own_rows ALTER COLUMN cells SET COMPRESSION lz4;
      EXCEPTION WHEN feature_not_supported THEN
        ALTER TABLE csv_rows ALTER COLUMN cells SET STORAGE EXTERNAL;
        ALTER TABLE csv_own_rows ALTER COLUMN cells SET STORAGE EXTERNAL;
      END $$;

      -- The exact text of a cell. U+0001 is stored as 03 01 01, U+0002 as 03 01 02, U+0003 as 03 02, U+001D as 1D 01 01, U+001E as
      -- 1D 01 02, U+001F as 1D 02. Escaped texts compare, start, end and contain as the exact ones do. The codes of 1D are undone first:
      -- undone later, they would be seen in what the codes of 03 stand for.
      CREATE FUNCTION csv_unescape(cell text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
      RETURN replace(replace(replace(replace(replace(replace(cell,
               E'\\x1d\\x02', E'\\x1f'), E'\\x1d\\x01\\x02', E'\\x1e'), E'\\x1d\\x01\\x01', E'\\x1d'),
               E'\\x03\\x01\\x02', E'\\x02'), E'\\x03\\x01\\x01', E'\\x01'), E'\\x03\\x02', E'\\x03');

      -- The rows of a completed upload, with normalised keys: SELECT * FROM csv_rows_json('<upload id>') ORDER BY row_number.
      CREATE FUNCTION csv_rows_json(upload_id uuid) RETURNS TABLE (row_number bigint, data jsonb)
      LANGUAGE plpgsql STABLE STRICT AS $$
      DECLARE
        upload csv_uploads;
        keys   text[];
        cells  text := 'string_to_array(r.cells, E''\\x1f'', '''')';
      BEGIN
        SELECT * INTO upload FROM csv_uploads u WHERE u.id = csv_rows_json.upload_id AND u.status = 'completed';
        IF NOT FOUND THEN RETURN; END IF;
        keys := ARRAY(SELECT c ->> 'key' FROM jsonb_array_elements(upload.columns) c ORDER BY (c ->> 'position')::int);
        IF upload.has_escapes THEN
          cells := format('ARRAY(SELECT csv_unescape(cell) FROM unnest(%s) WITH ORDINALITY split (cell, place) ORDER BY place)', cells);
        END IF;
        -- An empty text is a row of one empty cell; as an array it would have no element.
        RETURN QUERY EXECUTE format(
          'SELECT r.row_number, jsonb_object($2, CASE r.cells WHEN '''' THEN ARRAY[NULL]::text[] ELSE %s END) FROM %s r WHERE %s',
          cells, upload.rows_table, CASE upload.rows_table WHEN 'csv_rows' THEN 'r.upload_id = $1' ELSE '$1 IS NOT NULL' END)
          USING upload.id, keys;
      END $$;

      -- The instant of a datetime cell; a cell without a zone is in UTC. The cast alone is not immutable, because it may depend on
      -- DateStyle and TimeZone, so no index can be built on it. For the texts that come here it depends on neither:
      -- YYYY-MM-DD[Tt ]HH:MM:SS[.fraction][Z|z|+HH:MM|-HH:MM]. Offsets go up to 23:59; PostgreSQL accepts less than 16 hours.
      CREATE FUNCTION csv_instant(value text) RETURNS timestamptz
      LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $$
      DECLARE
        zone text;
      BEGIN
        -- The usual case needs one test: no fraction, and a zone that PostgreSQL accepts.
        IF substr(value, 20, 1) IN ('Z', '+', '-') AND substr(value, 21, 2) < '16' THEN RETURN value::timestamptz; END IF;
        IF right(value, 1) IN ('Z', 'z') THEN RETURN value::timestamptz; END IF;
        zone := right(value, 6);
        IF left(zone, 1) NOT IN ('+', '-') THEN RETURN (value || 'Z')::timestamptz; END IF;
        IF substr(zone, 2, 2) < '16' THEN RETURN value::timestamptz; END IF;
        RETURN (left(value, -6) || 'Z')::timestamptz
             - (left(zone, 1) || substr(zone, 2, 2) || ' hours ' || left(zone, 1) || substr(zone, 5, 2) || ' minutes')::interval;
      END $$;

      -- One line per committed batch: where the batch ends in the file, and what it contains. Batch 0 is everything before the first
      -- record. A worker that takes over continues after the last batch of the contiguous prefix. column_types: for each column the
      -- types that all its values have, as a bit set. text_end: where the batch ends in the text as UTF-8, which differs from
      -- byte_end in a file of another encoding.
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
        has_escapes   boolean NOT NULL DEFAULT false,
        column_types  smallint[] NOT NULL,
        text_end      bigint,
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

      -- Indexes on an upload's own table: which one a query requested, and its state. column_key is empty for 'search', which covers
      -- all columns.
      CREATE TABLE csv_indexes (
        upload_id  uuid NOT NULL,
        kind       text NOT NULL CHECK (kind IN ('order_asc', 'order_desc', 'contains', 'search')),
        column_key text NOT NULL,
        status     text NOT NULL CHECK (status IN ('building', 'ready', 'refused')),
        index_name text,
        size_bytes bigint,
        build_ms   integer,
        created_at timestamptz NOT NULL DEFAULT now(),
        built_at   timestamptz,
        -- For an ordering index: how many cells are filled, and every sample_step-th of them in value order, from the first on. With
        -- these, counting the rows of any range reads only two steps of the index.
        entries     bigint,
        sample_step   integer,
        sample_rows   bigint[],
        sample_values text[],
        PRIMARY KEY (upload_id, kind, column_key)
      );

      -- Statistics about an upload's columns; null while they are being computed.
      CREATE TABLE csv_profiles (
        upload_id  uuid PRIMARY KEY,
        columns    jsonb,
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION csv_rows_json(uuid);
      DROP TABLE csv_profiles, csv_indexes, csv_rejects, csv_batches, csv_rows, csv_own_rows, csv_uploads;
      DROP TYPE csv_upload_status;
      DROP SEQUENCE csv_part_numbers;
      DROP SCHEMA csv_parts CASCADE;
      DROP FUNCTION csv_instant(text);
      DROP FUNCTION csv_unescape(text);
    `);
  }
}

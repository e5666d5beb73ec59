-- Written by "npm run generate" from the migrations, for reading and for diffs; it is not run.

-- Extensions

CREATE EXTENSION pg_trgm;

-- Schemas

CREATE SCHEMA csv_parts;

-- Types

CREATE TYPE csv_upload_status AS ENUM ('pending', 'processing', 'completed', 'failed', 'cancelled');
CREATE TYPE task_priority AS ENUM ('low', 'medium', 'high');
CREATE TYPE task_status AS ENUM ('pending', 'in_progress', 'completed');

-- Functions

CREATE OR REPLACE FUNCTION public.csv_hold(upload_id uuid, epoch integer)
 RETURNS uuid
 LANGUAGE plpgsql
 STRICT
AS $function$
      BEGIN
        PERFORM FROM csv_uploads u WHERE u.id = csv_hold.upload_id AND u.lease_epoch = csv_hold.epoch AND u.status = 'processing' FOR SHARE;
        IF NOT FOUND THEN RAISE EXCEPTION 'The upload is not held under this epoch.' USING ERRCODE = 'CSV01'; END IF;
        RETURN csv_hold.upload_id;
      END $function$;

CREATE OR REPLACE FUNCTION public.csv_instant(value text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT COST 20
AS $function$
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
      END $function$;

CREATE OR REPLACE FUNCTION public.csv_iso(value text, field_order text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT COST 20
AS $function$
      DECLARE
        place int := position(' ' IN translate(value, 'Tt', '  '));
        parts text[];
        iso   text;
        clock text;
      BEGIN
        -- The usual case needs no array: two digits for day and month, and four for the year.
        IF field_order <> 'year' AND substr(value, 3, 1) IN ('.', '/', '-') AND substr(value, 6, 1) IN ('.', '/', '-')
           AND (length(value) = 10 OR place = 11) THEN
          iso := CASE field_order
            WHEN 'day' THEN substr(value, 7, 4) || '-' || substr(value, 4, 2) || '-' || substr(value, 1, 2)
            ELSE substr(value, 7, 4) || '-' || substr(value, 1, 2) || '-' || substr(value, 4, 2) END;
        ELSE
          parts := string_to_array(translate(CASE place WHEN 0 THEN value ELSE left(value, place - 1) END, './', '--'), '-');
          iso := CASE field_order
            WHEN 'day' THEN parts[3] || '-' || lpad(parts[2], 2, '0') || '-' || lpad(parts[1], 2, '0')
            WHEN 'month' THEN parts[3] || '-' || lpad(parts[1], 2, '0') || '-' || lpad(parts[2], 2, '0')
            ELSE parts[1] || '-' || lpad(parts[2], 2, '0') || '-' || lpad(parts[3], 2, '0') END;
          IF length(iso) = 8 THEN iso := CASE WHEN iso < '69' THEN '20' ELSE '19' END || iso; END IF;
        END IF;
        IF place = 0 THEN RETURN iso; END IF;
        clock := substr(value, place + 1);
        IF right(clock, 1) IN ('M', 'm') THEN
          clock := split_part(clock, ':', 1)::int % 12 + CASE WHEN lower(right(clock, 2)) = 'pm' THEN 12 ELSE 0 END
                   || rtrim(left(substr(clock, position(':' IN clock)), -2));
        END IF;
        RETURN iso || ' ' || clock;
      END $function$;

CREATE OR REPLACE FUNCTION public.csv_rows_json(upload_id uuid)
 RETURNS TABLE(row_number bigint, data jsonb)
 LANGUAGE plpgsql
 STABLE STRICT
AS $function$
      DECLARE
        upload csv_uploads;
        keys   text[];
        cells  text := 'string_to_array(r.cells, E''\x1f'', '''')';
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
      END $function$;

CREATE OR REPLACE FUNCTION public.csv_unescape(cell text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN replace(replace(replace(replace(replace(replace(cell, ''::text, ''::text), ''::text, ''::text), ''::text, ''::text), ''::text, ''::text), ''::text, ''::text), ''::text, ''::text);

-- Sequences

CREATE SEQUENCE csv_part_numbers AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807;

-- Tables

CREATE TABLE access_tokens (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  CONSTRAINT access_tokens_pkey PRIMARY KEY (id),
  CONSTRAINT access_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  CONSTRAINT access_tokens_hash_unique UNIQUE (token_hash)
);

CREATE TABLE csv_batches (
  upload_id uuid NOT NULL,
  batch_no integer NOT NULL,
  byte_end bigint NOT NULL,
  line_end bigint NOT NULL,
  record_end bigint NOT NULL,
  row_end bigint NOT NULL,
  row_count integer NOT NULL,
  reject_count integer NOT NULL,
  has_escapes boolean DEFAULT false NOT NULL,
  column_types integer[] NOT NULL,
  text_end bigint,
  committed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  notes jsonb DEFAULT '{}'::jsonb NOT NULL,
  column_filled integer[] DEFAULT '{}'::integer[] NOT NULL,
  column_exceptions jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT csv_batches_pkey PRIMARY KEY (upload_id, batch_no)
);

CREATE TABLE csv_indexes (
  upload_id uuid NOT NULL,
  kind text NOT NULL,
  column_key text NOT NULL,
  status text NOT NULL,
  index_name text,
  size_bytes bigint,
  build_ms integer,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  built_at timestamp with time zone,
  entries bigint,
  sample_step integer,
  sample_rows bigint[],
  sample_values text[],
  CONSTRAINT csv_indexes_pkey PRIMARY KEY (upload_id, kind, column_key),
  CONSTRAINT csv_indexes_kind_check CHECK ((kind = ANY (ARRAY['order_asc'::text, 'order_desc'::text, 'contains'::text, 'search'::text, 'text_blocks'::text]))),
  CONSTRAINT csv_indexes_status_check CHECK ((status = ANY (ARRAY['building'::text, 'ready'::text, 'refused'::text])))
);

CREATE TABLE csv_own_rows (
  row_number bigint NOT NULL,
  cells text NOT NULL,
  CONSTRAINT csv_own_rows_pkey PRIMARY KEY (row_number)
) WITH (toast_tuple_target=8160);

CREATE TABLE csv_profiles (
  upload_id uuid NOT NULL,
  columns jsonb,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT csv_profiles_pkey PRIMARY KEY (upload_id)
);

CREATE TABLE csv_quotas (
  user_id uuid NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT csv_quotas_pkey PRIMARY KEY (user_id),
  CONSTRAINT csv_quotas_bytes_check CHECK ((bytes >= 0)),
  CONSTRAINT csv_quotas_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE csv_rejects (
  upload_id uuid NOT NULL,
  record_number bigint NOT NULL,
  line_number bigint NOT NULL,
  byte_offset bigint NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  raw bytea NOT NULL,
  raw_truncated boolean DEFAULT false NOT NULL,
  CONSTRAINT csv_rejects_pkey PRIMARY KEY (upload_id, record_number)
);

CREATE TABLE csv_rows (
  upload_id uuid NOT NULL,
  row_number bigint NOT NULL,
  cells text NOT NULL,
  CONSTRAINT csv_rows_pkey PRIMARY KEY (upload_id, row_number)
) WITH (toast_tuple_target=8160);

CREATE TABLE csv_uploads (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  original_filename text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 bytea NOT NULL,
  storage_key text NOT NULL,
  options jsonb DEFAULT '{}'::jsonb NOT NULL,
  status csv_upload_status DEFAULT 'pending'::csv_upload_status NOT NULL,
  stage text DEFAULT 'queued'::text NOT NULL,
  lease_epoch integer DEFAULT 0 NOT NULL,
  encoding jsonb NOT NULL,
  dialect jsonb,
  columns jsonb DEFAULT '[]'::jsonb NOT NULL,
  errors jsonb DEFAULT '[]'::jsonb NOT NULL,
  rows_table text DEFAULT 'csv_rows'::text NOT NULL,
  has_escapes boolean DEFAULT false NOT NULL,
  bytes_done bigint DEFAULT 0 NOT NULL,
  processed_rows bigint DEFAULT 0 NOT NULL,
  rejected_rows bigint DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  preamble jsonb DEFAULT '[]'::jsonb NOT NULL,
  footer jsonb,
  wal_position bigint,
  wal_position_epoch integer,
  CONSTRAINT csv_uploads_pkey PRIMARY KEY (id),
  CONSTRAINT csv_uploads_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE UNLOGGED TABLE csv_waiting_scans (
  id uuid NOT NULL,
  waits_until timestamp with time zone NOT NULL,
  CONSTRAINT csv_waiting_scans_pkey PRIMARY KEY (id)
);

CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  key_hash bytea NOT NULL,
  fingerprint bytea NOT NULL,
  owner uuid NOT NULL,
  locked_until timestamp with time zone NOT NULL,
  effect_at timestamp with time zone,
  status smallint,
  headers jsonb,
  body text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key_hash)
);

CREATE TABLE mails (
  id uuid NOT NULL,
  user_id uuid,
  template text NOT NULL,
  recipient text NOT NULL,
  context jsonb NOT NULL,
  sent_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT mails_pkey PRIMARY KEY (id),
  CONSTRAINT mails_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE outbox (
  id uuid NOT NULL,
  job text NOT NULL,
  payload jsonb NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  claims integer DEFAULT 0 NOT NULL,
  run_at timestamp with time zone DEFAULT now() NOT NULL,
  enqueued_at timestamp with time zone,
  lease_until timestamp with time zone,
  lease_token uuid,
  dead_at timestamp with time zone,
  last_error text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  context jsonb,
  CONSTRAINT outbox_pkey PRIMARY KEY (id)
);

CREATE TABLE password_resets (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT password_resets_pkey PRIMARY KEY (id),
  CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  CONSTRAINT password_resets_hash_unique UNIQUE (token_hash)
);

CREATE TABLE tasks (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  title text NOT NULL,
  description text DEFAULT ''::text NOT NULL,
  status task_status DEFAULT 'pending'::task_status NOT NULL,
  priority task_priority DEFAULT 'medium'::task_priority NOT NULL,
  due_date timestamp(3) with time zone,
  due_is_day boolean DEFAULT false NOT NULL,
  completed_at timestamp(3) with time zone,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
  updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tasks_pkey PRIMARY KEY (id),
  CONSTRAINT tasks_completed_at CHECK (((status = 'completed'::task_status) = (completed_at IS NOT NULL))),
  CONSTRAINT tasks_due_day CHECK (((NOT due_is_day) OR ((due_date IS NOT NULL) AND (((due_date AT TIME ZONE 'UTC'::text))::time without time zone = '23:59:59.999'::time without time zone)))),
  CONSTRAINT tasks_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 255))),
  CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE users (
  id uuid NOT NULL,
  email text NOT NULL,
  username text NOT NULL,
  full_name text NOT NULL,
  password_hash text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id)
);

CREATE TABLE worker_heartbeats (
  worker_id uuid NOT NULL,
  hostname text NOT NULL,
  pid integer NOT NULL,
  started_at timestamp with time zone NOT NULL,
  beat_at timestamp with time zone NOT NULL,
  CONSTRAINT worker_heartbeats_pkey PRIMARY KEY (worker_id)
);

-- Indexes

CREATE INDEX access_tokens_expiry ON public.access_tokens USING btree (expires_at);
CREATE INDEX access_tokens_user ON public.access_tokens USING btree (user_id);
CREATE INDEX csv_uploads_ended ON public.csv_uploads USING btree (completed_at) WHERE (completed_at IS NOT NULL);
CREATE INDEX csv_uploads_user ON public.csv_uploads USING btree (user_id, id DESC);
CREATE INDEX csv_uploads_user_sha256 ON public.csv_uploads USING btree (user_id, sha256, id);
CREATE INDEX csv_uploads_user_status ON public.csv_uploads USING btree (user_id, status, id DESC);
CREATE INDEX idempotency_keys_expiry ON public.idempotency_keys USING btree (expires_at);
CREATE INDEX mails_sent ON public.mails USING btree (sent_at);
CREATE INDEX mails_user ON public.mails USING btree (user_id);
CREATE INDEX outbox_due ON public.outbox USING btree (run_at) WHERE (dead_at IS NULL);
CREATE INDEX password_resets_expiry ON public.password_resets USING btree (expires_at);
CREATE INDEX password_resets_user ON public.password_resets USING btree (user_id);
CREATE INDEX tasks_user_due_latest ON public.tasks USING btree (user_id, due_date DESC NULLS LAST, id DESC);
CREATE INDEX tasks_user_due_soonest ON public.tasks USING btree (user_id, due_date, id DESC);
CREATE INDEX tasks_user_newest ON public.tasks USING btree (user_id, created_at DESC, id DESC);
CREATE INDEX tasks_user_priority ON public.tasks USING btree (user_id, priority, created_at DESC, id DESC);
CREATE INDEX tasks_user_status ON public.tasks USING btree (user_id, status, created_at DESC, id DESC);
CREATE UNIQUE INDEX users_email_unique ON public.users USING btree (lower((email COLLATE pg_c_utf8)));

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Columns of more forms than JSON's numbers and ISO's days: a column says how its values are written, which texts stand for no value, and
 * which type it nearly has. An ingest that is under way keeps its types in other bits than the new ones, so it begins again.
 */
export class ColumnFormats1795392000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM csv_batches WHERE upload_id IN (SELECT id FROM csv_uploads WHERE status IN ('pending', 'processing'));
      -- column_types: for each column the readings that all its values have, as a bit set. column_filled: its values that are not empty.
      -- column_exceptions: the values that are left out of both, because they would leave a column without a reading.
      ALTER TABLE csv_batches
        ALTER COLUMN column_types TYPE integer[],
        ADD COLUMN column_filled integer[] NOT NULL DEFAULT '{}',
        ADD COLUMN column_exceptions jsonb NOT NULL DEFAULT '[]';

      UPDATE csv_uploads SET columns = (
        SELECT jsonb_agg(one || jsonb_build_object(
                 'format', CASE WHEN one ->> 'type' = 'number' AND dialect ->> 'decimal' = ',' THEN '1234,56' END,
                 'null_values', '[]'::jsonb, 'would_be', NULL) ORDER BY place)
          FROM jsonb_array_elements(columns) WITH ORDINALITY AS list (one, place))
       WHERE columns <> '[]';

      -- The text of a cell in another order as ISO 8601 has it: YYYY-MM-DD, and behind a space the time. The three numbers of a day are
      -- parted by points, slashes or dashes, and follow each other as in 'field_order': day, month or year first. A year of two digits up
      -- to 68 is of the 21st century. It calls no function of ours, because CREATE INDEX does not find those in a function.
      CREATE FUNCTION csv_iso(value text, field_order text) RETURNS text
      LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $$
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
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION csv_iso(text, text);
      UPDATE csv_uploads SET columns = (
        SELECT jsonb_agg(one - 'format' - 'null_values' - 'would_be' ORDER BY place)
          FROM jsonb_array_elements(columns) WITH ORDINALITY AS list (one, place))
       WHERE columns <> '[]';
      DELETE FROM csv_batches WHERE upload_id IN (SELECT id FROM csv_uploads WHERE status IN ('pending', 'processing'));
      ALTER TABLE csv_batches
        DROP COLUMN column_exceptions,
        DROP COLUMN column_filled,
        ALTER COLUMN column_types TYPE smallint[] USING '{}';
    `);
  }
}

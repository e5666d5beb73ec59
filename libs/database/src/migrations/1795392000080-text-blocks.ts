import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A fifth kind of index: the texts of a column in blocks, in which frequent texts are counted. */
export class TextBlocks1795392000080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE csv_indexes DROP CONSTRAINT csv_indexes_kind_check,
        ADD CONSTRAINT csv_indexes_kind_check
          CHECK (kind IN ('order_asc', 'order_desc', 'contains', 'search', 'text_blocks'));
    `);
  }

  /** Drops the views, which the version before does not know. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$
      DECLARE view text;
      BEGIN
        FOR view IN SELECT matviewname FROM pg_matviews WHERE schemaname = 'csv_parts' LOOP
          EXECUTE format('DROP MATERIALIZED VIEW csv_parts.%I', view);
        END LOOP;
      END $$;
      DELETE FROM csv_indexes WHERE kind = 'text_blocks';
      ALTER TABLE csv_indexes DROP CONSTRAINT csv_indexes_kind_check,
        ADD CONSTRAINT csv_indexes_kind_check CHECK (kind IN ('order_asc', 'order_desc', 'contains', 'search'));
    `);
  }
}

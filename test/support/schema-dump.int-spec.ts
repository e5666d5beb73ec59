import { afterEach, describe, expect, it } from 'vitest';
import { dumpSchema } from '../../scripts/schema-dump.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { execute } from './postgres-admin.js';

// Real: PostgreSQL with the migrated schema.

let database: TestDatabase;
afterEach(() => database.drop());

const dumpAfter = async (...statements: string[]) => {
  database = await createTestDatabase();
  await execute(database.url, ...statements);
  return dumpSchema(database.url);
};

describe('the schema dump', () => {
  it.each([
    ['a column', 'ALTER TABLE tasks ADD note text', '  note text,'],
    ['a default', `ALTER TABLE tasks ALTER title SET DEFAULT 'x'`, `  title text DEFAULT 'x'::text NOT NULL,`],
    ['NOT NULL', 'ALTER TABLE mails ALTER user_id SET NOT NULL', '  user_id uuid NOT NULL,'],
    [
      'how a column is compressed',
      'ALTER TABLE csv_rows ALTER cells SET COMPRESSION pglz',
      '  cells text COMPRESSION pglz NOT NULL,',
    ],
    ['a collation', 'ALTER TABLE users ALTER email TYPE text COLLATE "C"', '  email text COLLATE "C" NOT NULL,'],
    [
      'a check',
      'ALTER TABLE tasks ADD CONSTRAINT short CHECK (version < 9)',
      '  CONSTRAINT short CHECK ((version < 9)),',
    ],
    [
      'an index',
      'CREATE INDEX by_name ON users (username DESC)',
      'CREATE INDEX by_name ON public.users USING btree (username DESC);',
    ],
    ['a value of an enum', `ALTER TYPE task_priority ADD VALUE 'urgent'`, `'urgent'`],
    ['a sequence', 'CREATE SEQUENCE other AS int', 'CREATE SEQUENCE other AS integer'],
    ['an extension', 'CREATE EXTENSION btree_gin', 'CREATE EXTENSION btree_gin;'],
    ['a schema', 'CREATE SCHEMA more', 'CREATE SCHEMA more;'],
    ['a function', `CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1`, 'FUNCTION public.one()'],
    ['a view', 'CREATE VIEW done AS SELECT id FROM tasks', 'CREATE VIEW done AS'],
    ['a setting of a table', 'ALTER TABLE csv_batches SET (fillfactor = 50)', ') WITH (fillfactor=50);'],
  ])('shows %s', async (_, statement, line) => {
    expect(await dumpAfter(statement)).toContain(line);
  });

  it('omits tables and views that uploads create at run time', async () => {
    const clean = await dumpAfter();
    await database.drop();
    const created = await dumpAfter(
      'CREATE TABLE csv_parts.rows_7 (LIKE csv_own_rows INCLUDING ALL)',
      'CREATE MATERIALIZED VIEW csv_parts.rows_7_text_blocks_1_0 AS SELECT cells FROM csv_parts.rows_7',
    );
    expect(created).toBe(clean);
  });

  it('does not depend on the order in which a schema was created', async () => {
    const one = await dumpAfter('CREATE TABLE zz (a int UNIQUE, b int UNIQUE)', 'CREATE INDEX zz_b ON zz (b, a)');
    await database.drop();
    const other = await dumpAfter(
      'CREATE TABLE zz (a int, b int)',
      'CREATE INDEX zz_b ON zz (b, a)',
      'ALTER TABLE zz ADD CONSTRAINT zz_b_key UNIQUE (b)',
      'ALTER TABLE zz ADD CONSTRAINT zz_a_key UNIQUE (a)',
    );
    expect(other).toBe(one);
  });

  it('omits the record of migrations', async () => {
    expect(await dumpAfter()).not.toMatch(/migrations/);
  });
});

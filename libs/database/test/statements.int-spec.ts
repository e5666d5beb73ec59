import { loadConfig } from '@app/config';
import type { Client } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { isDatabaseAway } from '../src/errors.js';
import { Statements } from '../src/statements.js';

let database: TestDatabase;
let dataSource: DataSource;
let runner: QueryRunner;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});
beforeEach(async () => {
  runner = dataSource.createQueryRunner();
  client = await runner.connect();
});
afterEach(async () => {
  // A released connection would bring its statements into the next test.
  await client.end();
  await runner.release();
});

/** `n` (int4) and `word` (text) of a row that COPY sends. */
const decoded = (message: Buffer, at: number) => {
  const end = at + 12 + message.readInt32BE(at + 8);
  return { n: message.readInt32BE(at + 4), word: message.toString('utf8', at + 12, end) };
};

const newStatements = (variables: Record<string, string> = {}) => new Statements(loadConfig(variables), dataSource);
const preparedTexts = async (): Promise<string[]> =>
  (await client.query('SELECT statement FROM pg_prepared_statements ORDER BY prepare_time')).rows.map(
    ({ statement }) => statement,
  );
const times = async (count: number, work: (n: number) => Promise<unknown>) => {
  for (let n = 0; n < count; n++) await work(n);
};

describe('a statement', () => {
  it('is prepared once, when it is used often', async () => {
    const statements = newStatements();
    const text = 'SELECT $1::int + 1 AS sum';
    await times(2, () => statements.named(client, text, [1]));
    expect(await preparedTexts()).toEqual([]);
    await times(5, async (n) => expect(await statements.named(client, text, [n])).toEqual([{ sum: n + 1 }]));
    expect(await preparedTexts()).toEqual([text]);
  });

  it('is prepared once for each kind, because a plan keeps the settings that it was made under', async () => {
    const statements = newStatements();
    for (const kind of ['any', 'indexed']) await times(4, () => statements.named(client, 'SELECT $1::int', [1], kind));
    expect(await preparedTexts()).toEqual(['SELECT $1::int', 'SELECT $1::int']);
  });

  it('is not prepared with names turned off, and has the same result', async () => {
    const statements = newStatements({ DATABASE_PREPARED_STATEMENTS: 'off' });
    await times(5, async () => expect(await statements.named(client, 'SELECT $1::int AS n', [7])).toEqual([{ n: 7 }]));
    expect(await preparedTexts()).toEqual([]);
  });

  it('is closed when 100 others have been used since, and works again', async () => {
    const statements = newStatements();
    const use = (n: number) =>
      times(3, async () =>
        expect(await statements.named(client, `SELECT $1::int AS n${n}`, [n])).toEqual([{ [`n${n}`]: n }]),
      );
    await times(130, use);
    const prepared = await preparedTexts();
    expect(prepared).toHaveLength(100);
    expect(prepared).not.toContain('SELECT $1::int AS n29');
    expect(prepared).toContain('SELECT $1::int AS n30');
    await use(5);
    expect(await preparedTexts()).toHaveLength(100);
    // pg must not remember the closed ones either; otherwise a connection that lives long would fill the memory.
    const { parsedStatements } = client.connection as unknown as { parsedStatements: object };
    expect(Object.keys(parsedStatements)).toHaveLength(100);
  });

  it('is planned anew after ten seconds, because a table may have grown', async () => {
    const statements = newStatements();
    const text = 'SELECT $1::int AS n';
    const namesOf = async () => (await client.query('SELECT name FROM pg_prepared_statements')).rows;
    await times(4, () => statements.named(client, text, [1]));
    const before = await namesOf();
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 11_000);
    expect(await statements.named(client, text, [2])).toEqual([{ n: 2 }]);
    clock.mockRestore();
    const after = await namesOf();
    expect([before, after].map((names) => names.length)).toEqual([1, 1]);
    expect(after).not.toEqual(before);
  });

  it('is parsed again when a migration has changed the type of its result', async () => {
    const statements = newStatements();
    await client.query('CREATE TEMP TABLE changing (value int); INSERT INTO changing VALUES (1)');
    const use = () => statements.named(client, 'SELECT value FROM changing WHERE value::text = $1', ['1']);
    await times(4, use);
    await client.query('ALTER TABLE changing ALTER value TYPE text');
    await times(2, async () => expect(await use()).toEqual([{ value: '1' }]));
  });

  it('is parsed again when the server has forgotten it', async () => {
    const statements = newStatements();
    const use = () => statements.named(client, 'SELECT $1::int AS n', [1]);
    await times(4, use);
    await client.query('DEALLOCATE ALL');
    await times(2, async () => expect(await use()).toEqual([{ n: 1 }]));
  });

  // Behind PgBouncer 1.21 or newer the server has another name for it, so SQL such as DEALLOCATE would fail with 26000.
  it.each([
    ['grown old', 4, 1],
    ['been displaced', 3, 130],
  ])(
    'that the server knows by another name fails nothing when it has %s, and ends no transaction',
    async (_, uses, others) => {
      const statements = newStatements();
      await times(uses, () => statements.named(client, 'SELECT $1::int AS n', [1]));
      expect(await preparedTexts()).toHaveLength(1);
      await client.query('DEALLOCATE ALL');
      const now = performance.now();
      const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 11_000);
      await client.query('BEGIN');
      await times(others, (n) => times(3, () => statements.named(client, `SELECT $1::int AS n${n}`, [n])));
      expect(await statements.named(client, 'SELECT $1::int AS n', [2])).toEqual([{ n: 2 }]);
      expect(client.getTransactionStatus()).toBe('T');
      await client.query('COMMIT');
      clock.mockRestore();
    },
  );

  it('fails alike with and without a name, and the connection stays usable', async () => {
    const statements = newStatements();
    const divide = (by: number) => statements.named(client, 'SELECT 1 / $1::int AS n', [by]);
    const missing = () => statements.named(client, 'SELECT FROM no_such_table WHERE $1::int = 1', [1]);
    await times(5, async () => {
      await expect(divide(0)).rejects.toMatchObject({ driverError: { code: '22012' } });
      await expect(missing()).rejects.toMatchObject({ driverError: { code: '42P01' } });
    });
    expect(await divide(1)).toEqual([{ n: 1 }]);
  });

  it('that is evicted inside of a transaction does not end it', async () => {
    const statements = newStatements();
    await client.query('BEGIN');
    await times(130, (n) => times(3, () => statements.named(client, `SELECT $1::int AS n${n}`, [n])));
    expect(client.getTransactionStatus()).toBe('T');
    await client.query('COMMIT');
  });

  it('reports a lost connection as a database that is away', async () => {
    const own = await new DataSource({ type: 'postgres', url: database.url, poolSize: 1 }).initialize();
    const statements = new Statements(loadConfig({}), own);
    const waiting = statements.rows('SELECT pg_sleep(600) WHERE $1::int = 1', [1]).catch((error: unknown) => error);
    await expect
      .poll(() =>
        dataSource.query(
          `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%'`,
        ),
      )
      .toEqual([{ ended: true }]);
    expect(isDatabaseAway(await waiting)).toBe(true);
    expect(await statements.rows('SELECT $1::int AS n', [1])).toEqual([{ n: 1 }]);
    await own.destroy();
  });
});

describe('rows', () => {
  it('executes in the transaction of the manager that it gets', async () => {
    await runner.startTransaction();
    const [inside] = await newStatements().rows<{ pid: number }>('SELECT pg_backend_pid() AS pid', [], runner.manager);
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await runner.rollbackTransaction();
    expect(inside).toEqual(rows[0]);
  });
});

describe('a copy', () => {
  const copied = async (select: string, each = (_: unknown) => {}) => {
    const rows: unknown[] = [];
    await newStatements().copy(client, `COPY (${select}) TO STDOUT (FORMAT binary)`, (message, at) => {
      const row = decoded(message, at);
      rows.push(row);
      each(row);
    });
    return rows;
  };

  it('gives every row, in order, whatever its size', async () => {
    const sizes = [0, 1, 70_000, 3, 200_000];
    const rows = await copied(
      `SELECT n::int4, repeat('ø', size) FROM unnest('{${sizes.join()}}'::int[]) WITH ORDINALITY AS list (size, n) ORDER BY n`,
    );
    expect(rows).toEqual(sizes.map((size, index) => ({ n: index + 1, word: 'ø'.repeat(size) })));
  });

  it('gives no row where there is none', async () => {
    expect(await copied(`SELECT 1, 'a' WHERE false`)).toEqual([]);
  });

  it('fails as other statements do, before the first row and behind it, and leaves the connection usable', async () => {
    await expect(copied('SELECT 1, word FROM no_such_table')).rejects.toMatchObject({ driverError: { code: '42P01' } });
    const late = copied(`SELECT 1 / (5 - n)::int4, repeat('x', 100000) FROM generate_series(1, 9) AS n`);
    await expect(late).rejects.toMatchObject({ driverError: { code: '22012' } });
    expect(await copied(`SELECT 7, 'b'`)).toEqual([{ n: 7, word: 'b' }]);
  });

  it('fails with the error of its receiver, and leaves the connection usable', async () => {
    const refused = new Error('refused');
    const copy = copied(`SELECT n::int4, 'x' FROM generate_series(1, 100000) AS n`, () => {
      throw refused;
    });
    await expect(copy).rejects.toBe(refused);
    expect(await copied(`SELECT 7, 'b'`)).toEqual([{ n: 7, word: 'b' }]);
  });
});

describe('a large statement', () => {
  const TEXT = `INSERT INTO large (number, word, is_it, list, bytes, missing)
                SELECT $1, $2, $3, $4, convert_from($5, 'UTF8'), $6 FROM generate_series(1, $7::int)`;
  const insert = (bytes: Buffer, times = 1, number: unknown = 42) =>
    newStatements().large(TEXT, [number, 'ø "quoted"', true, ['a,b', '"'], bytes, null, times]);

  beforeAll(async () => {
    await dataSource.query(
      'CREATE TABLE large (number int, word text, is_it boolean, list text[], bytes text, missing text)',
    );
  });
  beforeEach(() => dataSource.query('TRUNCATE large'));

  it.each([0, 1, 1000, 65_535, 65_536, 5_000_000])('stores its values as pg does, with %i bytes', async (size) => {
    const bytes = Buffer.alloc(size, 'æ');
    if (size % 2 === 1) bytes[size - 1] = 0x61;
    expect(await insert(bytes)).toBe(1);
    const [row] = await dataSource.query('SELECT * FROM large');
    expect(row).toEqual({
      number: 42,
      word: 'ø "quoted"',
      is_it: true,
      list: ['a,b', '"'],
      bytes: bytes.toString(),
      missing: null,
    });
  });

  it('says how many rows it has inserted', async () => {
    expect([await insert(Buffer.from('x'), 3), await insert(Buffer.from('x'), 0)]).toEqual([3, 0]);
  });

  it('fails as other statements do, and several at a time do not disturb each other', async () => {
    const bytes = Buffer.alloc(1_000_000, 'x');
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => insert(bytes, 1, n % 3 === 0 ? 'no number' : n)),
    );
    for (const [n, result] of results.entries()) {
      if (n % 3 !== 0) expect(result).toEqual({ status: 'fulfilled', value: 1 });
      else expect(result).toMatchObject({ status: 'rejected', reason: { driverError: { code: '22P02' } } });
    }
    expect(await dataSource.query('SELECT DISTINCT length(bytes) AS length FROM large')).toEqual([
      { length: bytes.length },
    ]);
  });
});

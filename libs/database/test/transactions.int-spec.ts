import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CutOffProxy, startCutOffProxy } from '../../../test/support/cut-off-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { Transactions, type Tx } from '../src/transactions.js';

// Real: PostgreSQL, over a connection that the test can cut.

let database: TestDatabase;
let way: CutOffProxy;
let dataSource: DataSource;
let observer: DataSource;
let transactions: Transactions;

const open = (url: string) => new DataSource({ type: 'postgres', url }).initialize();
const words = async () => (await observer.query('SELECT word FROM words')).map(({ word }: { word: string }) => word);
const insert = `INSERT INTO words VALUES ('kept')`;

beforeAll(async () => {
  database = await createTestDatabase();
  way = await startCutOffProxy(database.url);
  [dataSource, observer] = await Promise.all([open(way.url), open(database.url)]);
  transactions = new Transactions(dataSource);
  await observer.query('CREATE TABLE words (word text)');
});
beforeEach(() => observer.query('TRUNCATE words'));
afterAll(async () => {
  await Promise.all([dataSource.destroy(), observer.destroy()]);
  await way.stop();
  await database.drop();
});

describe('a hook after the commit', () => {
  it('sees the change and is awaited in order', async () => {
    const seen: unknown[] = [];
    const result = await transactions.run(async (tx) => {
      tx.afterCommit(async () => seen.push(await words()));
      tx.afterCommit(() => seen.push('second'));
      await tx.manager.query(insert);
      return 'done';
    });
    expect(result).toBe('done');
    expect(seen).toEqual([['kept'], 'second']);
  });

  it('does not run after a rollback', async () => {
    const seen: string[] = [];
    const failing = transactions.run(async (tx) => {
      tx.afterCommit(() => seen.push('came'));
      await tx.manager.query(insert);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await words()).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('stops neither the next hook nor the result when it fails', async () => {
    const seen: string[] = [];
    const result = await transactions.run(async (tx) => {
      tx.afterCommit(() => Promise.reject(new Error('out of order')));
      tx.afterCommit(() => seen.push('came'));
      return 'done';
    });
    expect([result, ...seen]).toEqual(['done', 'came']);
  });

  it('also runs when it is unknown whether the commit happened', async () => {
    // The server needs half a second to commit, and the connection is cut meanwhile.
    await observer.query(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON words DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle();
    `);
    const seen: string[] = [];
    const committing = transactions.run(async (tx) => {
      tx.afterCommit(() => seen.push('came'));
      await tx.manager.query(insert);
      setTimeout(() => void way.cut(), 200);
    });
    await expect(committing).rejects.toThrow(/terminated/);
    expect(seen).toEqual(['came']);
    await expect.poll(words).toEqual(['kept']);
    await way.restore();
  });
});

describe('a single statement', () => {
  const writeWord = (seen: unknown[]) => async (tx: Tx) => {
    tx.afterCommit(async () => seen.push(await words()));
    await tx.manager.query(insert);
    return tx.manager.queryRunner?.isTransactionActive ?? false;
  };

  it('commits without a transaction, and its hooks see the change', async () => {
    const seen: unknown[] = [];
    expect(await transactions.runOne(writeWord(seen))).toBe(false);
    expect(seen).toEqual([['kept']]);
  });

  it('is part of a transaction while something else has to commit with it', async () => {
    let due = true;
    const accompanied = new Transactions(dataSource);
    accompanied.accompany(() => due);
    const seen: unknown[] = [];
    expect(await accompanied.runOne(writeWord(seen))).toBe(true);
    due = false;
    expect(await accompanied.runOne(writeWord(seen))).toBe(false);
    expect(seen).toEqual([['kept'], ['kept', 'kept']]);
  });

  it('runs its hooks also when it fails, as it may be committed', async () => {
    const seen: string[] = [];
    const failing = transactions.runOne(async (tx) => {
      tx.afterCommit(() => seen.push('came'));
      await tx.manager.query('INSERT INTO no_such_table VALUES (1)');
    });
    await expect(failing).rejects.toThrow('no_such_table');
    expect(seen).toEqual(['came']);
  });
});

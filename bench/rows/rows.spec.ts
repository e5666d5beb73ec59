import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_SETS, writeDataSet } from '../data-sets.js';
import { DuckDb, difference } from './duckdb.js';
import { countStatement, pageStatement } from './duckdb-sql.js';
import { latencyOf, sample } from './latency.js';
import { offsetOf, type Question, queryOf, questionsOn, shallow } from './questions.js';
import { answersTable, misses } from './report.js';

const ROWS = 20_000;
const questions = questionsOn(DATA_SETS.A, ROWS);
const named = (name: string): Question => questions.find((question) => question.name === name)!;

describe('the questions', () => {
  it('have different names, so that one can be chosen', () => {
    expect(new Set(questions.map(({ name }) => name)).size).toBe(questions.length);
  });

  it('become parameters of data/', () => {
    expect(queryOf(named('page 200'))).toEqual({ page: '200', count: 'exact' });
    expect(queryOf(named('a tenth, sorted by number'))).toEqual({
      filters: '{"category":"garden"}',
      sort_by: '-unit_price',
      count: 'none',
    });
    expect(queryOf(named('search everywhere, no row, counted'))).toEqual({ search: 'ytterbium', count: 'exact' });
  });

  it('know how many rows lie before their page', () => {
    expect(offsetOf(named('page 200'))).toBe(19_900);
    const deep = named('sorted by number, behind 2000 rows');
    expect([offsetOf(deep), offsetOf(shallow(deep))]).toEqual([2_000, 1_000]);
  });
});

describe('the statements for DuckDB', () => {
  const columns = DATA_SETS.A.columns.slice(7, 10);

  it('ask for the same rows in the same order', () => {
    expect(pageStatement(named('a tenth, sorted by number'), columns)).toBe(
      `SELECT rowid + 1, * FROM rows WHERE "category" = 'garden' ORDER BY "unit_price" DESC NULLS LAST, rowid LIMIT 100 OFFSET 0`,
    );
    expect(pageStatement(named('page 200'), columns)).toBe('SELECT rowid + 1, * FROM rows LIMIT 100 OFFSET 19900');
  });

  it('compare numbers as numbers, and search texts without case', () => {
    expect(countStatement(named('numbers, 0.5%'), columns)).toBe(
      'SELECT count(*) FROM rows WHERE "unit_price" >= 100 AND "unit_price" < 105',
    );
    expect(countStatement(named('search everywhere, a few rows'), columns)).toBe(
      `SELECT count(*) FROM rows WHERE (contains(lower("category"), 'zeppelin') OR contains(lower("status"), 'zeppelin') OR contains(lower("quantity"::VARCHAR), 'zeppelin'))`,
    );
  });
});

describe('DuckDB', () => {
  let folder: string;
  let duckdb: DuckDb;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-duckdb-'));
    const { path } = await writeDataSet('A', join(folder, 'a.csv'), { rows: ROWS });
    duckdb = await DuckDb.load(path, DATA_SETS.A, join(folder, 'a.duckdb'));
  });
  afterAll(async () => {
    duckdb.close();
    await rm(folder, { recursive: true });
  });

  it('numbers the rows in the order of the file', async () => {
    const { ids, total } = await duckdb.answer(named('page 200'));
    expect(ids).toEqual(Array.from({ length: 100 }, (_, n) => 19_901 + n));
    expect(total).toBe(ROWS);
  });

  it('answers every question', async () => {
    for (const question of questions) {
      const { answer, times } = await duckdb.measure(question, 1);
      expect(answer.total === undefined, question.name).toBe(!question.isCounted);
      expect(times.p50).toBeGreaterThan(0);
    }
    expect((await duckdb.answer(named('search everywhere, a few rows'))).ids).toEqual([640]);
  });
});

describe('the difference of two answers', () => {
  const expected = { ids: [1, 5, 9], total: 3 };

  it('is none for the same rows and the same number', () => {
    expect(difference({ ids: [1, 5, 9], total: 3 }, expected)).toBeUndefined();
    expect(difference({ ids: [1, 5, 9], total: 7, isEstimate: true }, expected)).toBeUndefined();
    expect(difference({ ids: [1, 5, 9], total: 100 }, { ids: [1, 5, 9] })).toBeUndefined();
  });

  it('names the first wrong row, missing rows and a wrong number', () => {
    expect(difference({ ids: [1, 6, 9], total: 3 }, expected)).toBe('row 6 at place 2, where DuckDB has 5');
    expect(difference({ ids: [1, 5], total: 3 }, expected)).toBe('2 rows, but DuckDB has 3');
    expect(difference({ ids: [1, 5, 9], total: 4 }, expected)).toBe('4 rows counted, but DuckDB counts 3');
  });
});

describe('the times', () => {
  it('are those of answers; failures are counted apart', async () => {
    let asked = 0;
    const latency = await sample(10, 2, async () => ++asked % 2 === 0);
    expect([asked, latency.failures]).toEqual([11, 6]);
  });

  it('miss an aim by their median, by their 95th percentile, or by a failure', () => {
    const latency = latencyOf([5, 5, 5, 30], 1);
    expect(misses(latency, { p50: 10 })).toBe(false);
    expect(misses(latency, { p50: 4 })).toBe(true);
    expect(misses(latency, { p50: 10, p95: 20 })).toBe(true);
    expect(misses(latencyOf([1], 1, 1), {})).toBe(true);
  });

  it('are bold in the table where they miss their aim', () => {
    const latency = latencyOf([15, 15], 2);
    const table = answersTable(
      [
        {
          question: named('sorted by text'),
          total: '',
          unindexed: latency,
          indexed: latency,
          many: latency,
          duckdb: latency,
          isIndexed: true,
        },
      ],
      16,
    );
    const cells = table.split('\n')[2]!.split('|').slice(1, -1);
    expect(cells.map((cell) => cell.trim())).toEqual([
      'sorted by text',
      '',
      '15 / 15',
      '**15 / 15**',
      '15 / 15',
      '1',
      '15 / 15',
    ]);
  });
});

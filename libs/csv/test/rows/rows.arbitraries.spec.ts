import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../../src/rows/request/rows-query.js';
import { referenceAnswer } from './reference-answer.js';
import { queriesOn, tables } from './rows.arbitraries.js';

// The property tests are only as good as the queries they make.
describe('the random queries', () => {
  const asked = fc
    .sample(tables, { seed: 7, numRuns: 200 })
    .flatMap((table, n) => fc.sample(queriesOn(table), { seed: n, numRuns: 4 }).map((query) => ({ table, query })));

  it('use every operator, on every type', () => {
    const used = new Set<string>();
    for (const { table, query } of asked) {
      for (const [key, wanted] of Object.entries(query.filters)) {
        const { type } = table.columns.find((column) => column.key === key)!;
        const operators =
          typeof wanted === 'object' && !Array.isArray(wanted) ? Object.keys(wanted as object) : ['plain'];
        for (const operator of operators) used.add(`${operator} ${type}`);
      }
    }
    for (const operator of [...OPERATORS, 'plain'])
      for (const type of ['integer', 'number', 'boolean', 'date', 'datetime', 'text'])
        expect(used).toContain(`${operator} ${type}`);
  });

  it('use only columns that `sort_by` can name', () => {
    const tricky = fc.sample(tables, { seed: 11, numRuns: 5_000 }).flatMap(({ columns }) => columns);
    expect(tricky.filter(({ key }) => key === '' || key.trim() !== key || /^-|,/.test(key))).toEqual([]);
  });

  it('often find some rows and not all', () => {
    const telling = asked.filter(({ table, query }) => {
      const found = referenceAnswer(table, query).length;
      return found > 0 && found < table.rows.length;
    });
    expect(telling.length / asked.length).toBeGreaterThan(0.15);
  });

  it('search, and sort by up to three keys', () => {
    expect(asked.filter(({ query }) => query.search !== '').length).toBeGreaterThan(100);
    expect(new Set(asked.map(({ query }) => query.sort.length))).toEqual(new Set([0, 1, 2, 3]));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../../src/rows/request/conditions.js';
import { referenceAnswer } from './reference-answer.js';
import { queriesOn, tables } from './rows.arbitraries.js';

const isGroup = (key: string): boolean => ['$or', '$and', '$not'].includes(key);

/** The objects inside of the groups of one object. */
const insideOf = (filters: object): object[] =>
  Object.entries(filters).flatMap(([key, wanted]): object[] => (isGroup(key) ? [wanted].flat() : []));

/** An object of filters and all that are nested in it. */
const objectsIn = (filters: object): object[] => [filters, ...insideOf(filters).flatMap(objectsIn)];

const depthOf = (filters: object): number => Math.max(0, ...insideOf(filters).map((inside) => depthOf(inside) + 1));

// The property tests are only as good as the queries they make.
describe('the random queries', () => {
  const asked = fc
    .sample(tables, { seed: 7, numRuns: 200 })
    .flatMap((table, n) => fc.sample(queriesOn(table), { seed: n, numRuns: 4 }).map((query) => ({ table, query })));

  it('use every operator, on every type', () => {
    const used = new Set<string>();
    for (const { table, query } of asked) {
      for (const [key, wanted] of objectsIn(query.filters).flatMap(Object.entries)) {
        const column = table.columns.find((one) => one.key === key);
        if (!column) continue;
        const operators = typeof wanted === 'object' && !Array.isArray(wanted) ? Object.keys(wanted) : ['plain'];
        for (const operator of operators) used.add(`${operator} ${column.type}`);
      }
    }
    for (const operator of [...OPERATORS, 'plain'])
      for (const type of ['integer', 'number', 'boolean', 'date', 'datetime', 'text'])
        expect(used).toContain(`${operator} ${type}`);
  });

  it('nest every group, up to the depth that is allowed', () => {
    const groups = asked.flatMap(({ query }) => objectsIn(query.filters)).flatMap(Object.keys);
    for (const group of ['$or', '$and', '$not'])
      expect(groups.filter((key) => key === group).length).toBeGreaterThan(100);
    const depths = asked.map(({ query }) => depthOf(query.filters));
    expect(new Set(depths)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
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

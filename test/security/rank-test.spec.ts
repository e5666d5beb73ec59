import { describe, expect, it } from 'vitest';
import { rankTest } from './rank-test.js';

const pairs = (count: number, pair: (i: number) => [number, number]) =>
  Array.from({ length: count }, (_, i) => pair(i));

// The expected values are those of scipy.stats.wilcoxon(correction=True, method='approx').
describe('the rank test', () => {
  it.each([
    ['pairs that differ in turns', pairs(20, (i) => [i, i + (i % 2 ? 1 : -1) * (i + 1)]), 0.8665856],
    ['pairs that all differ in one direction', pairs(20, (i) => [10 * i, 11 * i + 1]), 0.0000957],
    ['pairs that do not differ', pairs(20, (i) => [i, i]), 1],
    [
      'pairs with ties',
      [[125, 110], [115, 122], [130, 125], [140, 120], [140, 140], [115, 124], [140, 123], [125, 137], [140, 135], [135, 145]], // biome-ignore format: a table
      0.6352893,
    ],
  ] as [string, [number, number][], number][])('of %s', (_, values, p) => {
    expect(rankTest(values)).toBeCloseTo(p, 6);
    expect(rankTest(values.map(([first, second]) => [second, first]))).toBeCloseTo(p, 6);
  });

  it('finds a difference that is small beside what other processes add to both members of a pair', () => {
    const load = (i: number) => (i * 7_919) % 1_000;
    const slower = pairs(100, (i) => [load(i), load(i) + 1 + ((i * 31) % 7) - 2]);
    expect(rankTest(slower)).toBeLessThan(0.001);
  });
});

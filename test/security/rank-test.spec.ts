import { describe, expect, it } from 'vitest';
import { rankTest } from './rank-test.js';

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

describe('the rank test', () => {
  it.each([
    ['groups that alternate', range(50).map((i) => 2 * i), range(50).map((i) => 2 * i + 1), 0.8657],
    ['groups that do not overlap', range(10), range(10, 10), 0.0001827],
    ['equal values', [1, 1, 1], [1, 1, 1], 1],
    ['groups with ties', [1, 2, 2, 3, 3, 3], [2, 3, 3, 4, 4, 4], 0.0767],
  ])('of %s', (_, first, second, p) => {
    expect(rankTest(first, second)).toBeCloseTo(p, 3);
    expect(rankTest(second, first)).toBeCloseTo(p, 3);
  });
});

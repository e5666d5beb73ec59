import { describe, expect, it } from 'vitest';
import { growingCases, separateCases } from './cases.js';
import { ingestTable } from './report.js';

describe('the cases of bench:ingest', () => {
  it('are every size with each number of uploads at once', () => {
    expect(separateCases([100, 200], [1, 4])).toEqual([
      { rows: 100, atOnce: 1, into: 0 },
      { rows: 100, atOnce: 4, into: 0 },
      { rows: 200, atOnce: 1, into: 0 },
      { rows: 200, atOnce: 4, into: 0 },
    ]);
  });

  it('of a growing table end with the first size again', () => {
    expect(growingCases([10, 100]).map(({ rows, into }) => [rows, into])).toEqual([
      [10, 0],
      [100, 10],
      [10, 110],
    ]);
  });
});

describe('the table of bench:ingest', () => {
  const cost = (seconds: number, tableBytes: number) => ({ seconds, postgresCpu: seconds, walBytes: 30, tableBytes });

  it('compares the medians of all rounds, and shows the highest memory', () => {
    const table = ingestTable([
      {
        set: 'B',
        measured: { rows: 1_000, atOnce: 2, into: 500 },
        bytes: 4e6,
        copies: [cost(1, 100), cost(9, 100), cost(2, 100)],
        ingests: [4, 3, 5].map((seconds) => ({ ...cost(seconds, 110), worker: { cpu: 1, megabytes: 10 * seconds } })),
      },
    ]);
    const cells = table
      .split('\n')[2]!
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    expect(cells).toEqual([
      'B: 1,000 rows, 4 MB, 2 at once, behind 500 rows',
      '500',
      '2',
      '0.50',
      '4.00; 2.00',
      '4.0; 2.0',
      '1.0',
      '50',
      '1.10',
      '1.00',
    ]);
  });
});

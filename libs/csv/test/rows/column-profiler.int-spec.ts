import type { ColumnType, CsvColumn } from '@app/csv-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { ColumnProfile } from '../../src/rows/profile/column-profile.js';
import { ProfileRun } from '../../src/rows/profile/profile-run.js';
import { RowsHarness } from './rows-harness.js';
import { newColumns, storeMadeUpload } from './store-upload.js';

// Real: PostgreSQL. Expected values were counted by hand.

let database: TestDatabase;
let harness: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url);
});
afterAll(async () => {
  await harness.close();
  await database.drop();
});

/** Above these, 40,000 rows are many. */
const LOW_LIMITS = { exactCells: 10_000, manyDistinct: 1_000, sampledRows: 10_000 };

const profileOf = async (
  type: ColumnType,
  cells: (string | null)[],
  facts: Partial<CsvColumn> = {},
): Promise<ColumnProfile> => {
  const upload = await harness.newUpload(
    newColumns({ it: { type, ...facts } }),
    cells.map((cell) => [cell]),
  );
  const [profile] = await harness.profiler.profile(upload, new AbortController().signal);
  return profile!;
};

describe('the profile of a column', () => {
  it('counts filled, empty and distinct cells, and lists the most frequent first', async () => {
    expect(await profileOf('text', ['b', 'a', null, 'b', 'B', 'é', null])).toEqual({
      key: 'it',
      filled: 5,
      empty: 2,
      distinct: 4,
      distinct_is_estimate: false,
      min: 'B',
      max: 'é',
      top_values: [
        { value: 'b', count: 2 },
        { value: 'B', count: 1 },
        { value: 'a', count: 1 },
        { value: 'é', count: 1 },
      ],
      top_values_are_estimates: false,
      histogram: null,
    });
  });

  it('compares numbers as numbers, also with a decimal comma', async () => {
    expect(await profileOf('number', ['9,5', '10', '1e1', '-2,50', null], { format: '1234,56' })).toMatchObject({
      distinct: 3,
      min: -2.5,
      max: 10,
      top_values: [
        { value: 10, count: 2 },
        { value: -2.5, count: 1 },
        { value: 9.5, count: 1 },
      ],
    });
  });

  it('compares datetimes as instants and shows them in UTC', async () => {
    const cells = [
      '2024-05-01T12:00:00+02:00',
      '2024-05-01 10:00:00',
      '2024-04-30T23:00:00.25-05:00',
      '1969-12-31T23:59:59.5Z',
    ];
    expect(await profileOf('datetime', cells)).toMatchObject({
      distinct: 3,
      min: '1969-12-31T23:59:59.5Z',
      max: '2024-05-01T10:00:00Z',
      top_values: [
        { value: '2024-05-01T10:00:00Z', count: 2 },
        { value: '1969-12-31T23:59:59.5Z', count: 1 },
        { value: '2024-05-01T04:00:00.25Z', count: 1 },
      ],
    });
  });

  it('profiles booleans in any letter case, and dates', async () => {
    expect(await profileOf('boolean', ['TRUE', 'false', 'true'])).toMatchObject({
      distinct: 2,
      min: false,
      max: true,
      top_values: [
        { value: true, count: 2 },
        { value: false, count: 1 },
      ],
    });
    expect(await profileOf('date', ['2024-01-31', '2023-12-31'])).toMatchObject({
      min: '2023-12-31',
      max: '2024-01-31',
    });
  });

  it('counts all numbers in twenty buckets, with the maximum in the last', async () => {
    const cells = Array.from({ length: 101 }, (_, n) => String(n));
    const { histogram } = await profileOf('integer', [...cells, null]);
    expect(histogram).toHaveLength(20);
    expect(histogram!.map(({ count }) => count)).toEqual([...Array(19).fill(5), 6]);
    expect(histogram![0]).toEqual({ from: 0, to: 5, count: 5 });
    expect(histogram!.at(-1)).toEqual({ from: 95, to: 100, count: 6 });
  });

  it('has one bucket for a single number, and none without numbers', async () => {
    expect((await profileOf('integer', ['7', '7'])).histogram).toEqual([{ from: 7, to: 7, count: 2 }]);
    expect(await profileOf('text', [null, null])).toMatchObject({
      filled: 0,
      empty: 2,
      distinct: 0,
      min: null,
      max: null,
      top_values: [],
    });
  });

  it('lists at most ten values and cuts long ones', async () => {
    const many = Array.from({ length: 40 }, (_, n) => `v${n}`);
    expect((await profileOf('text', many)).top_values).toHaveLength(10);
    const { min, max, top_values, distinct } = await profileOf('text', ['x'.repeat(5000), 'y'.repeat(5000)]);
    expect([String(min).length, String(max).length, String(top_values[0]!.value).length]).toEqual([500, 500, 500]);
    expect(distinct).toBe(2);
  });

  it('is marked as an estimate where a big file has very many distinct values', async () => {
    const upload = await storeMadeUpload(
      harness.dataSource,
      harness.userId,
      newColumns({ unique: 'text', skewed: 'integer', few: 'text' }),
      40_000,
      ['md5(n::text)', 'CASE WHEN n % 2 = 0 THEN 7 ELSE n END', 'n % 3'],
    );
    const [unique, skewed, few] = await harness.dataSource.transaction((manager) =>
      new ProfileRun(manager, upload, LOW_LIMITS).profile(new AbortController().signal),
    );
    expect(unique).toMatchObject({
      filled: 40_000,
      distinct_is_estimate: true,
      top_values: [],
      top_values_are_estimates: true,
    });
    expect(unique!.distinct).toBeGreaterThan(40_000 * 0.85);
    expect(unique!.distinct).toBeLessThan(40_000 * 1.15);
    expect(skewed).toMatchObject({ distinct_is_estimate: true, min: 1, max: 39_999 });
    expect(skewed!.top_values).toHaveLength(1);
    expect(skewed!.top_values[0]!.value).toBe(7);
    expect(skewed!.top_values[0]!.count / 20_000).toBeCloseTo(1, 1);
    expect(few).toMatchObject({ distinct: 3, distinct_is_estimate: false, top_values_are_estimates: false });
  });

  it('ends when the worker stops', async () => {
    const upload = await harness.newUpload(newColumns({ it: 'text' }), [['a']]);
    await expect(harness.profiler.profile(upload, AbortSignal.abort(new Error('stopping')))).rejects.toThrow(
      'stopping',
    );
  });
});

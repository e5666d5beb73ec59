import { loadConfig } from '@app/config';
import { describe, expect, it } from 'vitest';
import { forgetful } from '../../../test/rows/rows-harness.js';
import { newColumns } from '../../../test/rows/store-upload.js';
import type { RowSelection } from '../request/rows-query.js';
import { Deadline } from './deadline.js';
import { RowCounter } from './row-counter.js';
import type { RowsRead } from './rows.reader.js';

// Which way a count goes; that it is right is held by the property tests of the rows. Fake: the lanes, and what the planner expects.

const [column] = newColumns({ city: 'text' });
const contains: RowSelection = {
  conditions: [{ operator: 'contains', column: column!, text: 'ber' }],
  search: null,
  sort: [],
  rowOrder: 'asc',
};

async function laneOf(expected: number, rowsTable = 'csv_parts.rows_1', selection = contains): Promise<string[]> {
  const used: string[] = [];
  const lane = (name: string) => async () => {
    used.push(name);
    return [{ total: '7' }];
  };
  const lanes = {
    atOnce: async () => [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': expected } }] }],
    byIndex: async () => null,
    scan: lane('scan'),
    tryQuick: lane('quick'),
  };
  const compiler = { count: () => ({}), allRowNumbers: () => ({ getQueryAndParameters: () => ['', []] }) };
  const counter = new RowCounter(
    loadConfig({}),
    forgetful,
    lanes as never,
    { compilerFor: () => compiler } as never,
    {} as never,
  );
  const read = {
    userId: 'u',
    upload: { id: 'id', rows_table: rowsTable, processed_rows: 1_000_000 },
    advice: { mustScan: false },
    deadline: Deadline.in(1_000),
  } as unknown as RowsRead;
  expect(await counter.count(read, selection, 'exact')).toEqual({ count: 7, isEstimate: false });
  return used;
}

describe('counting what a text is in', () => {
  it('goes by the index where it is rare', async () => {
    expect(await laneOf(49_000)).toEqual(['quick']);
  });

  it('looks at every row where it is frequent, as the index would have each of them looked at one by one', async () => {
    expect(await laneOf(51_000)).toEqual(['scan']);
  });

  it('never looks at every row of the table that all share', async () => {
    expect(await laneOf(999_999, 'csv_rows')).toEqual(['quick']);
  });

  it('goes by the index for values, however many rows have one', async () => {
    const equals: RowSelection = {
      ...contains,
      conditions: [{ operator: 'ne', column: column!, value: 'Berlin' }],
    };
    expect(await laneOf(999_999, 'csv_parts.rows_1', equals)).toEqual(['quick']);
  });
});

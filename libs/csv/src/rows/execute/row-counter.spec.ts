import { loadConfig } from '@app/config';
import { Deadline } from '@app/database';
import { describe, expect, it } from 'vitest';
import { uncached } from '../../../test/rows/rows-harness.js';
import { newColumns } from '../../../test/rows/store-upload.js';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { planRows } from '../plan/rows-plan.js';
import type { RowSelection, RowsQuery } from '../request/rows-query.js';
import { RowCounter } from './row-counter.js';

// Which kind of read a count uses; the property tests of the rows show that counts are correct. Fake: the reads, and what the planner expects.

const columns = newColumns({ city: 'text' });
const column = columns[0]!;
const contains: RowSelection = {
  conditions: [{ operator: 'contains', column, text: 'ber' }],
  search: null,
  sort: [],
  rowOrder: 'asc',
};

async function readOf(expected: number, rowsTable = 'csv_parts.rows_1', selection = contains): Promise<string[]> {
  const used: string[] = [];
  const readAs = (name: string) => async () => {
    used.push(name);
    return [{ total: '7' }];
  };
  const scheduler = {
    immediate: async () => [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': expected } }] }],
    byIndex: async () => null,
    scan: readAs('scan'),
    heavy: readAs('heavy'),
    quickFirst: readAs('quick'),
  };
  const query: RowsQuery = {
    ...selection,
    columns,
    position: { after: 1 },
    pageSize: 1,
    count: 'exact',
    values: 'text',
  };
  const upload = { id: 'id', rows_table: rowsTable, processed_rows: 1_000_000 } as CsvUpload;
  const plan = planRows(upload, query, { use: 'used', mustScan: false, inOrder: true });
  const counter = new RowCounter(loadConfig({}), uncached, scheduler as never, {} as never);
  const read = {
    userId: 'u',
    upload,
    query,
    statements: { exact: () => ({}), explain: () => ({ sql: '', parameters: [] }) } as never,
    deadline: Deadline.in(1_000),
    fresh: false,
  };
  const page = { rowNumbers: [], cells: [], hasNext: true, total: null };
  expect(await counter.total(read, plan.count, page)).toEqual({ count: 7, isEstimate: false });
  return used;
}

describe('a count of rows that contain a text', () => {
  it('uses the index where the text is rare', async () => {
    expect(await readOf(49_000)).toEqual(['quick']);
  });

  it('counts in parallel at once where the text is frequent, because one process would check each match', async () => {
    expect(await readOf(51_000)).toEqual(['heavy']);
  });

  it('is always quick in the shared table', async () => {
    expect(await readOf(999_999, 'csv_rows')).toEqual(['quick']);
  });

  it('uses the index for values, however many rows match', async () => {
    const unequal: RowSelection = { ...contains, conditions: [{ operator: 'ne', column, value: 'Berlin' }] };
    expect(await readOf(999_999, 'csv_parts.rows_1', unequal)).toEqual(['quick']);
  });
});

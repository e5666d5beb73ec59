import { loadConfig } from '@app/config';
import { Deadline } from '@app/database';
import { NotFound } from '@app/problems';
import { describe, expect, it } from 'vitest';
import { uncached } from '../../../test/rows/rows-harness.js';
import { newColumns } from '../../../test/rows/store-upload.js';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { IndexPlan } from '../plan/index-planner.js';
import { planRows } from '../plan/rows-plan.js';
import type { RowSelection, RowsQuery } from '../request/rows-query.js';
import type { BlocksCondition } from '../sql/text-blocks.js';
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

const VIEW = 'csv_parts.rows_1_text_blocks_1_0';
const condition = contains.conditions[0] as BlocksCondition;

/** @returns the reads that the count used, in order, and `request` where it requested blocks. */
async function readOf(
  expected: number,
  rowsTable = 'csv_parts.rows_1',
  selection = contains,
  indexes: Partial<IndexPlan> = {},
  heavy = async (): Promise<{ total: string }[]> => [{ total: '7' }],
): Promise<string[]> {
  const used: string[] = [];
  const readAs = (name: string) => async () => {
    used.push(name);
    return [{ total: '7' }];
  };
  const scheduler = {
    immediate: async () => [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': expected } }] }],
    byIndex: async () => null,
    scan: readAs('scan'),
    heavy: async (_upload: unknown, _deadline: unknown, read: (session: object) => Promise<object[]>) => {
      const sql = (statement: string) => {
        used.push(statement);
        return heavy();
      };
      return read({ all: readAs('heavy'), sql });
    },
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
  const plan = planRows(upload, query, { use: 'used', mustScan: false, inOrder: true, blocks: null, ...indexes });
  const planner = { requestBlocks: async () => used.push('request') };
  const counter = new RowCounter(loadConfig({}), uncached, scheduler as never, {} as never, planner as never);
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

  describe('with text blocks', () => {
    const blocks = { condition, view: VIEW, mayRequest: false };
    const own = 'csv_parts.rows_1';

    it('reads them where the text is frequent, or no index finds it', async () => {
      for (const indexes of [{ blocks }, { blocks, mustScan: true }]) {
        const [read, ...others] = await readOf(51_000, own, contains, indexes);
        expect(read).toContain(`FROM ${VIEW}`);
        expect(others).toEqual([]);
      }
    });

    it('uses the index where the text is rare', async () => {
      expect(await readOf(49_000, own, contains, { blocks })).toEqual(['quick']);
    });

    it('requests them, and counts the rows meanwhile', async () => {
      const missing = { ...blocks, view: null, mayRequest: true };
      expect(await readOf(51_000, own, contains, { blocks: missing })).toEqual(['request', 'heavy']);
      expect(await readOf(51_000, own, contains, { blocks: missing, mustScan: true })).toEqual(['request', 'scan']);
      expect(await readOf(49_000, own, contains, { blocks: missing })).toEqual(['quick']);
    });

    it('counts the rows where they were dropped meanwhile, or are an index of an older worker', async () => {
      const wrongType = Object.assign(new Error('is not a table'), { code: '42809' });
      for (const error of [new NotFound({ what: 'upload' }), wrongType]) {
        const reads = await readOf(51_000, own, contains, { blocks }, async () => Promise.reject(error));
        expect(reads.slice(1)).toEqual(['heavy']);
      }
    });

    it('fails where reading them fails', async () => {
      const broken = readOf(51_000, own, contains, { blocks }, async () => Promise.reject(new Error('broken')));
      await expect(broken).rejects.toThrow('broken');
    });
  });

  it('is always quick in the shared table', async () => {
    expect(await readOf(999_999, 'csv_rows')).toEqual(['quick']);
  });

  it('uses the index for values, however many rows match', async () => {
    const unequal: RowSelection = { ...contains, conditions: [{ operator: 'ne', column, value: 'Berlin' }] };
    expect(await readOf(999_999, 'csv_parts.rows_1', unequal)).toEqual(['quick']);
  });
});

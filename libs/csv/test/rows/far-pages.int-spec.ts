import type { CsvColumn } from '@app/csv-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { RowsHarness } from './rows-harness.js';
import { newColumn } from './store-upload.js';

let database: TestDatabase;
let harness: RowsHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  harness = await RowsHarness.open(database.url, {}, { enable_seqscan: 'off', enable_sort: 'off' });
});
afterAll(async () => {
  await harness.close();
  await database.drop();
});

const ROWS = 50;
/** Each text at some rows, in no order; null where it stands for no cell. */
const mixed = (texts: (string | null)[]) =>
  Array.from({ length: ROWS }, (_, row) => texts[((row * 7919) % 101) % texts.length]!);

const COLUMNS: [what: string, facts: Partial<CsvColumn>, cells: (string | null)[]][] = [
  ['texts that all differ', {}, Array.from({ length: ROWS }, (_, row) => `t${(row * 37) % ROWS}`)],
  ['few texts, some cells empty', {}, mixed(['b', 'a', null, 'c', 'a', 'a\u001fb', 'd', 'a', 'e', 'a', 'f'])],
  ['one text', {}, mixed(['same'])],
  [
    'numbers that are written in several ways',
    { type: 'number' },
    mixed(['1', '1.0', '-2', '1e2', '100', '0.5', null]),
  ],
  ['numbers as 1.234,5', { type: 'number', format: '1.234,56' }, mixed(['1.234', '1234', '1,5', '2', '12,25'])],
  ['days', { type: 'date', format: 'DD.MM.YYYY' }, mixed(['02.01.2026', '01.02.2026', '31.12.2025', '01.02.2026'])],
  ['texts of which one stands for no value', { null_values: ['NA'] }, mixed(['NA', 'x', 'y', 'NA', 'z'])],
  ['no value at all', {}, mixed([null])],
];

describe('a page far behind the first, in the order of an index', () => {
  it.each(COLUMNS.flatMap((column) => (['v', '-v'] as const).map((sort_by) => [...column, sort_by] as const)))(
    'is that of the whole order: %s',
    async (_what, facts, cells, sort_by) => {
      const column = newColumn({ key: 'v', ...facts });
      const upload = await harness.newBigUpload(
        [column],
        cells.map((cell) => [cell]),
      );
      await harness.ask(upload, { sort_by });
      await harness.buildIndexes();
      const whole = await harness.ask(upload, { sort_by, page_size: '500' });
      expect(whole.performance.index).toBe('used');
      const order = whole.data.map(({ row_id }) => row_id);
      expect(order).toHaveLength(ROWS);

      for (const page_size of [1, 7]) {
        for (let page = 1; page <= ROWS / page_size; page += 1) {
          const { data } = await harness.ask(upload, { sort_by, page: String(page), page_size: String(page_size) });
          expect([page, data.map(({ row_id }) => row_id)]).toEqual([
            page,
            order.slice((page - 1) * page_size, page * page_size),
          ]);
        }
      }

      // However far it is, it begins near a sample.
      const filled = cells.filter((cell) => cell !== null && !column.null_values.includes(cell)).length;
      const sql = <Row>(statement: string, values: unknown[]): Promise<Row[]> =>
        harness.dataSource.query(statement, values);
      const key = { column, direction: sort_by === 'v' ? 'asc' : 'desc' } as const;
      for (let offset = 0; offset < ROWS; offset += 1) {
        const place = await harness.samples.locate(sql, upload, key, offset);
        if (offset >= filled) expect(place).toBeNull();
        else expect(place!.skip).toBeLessThan(harness.samples.stepOf());
      }
    },
  );
});

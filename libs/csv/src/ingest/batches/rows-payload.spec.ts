import { ColumnEvidence, NO_RULE, typeAndFormatOf } from '@app/csv-format';
import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';
import { RowsCollector } from './rows-payload.js';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');
const newCollector = (width: number) =>
  new RowsCollector(
    new BufferPool(8),
    { width, maxCount: 100, maxLength: 100 },
    new ColumnEvidence(Array(width).fill(NO_RULE)),
  );
const collect = (...rows: string[][]) => {
  const collector = newCollector(rows[0]?.length ?? 1);
  for (const row of rows) collector.add(row.map(latin1), 1);
  const { text, hasEscapes } = collector.payload();
  return { text: Buffer.from(text).toString(), hasEscapes };
};

describe('RowsCollector', () => {
  it('joins cells and rows with separators, in file order', () => {
    expect(collect(['1', 'é'], ['', ''])).toEqual({ text: '1\x1fé\x1e\x1f', hasEscapes: false });
    expect(collect(['1'], [''], ['2'])).toEqual({ text: '1\x1e\x1e2', hasEscapes: false });
  });

  it('escapes the control characters of cells, and says so', () => {
    expect(collect(['1', '😀'], ['x\x1fy', '\x01'])).toEqual({
      text: '1\x1f😀\x1ex\x1d\x02y\x1f\x03\x01\x01',
      hasEscapes: true,
    });
  });

  it('fills up short rows', () => {
    expect(collect(['1', '2', '3'], ['4'], ['', '5']).text).toBe('1\x1f2\x1f3\x1e4\x1f\x1f\x1e\x1f5\x1f');
  });

  it('narrows the types of the columns by the cells that are not empty', () => {
    const collector = newCollector(4);
    collector.add(['1', '', '2024-01-01', 'true'], 1);
    collector.add(['2.5', 'x'], 2);
    collector.add(['', '', '2024-01-02', 'a\x1fb'], 4);
    const { readings, filled, exceptions } = collector.evidence;
    expect(readings.map((left) => typeAndFormatOf(left, '.').type)).toEqual(['number', 'integer', 'date', 'boolean']);
    expect([...filled]).toEqual([2, 1, 2, 2]);
    expect([...exceptions]).toEqual([
      [1, { count: 1, alike: 1, row: 1, line: 2, value: 'x' }],
      [3, { count: 1, alike: 1, row: 2, line: 4, value: 'a\x1d\x02b' }],
    ]);
  });

  it('writes an empty text for no row and for one row of one empty cell', () => {
    expect(collect()).toEqual({ text: '', hasEscapes: false });
    expect(collect([''])).toEqual({ text: '', hasEscapes: false });
  });
});

import { needsEscape } from '@app/csv-format';
import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';
import { RowsCollector } from './rows-payload.js';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');
const collect = (...rows: string[][]) => {
  const collector = new RowsCollector(new BufferPool(8));
  for (const row of rows) collector.add(row.map(latin1), row.some(needsEscape));
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

  it('writes an empty text for no row and for one row of one empty cell', () => {
    expect(collect()).toEqual({ text: '', hasEscapes: false });
    expect(collect([''])).toEqual({ text: '', hasEscapes: false });
  });
});

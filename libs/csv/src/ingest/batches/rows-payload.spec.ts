import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';
import { keyOrder, RowsCollector } from './rows-payload.js';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');
const collect = (...rows: string[][]) => {
  const collector = new RowsCollector(new BufferPool(8));
  for (const row of rows) {
    const cells = row.map(latin1);
    collector.add(cells, /[\x1e\x1f]/.test(row.join('')));
  }
  const { form, text } = collector.payload();
  return { form, text: Buffer.from(text).toString() };
};

describe('keyOrder', () => {
  it('is the order of jsonb: shorter first, then by bytes', () => {
    const keys = ['bb', 'a', 'é', 'zz', 'ccc', 'B'];
    expect(keyOrder(keys).map((position) => keys[position])).toEqual(['B', 'a', 'bb', 'zz', 'é', 'ccc']);
  });
});

describe('RowsCollector', () => {
  it('joins cells and rows with separators', () => {
    expect(collect(['1', 'é'], ['', ''])).toEqual({ form: 'separated', text: '1\x1fé\x1e\x1f' });
  });

  it('writes JSON if a cell contains a separator', () => {
    expect(collect(['1', '😀'], ['x\x1fy', ''], ['"\\\n', '\x1e'])).toEqual({
      form: 'json',
      text: '[["1","😀"],["x\\u001fy",null],["\\"\\\\\\n","\\u001e"]]',
    });
  });

  it('writes JSON if a lone cell is empty, because separators would lose it', () => {
    expect(collect(['1'], [''])).toEqual({ form: 'json', text: '[["1"],[null]]' });
    expect(collect(['1'], ['2'])).toEqual({ form: 'separated', text: '1\x1e2' });
  });

  it('writes an empty text without rows', () => {
    expect(collect()).toEqual({ form: 'separated', text: '' });
  });
});

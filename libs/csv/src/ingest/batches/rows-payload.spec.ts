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

describe('the order of keys', () => {
  it('is that of jsonb: shorter first, then by bytes', () => {
    const keys = ['bb', 'a', 'é', 'zz', 'ccc', 'B'];
    expect(keyOrder(keys).map((position) => keys[position])).toEqual(['B', 'a', 'bb', 'zz', 'é', 'ccc']);
  });
});

describe('the rows of a batch', () => {
  it('are one text of cells and rows between separators', () => {
    expect(collect(['1', 'é'], ['', ''])).toEqual({ form: 'separated', text: '1\x1fé\x1e\x1f' });
  });

  it('are JSON where a cell holds a separator', () => {
    expect(collect(['1', '😀'], ['x\x1fy', ''], ['"\\\n', '\x1e'])).toEqual({
      form: 'json',
      text: '[["1","😀"],["x\\u001fy",null],["\\"\\\\\\n","\\u001e"]]',
    });
  });

  it('are JSON where a lone cell is empty, which would be no cell at all between separators', () => {
    expect(collect(['1'], [''])).toEqual({ form: 'json', text: '[["1"],[null]]' });
    expect(collect(['1'], ['2'])).toEqual({ form: 'separated', text: '1\x1e2' });
  });

  it('are nothing where there are none', () => {
    expect(collect()).toEqual({ form: 'separated', text: '' });
  });
});

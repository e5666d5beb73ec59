import { joinCells } from '@app/csv-format';
import { describe, expect, it, vi } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { Columns } from './columns.js';
import { CursorCodec } from './cursor-codec.js';
import { parseRowsQuery } from './parse-rows-query.js';
import { PageValues, warningsOf } from './rows-warnings.js';

const columns = new Columns(newColumns({ size: 'text', day: 'text', note: 'text', n: 'integer' }));
const [size, day, note] = columns.all;
const query = (raw: object) => parseRowsQuery(raw, columns, new CursorCodec('key'));

describe('the warnings of an answer', () => {
  it('look at the page once for all columns that it is ordered by', async () => {
    const typedOnPage = vi.fn(async () => new Set([day!]));
    const asked = query({ sort_by: 'size,day,n', filters: '{"note": {"gt": "x"}, "size": {"lt": "9"}}' });
    const warnings = await warningsOf(asked, typedOnPage);
    // The limit of `size` is a number, so no value of it has to be looked at.
    expect(typedOnPage.mock.calls).toEqual([[[note, day]]]);
    expect(warnings.map(({ column }) => column)).toEqual(['size', 'day']);
  });
});

describe('the values of a page', () => {
  const typedOf = (...rows: string[][]) => {
    const values = new PageValues([size!, day!, note!]);
    for (const row of rows) values.see(joinCells(row));
    return { keys: [...values.typed].map(({ key }) => key), isDecided: values.isDecided };
  };

  it('show a column whose values all look like numbers or days, and are at least two', () => {
    expect(typedOf(['1', '2026-01-02', 'x'], ['', '', ''], ['2', '', '3'])).toEqual({
      keys: ['size'],
      isDecided: false,
    });
    expect(typedOf(['a', 'b', 'c'])).toEqual({ keys: [], isDecided: true });
  });
});

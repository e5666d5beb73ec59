import { joinCells } from '@app/csv-format';
import { describe, expect, it, vi } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { Columns } from './columns.js';
import { CursorCodec } from './cursor-codec.js';
import { parseRowsQuery } from './parse-rows-query.js';
import { PageValues, warningsOf } from './rows-warnings.js';
import { looksTyped } from './typed-looks.js';

const columns = new Columns(newColumns({ size: 'text', day: 'text', note: 'text', n: 'integer' }));
const [size, day, note] = columns.all;
const query = (raw: object) => parseRowsQuery(raw, columns, new CursorCodec('key'));

describe('a text looks like a number or a day', () => {
  it.each([
    '12',
    '1.234,56',
    '12 kg',
    '12kg',
    '€ 1.234,50',
    '1.234,50 €',
    'EUR 9',
    'US$ 12.50',
    '-$5',
    '$-5',
    '(1,234.50)',
    '5 %',
    '12,34,567',
    '+4.5',
    '.5',
    '12-',
    '1\u00a0234',
    '1 234 567',
    '120 km/h',
    '−3,5 °C',
    '<10',
    '1e400',
    '2026-10-02',
    '2 Oct 2026',
    '2. Oktober 2026',
    'Oct 2, 2026',
    '02-OCT-26',
    'Mar 2024',
    'Fri, 2 Oct 2026 10:00:00 GMT',
    '2/10/26 9:30',
    '9:30',
    '9:30 pm',
    '1:02:03.5',
  ])('%s', (text) => {
    expect(looksTyped(text)).toBe(true);
  });

  it.each([
    '',
    'Rent',
    'n/a',
    '007',
    '00123 kg',
    'A12',
    'INV-2024',
    '12 Main Street',
    'Boeing 747 and others',
    '192.168.1.1.x',
    'may be 5',
    'Marie 5',
    'x'.repeat(41),
    `${'1'.repeat(50)} kg`,
    'https://a.org/1',
    '10115 Berlin',
  ])('and %j does not', (text) => {
    expect(looksTyped(text)).toBe(false);
  });
});

describe('the warnings of an answer', () => {
  it('look at the page once for all columns that it is ordered by', async () => {
    const typedOnPage = vi.fn(async () => new Set([day!]));
    const asked = query({ sort_by: 'size,day,n', filters: '{"note": {"gt": "x"}, "size": {"lt": "9"}}' });
    const warnings = await warningsOf(asked, typedOnPage);
    // The limit of `size` is a number, so no value of it has to be looked at; `n` has a type.
    expect(typedOnPage.mock.calls).toEqual([[[note, day]]]);
    expect(warnings.map(({ column }) => column)).toEqual(['size', 'day']);
  });
});

describe('the values of a page show a column', () => {
  const typedOf = (...rows: string[][]) => {
    const values = new PageValues([size!, day!, note!]);
    for (const row of rows) values.see(joinCells(row));
    return [...values.typed].map(({ key }) => key);
  };

  it('of which more than half look like numbers or days', () => {
    expect(typedOf(['9 kg', '2026-01-02', 'x'], ['10 kg', '', ''], ['n/a', 'y', '3'])).toEqual(['size']);
    expect(typedOf()).toEqual([]);
  });

  it('of which a single one is there, as for the greatest', () => {
    expect(typedOf(['9,50 €', '', 'x'])).toEqual(['size']);
  });
});

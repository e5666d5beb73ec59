import type { CsvColumn } from '@app/csv-format';
import { describe, expect, it } from 'vitest';
import type { RowsQuery } from './rows-query.js';
import { warningsOf } from './rows-warnings.js';
import { looksTyped } from './typed-looks.js';

const AMOUNT: CsvColumn = {
  key: 'amount',
  name: 'Amount',
  type: 'text',
  position: 1,
  format: null,
  null_values: [],
  would_be: null,
};
const sortedBy = (column: CsvColumn) =>
  ({ conditions: [], sort: [{ column, direction: 'asc' }] }) as unknown as RowsQuery;
const warned = (values: string[], column = AMOUNT) => warningsOf(sortedBy(column), () => values).length > 0;

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

describe('an order of text is warned of', () => {
  it('where more than half of the values on the page look like numbers or days', () => {
    expect(warned(['9 kg', '10 kg', 'n/a'])).toBe(true);
    expect(warned(['9', 'n/a'])).toBe(false);
    expect(warned(['Rent', 'Food', '3'])).toBe(false);
    expect(warned([])).toBe(false);
  });

  it('where the page shows a single value, as for the greatest', () => {
    expect(warned(['9,50 €'])).toBe(true);
  });

  it('not where the column has a type', () => {
    expect(warned(['9', '10'], { ...AMOUNT, type: 'number' })).toBe(false);
  });
});

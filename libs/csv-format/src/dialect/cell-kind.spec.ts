import { describe, expect, it } from 'vitest';
import { Kind, kindOf } from './cell-kind.js';

const nameOf = (cell: string, quoted = false): string => {
  const bytes = Buffer.from(cell);
  const kind = kindOf(bytes, 0, bytes.length, quoted);
  return Object.entries(Kind).find(([, value]) => value === kind)![0];
};

describe('the kind of a cell', () => {
  it.each([
    ['Empty', ['', ' ', '   ']],
    ['Integer', ['0', '-17', '+4', '007', ' 12 ', '1704067200']],
    ['DotNumber', ['1.5', '-0.25', '1,234.5', '1,234,567', '1e-3', '1.2E+05', '.5', '1 234']],
    ['CommaNumber', ['1,5', '-0,25', '1.234,5', '1 234,56']],
    [
      'Quantity',
      [
        ...['12%', '12 %', '3,50 €', '€1.50', '$ 1,234.00', '1 234,56 €'],
        ...["CHF 1'234,50", "1'234.50", '9,50 kr', '1 234,56 EUR', '(3,50)', '(1,404,849.83)', '(€ 3,50)'],
      ],
    ],
    [
      'Date',
      [
        '2024-01-31',
        '31.12.2024',
        '1/2/2024',
        '2024/01/31',
        '2024-01',
        '2024-01-31 10:00:00',
        '2024-01-31T10:00:00Z',
        '31.12.2024 10:00',
        '1/2/2024 10:00:00 PM',
        '10:00 AM',
      ],
    ],
    ['Time', ['10:00', '10:00:30', '10:00:30.123']],
    ['Boolean', ['true', 'FALSE', 'Yes', 'no']],
    ['Address', ['a@b.org', 'http://x.org/a?b=c', '192.168.0.1']],
    ['Code', ['AB-12', 'sensor_3', '0x1F', 'T2M']],
    ['Text', ['Paris', 'New York', "O'Neil", 'Straße', '東京', '1-2', 'n/a', '(draft)', 'a "b" c', '5 apples']],
    ['Prose', ['Paris, France', 'well, yes', 'http://x.org/a?b=c;d|e,f']],
    ['Unsplit', ['5;13', 'a,b', '1,2,3', '12:5,3', '"quoted"', '5"', 'a|b', 'x^y']],
    ['Unbalanced', ['[1', '2]', '{"a": 1', 'f(x']],
    ['Control', ['a\tb', 'a\x01b', '\0']],
  ])('%s', (name, cells) => {
    expect(cells.map((cell) => [cell, nameOf(cell)])).toEqual(cells.map((cell) => [cell, name]));
  });

  it('is text for any quoted separators', () => {
    for (const cell of ['a,b', '5;13', '[1', 'a\tb', 'x, y']) expect(nameOf(cell, true)).toBe('Text');
    expect(nameOf('1,5', true)).toBe('CommaNumber');
  });
});

import { describe, expect, it } from 'vitest';
import { inNotation, shortIn } from './notation.js';

describe('a value of a profile', () => {
  it.each([
    [1234.5, '1.234,56', '1.234,5'],
    [1234567.25, '1 234,56', '1 234 567,25'],
    [-1234.5, "1'234.56", "-1'234.5"],
    [-123, '1,234.56', '-123'],
    [1234.5, '1234,56', '1234,5'],
    [1234.5, null, '1234.5'],
    [1.5e21, '1.234,56', '1.5e+21'],
    ['2026-10-02', 'DD.MM.YY', '02.10.26'],
    ['2026-10-02', 'M/D/YYYY', '10/2/2026'],
    ['2026-10-02', 'YYYY/MM/DD', '2026/10/02'],
    ['2026-10-02', null, '2026-10-02'],
    ['2023-08-03T02:01:00', 'DD.MM.YYYY HH:MM:SS', '03.08.2023 02:01:00'],
    ['2023-08-03T00:01:30', 'MM/DD/YYYY hh:MM:SS AM', '08/03/2023 12:01:30 AM'],
    ['2023-08-03T14:01:30', 'MM/DD/YYYY hh:MM AM', '08/03/2023 02:01 PM'],
    ['about 2026-10-02', 'DD.MM.YY', 'about 2026-10-02'],
    ['1.234', '1.234,56', '1.234'],
    [true, null, 'true'],
  ])('%s in a column as in %s is written %s', (value, format, text) => expect(inNotation(value, format)).toBe(text));

  it.each([
    [1234.56, '1.234,56', '1.235'],
    [12.345, '1234,56', '12,35'],
    [12345, null, '12350'],
    [1234567, '1,234.56', '1.235M'],
    [1234567, '1.234,56', '1,235M'],
  ])('%d at the end of a histogram as in %s is written %s', (value, format, text) =>
    expect(shortIn(value, format)).toBe(text),
  );
});

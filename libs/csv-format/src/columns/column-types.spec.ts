import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readingsOf, typeAndFormatOf } from './column-formats.js';
import { narrow } from './column-types.js';
import { ANY, NONE, type Readings } from './readings.js';

/** Narrows by a value with digits before and behind it, which are no part of it. */
function narrowBy(readings: Readings, value: string): Readings {
  const bytes = Buffer.from(`12${value}34`);
  return narrow(readings, bytes, 2, bytes.length - 2);
}
const readingsOfAll = (values: readonly string[]) => values.reduce(narrowBy, ANY);
/** The type and format of values, as `type` or `type format`. */
const kindOf = (...values: string[]): string => {
  const { type, format } = typeAndFormatOf(readingsOfAll(values), '.');
  return format === null ? type : `${type} ${format}`;
};

describe('a value is', () => {
  it.each(['0', '-0', '7', '-12', '1234567890', '9007199254740991', '-9007199254740991'])('an integer: %s', (value) => {
    expect(kindOf(value)).toBe('integer');
  });

  it.each([
    '0.5',
    '-0.5',
    '1.10',
    '1e3',
    '1E+3',
    '-1.5e-7',
    '123456789012.345',
    '0.000000000000000123456789012345',
    '1e308',
    '1.5e-308',
    '0e999',
    '0.0',
  ])('a number and no integer: %s', (value) => {
    expect(kindOf(value)).toBe('number');
  });

  it.each(['true', 'FALSE', 'True', 'fAlSe'])('a boolean: %s', (value) => {
    expect(kindOf(value)).toBe('boolean');
  });

  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('a date: %s', (value) => {
    expect(kindOf(value)).toBe('date');
  });

  it.each([
    '2024-02-29T12:00:00Z',
    '2024-02-29 12:00:00',
    '2024-02-29t23:59:59.123456789z',
    '2024-01-01T00:00:00+05:30',
    '1990-12-31T23:59:60Z',
    '2024-01-01 00:00:00.5-23:59',
    `2024-01-01T00:00:00.${'1'.repeat(30)}Z`,
  ])('a datetime: %s', (value) => {
    expect(kindOf(value)).toBe('datetime');
  });

  it.each([
    `2024-01-01T00:00:00.${'1'.repeat(31)}Z`,
    '007',
    '00',
    '-',
    '--1',
    '+47',
    '1.',
    '.5',
    '1e',
    '1e+',
    '0x1f',
    '1_000',
    ' 1',
    '1 ',
    '١',
    'NA',
    'nan',
    'inf',
    'Infinity',
    '9007199254740992',
    '-9007199254740992',
    '12345678901234567890',
    '1234567890.123456',
    '1e309',
    '1e-400',
    '0.1e-330',
    'tru',
    'truee',
    'yes',
    't',
    '1.5.1',
    '-01',
    '1-1',
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-04-31',
    '0000-01-01',
    '2024-1-1',
    '2024-01-01Z',
    '-2024-01-01',
    '2024-02-29T24:00:00Z',
    '2024-02-29T12:60:00Z',
    '2024-02-29T12:00:60Z',
    '2024-02-29T12:00Z',
    '2024-02-29T12:00:00+0530',
    '2024-02-29T12:00:00.Z',
    '2024-02-29T12:00:00+24:00',
    '2024-02-29_12:00:00',
    '2024-02-29T12:00:00 Z',
    '2023-02-29T12:00:00Z',
  ])('text: %s', (value) => {
    expect(readingsOfAll([value])).toBe(NONE);
  });

  it.each([
    ['1,5', 'number 1234,56'],
    ['-0,25e3', 'number 1234,56'],
    ['0,123', 'number 1234,56'],
    ['1234,567', 'number 1234,56'],
    ['0.123', 'number'],
    ['1.234.567', 'number 1.234,56'],
    ['-9.967,97', 'number 1.234,56'],
    ['12,345,678.9', 'number 1,234.56'],
    ['1 234', 'number 1 234.56'],
    ['1\u00a0234,5', 'number 1\u00a0234,56'],
    ['12\u202f345,50', 'number 1\u202f234,56'],
    ["1'234", "number 1'234.56"],
    ['1\u2019234\u2019567.25', 'number 1\u2019234.56'],
    ['123.456.789.012,345', 'number 1.234,56'],
  ])('a number with other marks: %s is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it.each([
    '1,23,456',
    '1.23.456',
    '1,234.567.890',
    '1.234.56',
    '0,123,456',
    '00,123.5',
    '1234,567.5',
    '1.234,',
    ',234',
    '1.234,5e3',
    '1  234',
    "1'234 567",
    '1,234-',
    '-1.234,5-',
    '+1.234,56',
    '1.234,56 €',
    '12,5%',
    '(1,234)',
    '1.234.567.890.123.456',
    '1 2',
  ])('text, as its marks are no format: %s', (value) => {
    expect(readingsOfAll([value])).toBe(NONE);
  });

  it.each([
    ['02.10.2026', 'date DD.MM.YYYY'],
    ['1.2.2026', 'date DD.MM.YYYY'],
    ['02.10.26', 'date DD.MM.YY'],
    ['31/12/1999', 'date DD/MM/YYYY'],
    ['12/31/1999', 'date MM/DD/YYYY'],
    ['1/31/99', 'date MM/DD/YY'],
    ['31-12-1999', 'date DD-MM-YYYY'],
    ['12-31-99', 'date MM-DD-YY'],
    ['2024/02/29', 'date YYYY/MM/DD'],
    ['2024.2.9', 'date YYYY.MM.DD'],
    ['21-07-2023 02:01:00', 'datetime DD-MM-YYYY HH:MM:SS'],
    ['02.10.2026 7:05', 'datetime DD.MM.YYYY HH:MM:SS'],
    ['7/31/2023 12:00 AM', 'datetime MM/DD/YYYY hh:MM:SS AM'],
    ['7/31/2023 1:02:03pm', 'datetime MM/DD/YYYY hh:MM:SS AM'],
    ['2024-02-29 12:00', 'datetime YYYY-MM-DD HH:MM:SS'],
    ['2024/02/29T23:59:59.999', 'datetime YYYY/MM/DD HH:MM:SS'],
  ])('a day in another order: %s is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it.each([
    '29.02.2023',
    '00.01.2024',
    '12.31.2024',
    '31/04/2024',
    '13/13/2024',
    '1.2.10',
    '1-2-10',
    '10.10.102',
    '1.1.1',
    '2024-02.29',
    '02.10/2026',
    '2024/13/01',
    '02.10.2026 24:00',
    '02.10.2026 12:60',
    '02.10.2026 12:00:60',
    '02.10.2026 12:00Z',
    '02.10.2026 12',
    '7/31/2023 13:00 PM',
    '7/31/2023 0:00 AM',
    '7/31/2023 1:00 XM',
    '02.10.2026  12:00',
    '192.168.1.24',
  ])('text, as no day is written so: %s', (value) => {
    expect(readingsOfAll([value])).toBe(NONE);
  });
});

describe('a column is', () => {
  it('what all of its values are', () => {
    expect(kindOf('1', '2')).toBe('integer');
    expect(kindOf('1', '2.5')).toBe('number');
    expect(kindOf('9007199254740991', '0.5')).toBe('number');
    expect(kindOf('true', 'FALSE')).toBe('boolean');
    expect(kindOf('2024-01-01')).toBe('date');
    expect(kindOf('2024-01-01 10:00:00', '2024-01-01T10:00:00Z')).toBe('datetime');
  });

  it('text when one value is of another type', () => {
    expect(kindOf('1', 'n/a')).toBe('text');
    expect(kindOf('1', 'true')).toBe('text');
    expect(kindOf('2024-01-01', '2024-01-01T10:00:00Z')).toBe('text');
    expect(kindOf('1', '007')).toBe('text');
    expect(kindOf('1.234,5', '1,234.5')).toBe('text');
    expect(kindOf('1 234', "1'234")).toBe('text');
    expect(kindOf('1.234', '1.2345', '1.234.567')).toBe('text');
    expect(kindOf('31.12.2024', '31/12/2024')).toBe('text');
    expect(kindOf('31/12/2024', '12/31/2024')).toBe('text');
    expect(kindOf('31.12.2024', '31.12.24')).toBe('text');
    expect(kindOf('31.12.2024', '31.12.2024 10:00')).toBe('text');
  });

  it('read by the one format that all of its values allow', () => {
    expect(kindOf('03-08-2023 02:01:00', '21-07-2023 02:01:00')).toBe('datetime DD-MM-YYYY HH:MM:SS');
    expect(kindOf('120,50', '1.240.294,00', '99,10', '12345,00')).toBe('number 1.234,56');
    expect(kindOf('1.234', '1.234.567')).toBe('number 1.234,56');
    expect(kindOf('1.234', '5')).toBe('number');
    expect(kindOf('1,234', '12,5')).toBe('number 1234,56');
    expect(kindOf('2024-01-05 10:00:00', '2024-01-05 10:00')).toBe('datetime YYYY-MM-DD HH:MM:SS');
  });

  it('text where day and month may each come first', () => {
    expect(kindOf('01/02/2024', '03/04/2024')).toBe('text');
    expect(kindOf('01.02.2024', '03.04.2024')).toBe('date DD.MM.YYYY');
  });
});

describe('the readings of a value', () => {
  const arbNearly = fc
    .oneof(
      fc
        .array(fc.constantFrom(..."0123456789..,,--++eETZ:/ '\u00a0\u202f\u2019AMtru"), { maxLength: 26 })
        .map((parts) => parts.join('')),
      fc.double().map(String),
      fc.integer().map(String),
      fc.maxSafeInteger().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
    )
    .filter((value) => value !== '');

  it('without a format are those of the documented rules', () => {
    fc.assert(
      fc.property(arbNearly, (value) => {
        const found = readingsOfAll([value]);
        const types = (['integer', 'number', 'boolean', 'date', 'datetime'] as const).filter((type) => {
          const wanted = readingsOf(type, null);
          return (found & wanted) === wanted;
        });
        expect(types).toEqual(byTheRules(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it('do not depend on what else is still possible', () => {
    fc.assert(
      fc.property(arbNearly, arbNearly, (value, before) => {
        const possible = readingsOfAll([before]);
        expect(narrowBy(possible, value)).toBe(narrowBy(readingsOfAll([value]), before));
      }),
    );
  });
});

/** The rules of the contract for types without a format, written as plainly as possible and without regard to speed. */
function byTheRules(value: string): string[] {
  if (/^-?(0|[1-9][0-9]*)$/.test(value))
    return Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER ? ['integer', 'number'] : [];
  if (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(value)) {
    const digits = value
      .replace(/[eE].*/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+/, '');
    const inRange = Number.isFinite(Number(value)) && (Number(value) !== 0 || digits === '');
    return digits.length <= 15 && inRange ? ['number'] : [];
  }
  if (/^(true|false)$/i.test(value)) return ['boolean'];
  const [, day, time] = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ](.*))?$/s.exec(value) ?? [];
  if (day === undefined || day.startsWith('0000')) return [];
  const instant = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== day) return [];
  if (value.length === 10) return ['date'];
  const isTime =
    /^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|(?<=:[25]9:)60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$/;
  return time !== undefined && isTime.test(time) ? ['datetime'] : [];
}

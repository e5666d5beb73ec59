import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANY,
  BOOLEAN,
  columnTypeOf,
  DATE,
  DATETIME,
  INTEGER,
  NONE,
  NUMBER,
  narrow,
  type TypeSet,
} from './column-types.js';

/** Narrows by a value that stands between digits, which are no part of it. */
function narrowBy(types: TypeSet, value: string, decimal = '.'): TypeSet {
  const bytes = Buffer.from(`12${value}34`);
  return narrow(types, bytes, 2, bytes.length - 2, decimal.charCodeAt(0));
}
const typesOf = (value: string, decimal?: string) => narrowBy(ANY, value, decimal);
const typeOfAll = (...values: string[]) => columnTypeOf(values.reduce((types, value) => narrowBy(types, value), ANY));

const INT = INTEGER | NUMBER;

describe('a value is', () => {
  it.each(['0', '-0', '7', '-12', '1234567890', '9007199254740991', '-9007199254740991'])('an integer: %s', (value) => {
    expect(typesOf(value)).toBe(INT);
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
    expect(typesOf(value)).toBe(NUMBER);
  });

  it.each(['true', 'FALSE', 'True', 'fAlSe'])('a boolean: %s', (value) => {
    expect(typesOf(value)).toBe(BOOLEAN);
  });

  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('a date: %s', (value) => {
    expect(typesOf(value)).toBe(DATE);
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
    expect(typesOf(value)).toBe(DATETIME);
  });

  it.each([
    `2024-01-01T00:00:00.${'1'.repeat(31)}Z`,
    '007',
    '00',
    '-',
    '--1',
    '+47',
    '1,5',
    '1.',
    '.5',
    '1e',
    '1e+',
    '0x1f',
    '1_000',
    '1 000',
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
    '2024/01/01',
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
    expect(typesOf(value)).toBe(NONE);
  });

  it('a number by the given decimal mark only', () => {
    expect(typesOf('1,5', ',')).toBe(NUMBER);
    expect(typesOf('-0,25e3', ',')).toBe(NUMBER);
    expect(typesOf('1.5', ',')).toBe(NONE);
    expect(typesOf('12', ',')).toBe(INT);
    expect(typesOf('1,0e999', ',')).toBe(NONE);
    expect(typesOf('2024-01-01 00:00:00.5', ',')).toBe(DATETIME);
  });
});

describe('a column is', () => {
  it('what all of its values are', () => {
    expect(typeOfAll('1', '2')).toBe('integer');
    expect(typeOfAll('1', '2.5')).toBe('number');
    expect(typeOfAll('9007199254740991', '0.5')).toBe('number');
    expect(typeOfAll('true', 'FALSE')).toBe('boolean');
    expect(typeOfAll('2024-01-01')).toBe('date');
    expect(typeOfAll('2024-01-01 10:00:00', '2024-01-01T10:00:00Z')).toBe('datetime');
  });

  it('text when one value is of another type', () => {
    expect(typeOfAll('1', 'n/a')).toBe('text');
    expect(typeOfAll('1', 'true')).toBe('text');
    expect(typeOfAll('2024-01-01', '2024-01-01T10:00:00Z')).toBe('text');
    expect(typeOfAll('1', '007')).toBe('text');
  });

  it('text without any value', () => {
    expect(typeOfAll()).toBe('text');
  });
});

describe('the types of a value', () => {
  const arbNearly = fc
    .oneof(
      fc.array(fc.constantFrom(...'0123456789..,--++eETZ: tru'), { maxLength: 26 }).map((parts) => parts.join('')),
      fc.double().map(String),
      fc.integer().map(String),
      fc.maxSafeInteger().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
    )
    .filter((value) => value !== '');

  it('are those of the documented rules', () => {
    fc.assert(
      fc.property(arbNearly, (value) => {
        expect(typesOf(value)).toBe(byTheRules(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it('do not depend on what else is still possible', () => {
    fc.assert(
      fc.property(arbNearly, fc.integer({ min: 0, max: ANY }), (value, types) => {
        expect(narrowBy(types, value)).toBe(types & typesOf(value));
      }),
    );
  });
});

/** The contract, as slowly as it is written. */
function byTheRules(value: string): number {
  if (/^-?(0|[1-9][0-9]*)$/.test(value)) return Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER ? INT : NONE;
  if (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(value)) {
    const digits = value
      .replace(/[eE].*/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+/, '');
    const inRange = Number.isFinite(Number(value)) && (Number(value) !== 0 || digits === '');
    return digits.length <= 15 && inRange ? NUMBER : NONE;
  }
  if (/^(true|false)$/i.test(value)) return BOOLEAN;
  const [, day, time] = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ](.*))?$/s.exec(value) ?? [];
  if (day === undefined || day.startsWith('0000')) return NONE;
  const instant = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== day) return NONE;
  if (value.length === 10) return DATE;
  const isTime =
    /^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|(?<=:[25]9:)60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$/;
  return time !== undefined && isTime.test(time) ? DATETIME : NONE;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from './task-fields.js';

describe('parsing a time', () => {
  it.each([
    ['2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24t18:00:00z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24T18:00:00.1239Z', '2026-12-24T18:00:00.123Z'],
    ['2026-12-24T18:00:00+05:30', '2026-12-24T12:30:00.000Z'],
    ['2026-12-24T18:00:00-00:00', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24', '2026-12-24T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ])('reads %s as %s', (text, time) => {
    expect(parseTime(text)?.toISOString()).toBe(time);
  });

  it.each([
    '',
    'tomorrow',
    '2026-12-24T18:00:00', // no zone
    '2026-12-24T18:00Z',
    '2026-12-24 18:00:00Z',
    '2026-12-24T18:00:00 01:00', // a + that was not encoded in a URL
    '2026-12-24T24:00:00Z',
    '2026-12-24T18:60:00Z',
    '2026-12-24T18:00:00+24:00',
    '2026-02-29',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '0000-01-01',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '20261224',
    '1766599200000',
    '+012026-12-24T18:00:00Z',
  ])('rejects %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('reads every time that the api writes', () => {
    const times = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        expect(parseTime(time.toISOString())).toEqual(time);
      }),
    );
  });

  it('returns a valid time or undefined for any text', () => {
    const almost = fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+ ') });
    fc.assert(
      fc.property(fc.oneof(almost, fc.string()), (text) => {
        const time = parseTime(text);
        if (time) expect(time.toISOString()).toMatch(/^\d{4}-\d\d-\d\dT/);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueDate, dueDateText, storedDueDate } from './due-date.js';

const parseTime = (text: string) => DueDate.parse(text)?.at;

describe('parsing a due date', () => {
  it.each([
    ['2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24t18:00:00z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24T18:00:00.1239Z', '2026-12-24T18:00:00.123Z'],
    ['2026-12-24T18:00:00+05:30', '2026-12-24T12:30:00.000Z'],
    ['2026-12-24T18:00:00-00:00', '2026-12-24T18:00:00.000Z'],
  ])('reads %s as %s', (text, time) => {
    expect(parseTime(text)?.toISOString()).toBe(time);
  });

  it.each([
    ['2026-12-24', '2026-12-24T23:59:59.999Z'],
    ['2028-02-29', '2028-02-29T23:59:59.999Z'],
    ['0001-01-01', '0001-01-01T23:59:59.999Z'],
    ['9999-12-31', '9999-12-31T23:59:59.999Z'],
  ])('reads the day %s, which is due at %s, and writes it as it was given', (text, end) => {
    const due = DueDate.parse(text)!;
    expect(due).toMatchObject({ isDay: true, at: new Date(end) });
    expect(dueDateText(storedDueDate(due))).toBe(text);
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
        const text = `${DueDate.parse(time.toISOString())}`;
        expect(text).toBe(time.toISOString());
      }),
    );
  });

  it('includes the day of a bound that is a day, and excludes a bound that is an instant', () => {
    const day = DueDate.parse('2026-12-01')!;
    expect(day.endOfBefore.toISOString()).toBe('2026-12-02T00:00:00.000Z');
    expect(day.startOfAfter.toISOString()).toBe('2026-11-30T23:59:59.999Z');
    const instant = DueDate.parse('2026-12-01T00:00:00Z')!;
    expect([instant.endOfBefore, instant.startOfAfter]).toEqual([instant.at, instant.at]);
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

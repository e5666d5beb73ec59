import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from './timestamps.js';

const parseAny = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

/** PostgreSQL writes no zero at the end of a fraction. */
const fraction = fc
  .integer({ min: 0, max: 999_999 })
  .map((micros) => `.${String(micros).padStart(6, '0')}`.replace(/\.?0+$/, ''));

describe('a timestamp of PostgreSQL', () => {
  it('is the same time that pg reads', () => {
    const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    const zones = fc.constantFrom('+00', '+00', '+01', '-03:30', '+00:00:01');
    fc.assert(
      fc.property(days, fraction, zones, (day, digits, zone) => {
        const text = `${day.toISOString().slice(0, 19).replace('T', ' ')}${digits}${zone}`;
        expect(parseTimestamp(text)).toEqual(parseAny(text));
      }),
    );
  });

  it.each([
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    '294276-12-31 23:59:59.999999+00',
    '0050-01-01 00:00:00+00',
    '2024-02-29 23:59:59.999999+00',
  ])('is what pg reads also where it is unusual: %s', (text) => {
    expect(parseTimestamp(text)).toEqual(parseAny(text));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayFormatText,
  isoText,
  numberFormatText,
  plainNumber,
  readDayFormat,
  readingsOf,
  readNumberFormat,
  typeAndFormatOf,
  typeOfFormat,
} from './column-formats.js';
import { narrow } from './column-types.js';
import { ANY, GROUPED_FORMS, NONE } from './readings.js';

const readingsOfText = (text: string, among = ANY) => {
  const bytes = Buffer.from(text);
  return narrow(among, bytes, 0, bytes.length);
};

/** Writes a number with marks, as people do. */
function written(value: number, thousands: string, decimal: string): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(2).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, () => thousands);
  return `${value < 0 ? '-' : ''}${grouped}${decimal}${fraction}`;
}

describe('a format of numbers', () => {
  it('is read as it is written', () => {
    for (const { thousands, decimal } of GROUPED_FORMS) {
      expect(readNumberFormat(numberFormatText({ thousands, decimal }))).toEqual({ thousands, decimal });
    }
    expect(readNumberFormat('1234,56')).toEqual({ thousands: '', decimal: ',' });
    for (const text of ['', '1,234,56', '1.234.56', '1_234.56', '1234', 'x', '1 234 56'])
      expect(readNumberFormat(text), text).toBeNull();
  });

  it('gives back each number that is written in it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...GROUPED_FORMS),
        fc.integer({ min: -(10 ** 12), max: 10 ** 12 }).map((cents) => cents / 100),
        ({ thousands, decimal, bit }, value) => {
          const text = written(value, thousands, decimal);
          expect(Number(plainNumber(text, { thousands, decimal }))).toBe(value);
          const found = readingsOfText(text);
          expect(found & bit).toBe(bit);
          // Two digits behind the decimal mark are no group, so a number with both marks has one reading.
          if (Math.abs(value) >= 1000) expect(found).toBe(bit);
        },
      ),
    );
  });
});

const ORDERS = ['day', 'month', 'year'] as const;
const arbFormat = fc
  .record({
    order: fc.constantFrom(...ORDERS),
    separator: fc.constantFrom('.' as const, '/' as const, '-' as const),
    yearDigits: fc.constantFrom(2 as const, 4 as const),
    time: fc.constantFrom('none' as const, '24h' as const, '12h' as const),
  })
  .filter(
    ({ order, separator, yearDigits }) =>
      !(order === 'month' && separator === '.') && !(order === 'year' && yearDigits === 2),
  );

describe('a format of days', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(arbFormat, (format) => {
        expect(readDayFormat(dayFormatText(format))).toEqual(format);
      }),
    );
  });

  it.each([
    ['d.m.yyyy', 'DD.MM.YYYY'],
    ['M/D/YY', 'MM/DD/YY'],
    ['DD.MM.YYYY HH:MM', 'DD.MM.YYYY HH:MM:SS'],
    ['mm/dd/yyyy hh:mm:ss am/pm', 'MM/DD/YYYY hh:MM:SS AM'],
    ['YYYY-MM-DDTHH:MM:SS', 'YYYY-MM-DD HH:MM:SS'],
  ])('%s means %s', (text, meant) => {
    expect(dayFormatText(readDayFormat(text)!)).toBe(meant);
  });

  it.each([
    '',
    'DD.MM',
    'MM.DD.YYYY',
    'YY-MM-DD',
    'DD.MM/YYYY',
    'DD.MM.YYY',
    'YYYYMMDD',
    'DD.MM.YYYY SS',
    'YYYY/DD/MM',
    '%d.%m.%Y',
  ])('is not %j', (text) => {
    expect(readDayFormat(text)).toBeNull();
    expect(typeOfFormat(text)).toBeNull();
  });

  it('gives back each day and time that is written in it', () => {
    const arbDate = fc.date({ min: new Date('1969-01-01'), max: new Date('2068-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(arbFormat, arbDate, (format, instant) => {
        const iso = instant.toISOString().slice(0, 19);
        const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-');
        const parts = { day: [day, month], month: [month, day], year: [] }[format.order];
        const shownYear = year.slice(-format.yearDigits);
        const date = (format.order === 'year' ? [year, month, day] : [...parts, shownYear]).join(format.separator);
        const hour = Number(iso.slice(11, 13));
        const rest = iso.slice(13);
        const time = {
          none: '',
          '24h': ` ${hour}${rest}`,
          '12h': ` ${hour % 12 || 12}${rest} ${hour < 12 ? 'AM' : 'PM'}`,
        }[format.time];
        const text = date + time;

        const type = format.time === 'none' ? 'date' : 'datetime';
        const own = readingsOf(type, dayFormatText(format));
        expect(readingsOfText(text, own), text).not.toBe(NONE);
        expect(isoText(text, format.order)).toBe(format.time === 'none' ? iso.slice(0, 10) : iso);
        const told = typeAndFormatOf(readingsOfText(text), '.');
        // A day of up to 12 leaves open which of the two is the month, except with points.
        const isOpen = format.order !== 'year' && format.separator !== '.' && Number(day) <= 12;
        const isRfc =
          format.order === 'year' &&
          format.separator === '-' &&
          (format.time === 'none' || (format.time === '24h' && hour > 9));
        expect(told).toEqual(
          isOpen ? { type: 'text', format: null } : { type, format: isRfc ? null : dayFormatText(format) },
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends the 21st century of two digits at 68', () => {
    expect(isoText('01.01.68', 'day')).toBe('2068-01-01');
    expect(isoText('01.01.69', 'day')).toBe('1969-01-01');
    expect(isoText('01.01.00', 'day')).toBe('2000-01-01');
  });
});

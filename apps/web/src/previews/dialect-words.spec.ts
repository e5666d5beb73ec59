import { describe, expect, it } from 'vitest';
import { EMPTY_OPTIONS } from '../uploads/options.js';
import { areCellsTheSame, detectedWords, differencesOf, isWorthOffering } from './dialect-words.js';

const dialect = {
  newline: 'lf' as const,
  preamble_lines: 2,
  decimal: ',' as const,
  delimiter: ';',
  quote: '"',
  escape: '"',
  encoding: 'utf-8',
  has_header: true,
  thousands: '.',
  trim: false,
  comment: '',
  confidence: 0.9,
};

describe('the words for a dialect', () => {
  it('tell what was detected for each option', () => {
    expect(detectedWords(dialect, 3)).toEqual({
      delimiter: 'semicolon (;)',
      quote: 'double (")',
      escape: 'doubled quote',
      header: 'yes',
      encoding: 'utf-8',
      decimal: 'comma',
      thousands: 'point',
      trim: 'no',
      skip: '2',
      skip_footer: '3',
    });
    expect(detectedWords({ ...dialect, quote: '', escape: '', thousands: '' }, 0)).toMatchObject({
      quote: 'none',
      escape: 'none',
      thousands: 'none',
    });
  });

  it('tell in what an alternative differs, as options that declare it', () => {
    expect(differencesOf(dialect, { ...dialect, confidence: 0.1, preamble_lines: 0 })).toEqual([]);
    const other = { ...dialect, delimiter: '\t', quote: '', has_header: false, encoding: 'windows-1250' };
    expect(differencesOf(dialect, other)).toEqual([
      { option: 'encoding', value: 'windows-1250', words: 'windows-1250' },
      { option: 'delimiter', value: '\t', words: 'tab' },
      { option: 'quote', value: 'none', words: 'no quotes' },
      { option: 'header', value: 'false', words: 'without a header' },
    ]);
  });

  it('forget single columns only when the cells are others', () => {
    expect(areCellsTheSame(EMPTY_OPTIONS, { ...EMPTY_OPTIONS, decimal: ',' })).toBe(true);
    expect(areCellsTheSame(EMPTY_OPTIONS, { ...EMPTY_OPTIONS, delimiter: ',' })).toBe(false);
  });
});

it.each([
  ['one of 5 % beside a sure verdict', 0.05, 0.95, true],
  ['one of under a percent beside an unsure verdict', 0.004, 0.6, true],
  ['one of under a percent beside a sure verdict', 0.004, 0.99, false],
])('another reading is offered or not: %s', (_, confidence, ofVerdict, isOffered) =>
  expect(isWorthOffering(confidence, ofVerdict)).toBe(isOffered),
);

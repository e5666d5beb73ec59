import { describe, expect, it } from 'vitest';
import { detectDialect } from './detect-dialect.js';

const told = (text: string) => detectDialect(Buffer.from(text), {}, true).warnings.map(({ code }) => code);

describe('numbers behind a word, which may be names of columns or a row', () => {
  it.each([
    [
      'stations above fractions',
      'date,4711,4712,4713\n2024-01-01,0.5,0.6,0.1\n2024-01-02,0.4,0.7,0.2\n2024-01-03,0.3,0.9,0.2\n',
    ],
    [
      'stations above decimal commas',
      'Datum;4711;4712;4713\n01.01.2024;0,5;0,6;0,1\n02.01.2024;0,4;0,7;0,2\n03.01.2024;0,3;0,9;0,2\n',
    ],
    [
      'shares above dates and numbers',
      'date,0.05,0.5,0.95\n2024-01-01,1.2,2.5,4.1\n2024-01-02,1.1,2.4,4.4\n2024-01-03,1.3,2.6,4.0\n',
    ],
    ['ports above words', 'host,22,80,443\nweb1,open,open,open\ndb1,open,closed,closed\nnas,closed,open,open\n'],
    ['an empty corner', ',10,25,50\nlake A,0.5,0.6,0.1\nlake B,0.4,0.7,0.2\nlake C,0.3,0.9,0.2\n'],
    ['doses with units above counts', 'Sample,0.1 mM,0.5 mM,1 mM\nA,12,15,18\nB,11,10,9\n'],
    ['ages that ascend above counts that do not', 'Sex,18,19,20\nm,12,15,14\nf,13,11,17\n'],
  ])('are told: %s', (_, text) => {
    expect(told(text)).toContain('header_uncertain');
  });

  it('are a row without a word where rows like it follow', () => {
    const rows = Array.from({ length: 12 }, (_, i) => `Paris,${100 + ((i * 37) % 53)},${40 + ((i * 29) % 61)}\n`).join(
      '',
    );
    expect(told(rows)).toEqual([]);
  });
});

describe('padded titles above a header of years', () => {
  it('are passed over, and told', () => {
    const text =
      'Population;;;;\nGermany;;;;\nLand;2019;2020;2021;2022\nBayern;13125;13140;13177;13369\nBerlin;3669;3664;3677;3755\n';
    expect(detectDialect(Buffer.from(text), {}, true)).toMatchObject({
      header: ['Land', '2019', '2020', '2021', '2022'],
      warnings: [{ code: 'records_skipped', count: 2, first_line: 1 }],
    });
  });
});

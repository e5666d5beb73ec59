import { describe, expect, it } from 'vitest';
import { headerLogOdds, probability } from './header-likelihood.js';
import { readSample, WHOLE_SAMPLE } from './sample-table.js';

/** The odds that the first of these records is a header. */
function odds(...records: string[]): number {
  const grammar = { delimiter: ',', quote: '"', escape: '"', newline: 'mixed' as const };
  const table = readSample(Buffer.from(records.join('\n')), 0, grammar, WHOLE_SAMPLE, true);
  return headerLogOdds(table, 0, Math.max(...table.width));
}

const NUMBERS = ['1,2.5', '7,3.5', '3,1.25', '9,8.75'];
const COLOURS = ['red,small', 'blue,large', 'red,large', 'blue,small', 'red,small', 'blue,large'];
const TOWNS = ['Ulm,Bonn', 'Kiel,Trier', 'Jena,Celle', 'Hof,Worms', 'Brno,Gent'];

describe('the odds that a record is a header', () => {
  it('are high for text above numbers, and higher with each further row', () => {
    expect(odds('a,b', ...NUMBERS)).toBeGreaterThan(3);
    expect(odds('a,b', ...NUMBERS)).toBeGreaterThan(odds('a,b', ...NUMBERS.slice(0, 2)));
  });

  it('are low for numbers above numbers', () => {
    expect(odds('4,1.5', ...NUMBERS)).toBeLessThan(-3);
  });

  it('are low for a date above dates, with any text beside it', () => {
    expect(odds('2024-01-01,Zebra!', '2024-01-02,a1', '2024-01-03,b2', '2024-01-04,c3', '2024-01-05,d4')).toBeLessThan(
      0,
    );
  });

  it('are near even for text above text that is spelled like it', () => {
    expect(probability(odds('Rom,Pisa', ...TOWNS))).toBeGreaterThan(0.2);
    expect(probability(odds('Rom,Pisa', ...TOWNS))).toBeLessThan(0.8);
  });

  it('rise where a word names columns', () => {
    expect(odds('Name,City', ...TOWNS)).toBeGreaterThan(odds('Rome,Pisa', ...TOWNS) + 2);
    expect(odds('Nombre,Ciudad', ...TOWNS)).toBeGreaterThan(odds('Parma,Modena', ...TOWNS) + 2);
    expect(odds('unitCost,batchRef', ...TOWNS)).toBeGreaterThan(odds('unitcost,batchref', ...TOWNS) + 0.5);
  });

  it('do not rise for a word that the rows contain as well', () => {
    expect(odds('key=1,x', 'key=2,y', 'key=3,z')).toBeLessThan(odds('key,x', 'key=2,y', 'key=3,z'));
  });

  it('rise where a value is new to a column of few values', () => {
    expect(odds('hue,extent', ...COLOURS)).toBeGreaterThan(odds('Rom,Pisa', ...TOWNS) + 1);
  });

  it('fall where a value recurs', () => {
    expect(odds('blue,small', ...COLOURS)).toBeLessThan(-2);
  });

  it('rise where the form differs from the column, and fall where a rare form is shared', () => {
    const codes = ['K-101,AB', 'K-102,CD', 'K-205,EF', 'K-311,GH'];
    expect(odds('Strecke,Halt', ...codes)).toBeGreaterThan(1.5);
    expect(odds('K-999,XY', ...codes)).toBeLessThan(0);
  });

  it('rise where the values begin with the same letters, and it does not', () => {
    const codes = ['k_44775', 'k_8685', 'k_85', 'k_96106', 'k_3'];
    expect(odds('nelo_5', ...codes)).toBeGreaterThan(odds('k_5', ...codes) + 1);
  });

  it('are low for text that has the form of some values among numbers or dates', () => {
    expect(odds('12.5*', '13.1', '9.8*', '14.2', '11.75')).toBeLessThan(-1);
    expect(odds('21.01.97 see below', '23.12.04', '26.12.11 see below', '16.12.07', '23.12.25')).toBeLessThan(-1);
    expect(odds('price', '13.1', '9.8*', '14.2', '11.75')).toBeGreaterThan(1);
  });

  it('are high for words that return among rows of values', () => {
    expect(odds('Osra,Invo', '8,€ 15', 'Osra,Invo', '7,€ 17', '3,€ 5', '1,€ 9', '6,€ 10')).toBeGreaterThan(1.5);
  });

  it('fall where a name occurs twice, as values do in the rows below', () => {
    const rows = ['a,b,b', 'd,d,f', 'g,g,g', 'k,l,l'];
    expect(odds('x,y,y', ...rows)).toBeLessThan(odds('x,y,z', ...rows) - 0.5);
  });

  it('rise where text is quoted in the rows only', () => {
    const rows = ['"Ulm",1', '"Kiel",2', '"Jena",3', '"Hof",4'];
    expect(odds('Rom,5', ...rows)).toBeGreaterThan(odds('"Rom",5', ...rows));
  });

  it('are high for a series of years or days above numbers, unless the rows are such series too', () => {
    expect(odds('Land,2019,2020,2021', 'A,12,18,7', 'B,55,1,9', 'C,4,66,2')).toBeGreaterThan(1.5);
    expect(odds('x,1985,1993,2000', 'A,12,18,7', 'B,55,1,9', 'C,4,66,2')).toBeGreaterThan(1.5);
    expect(odds('1,2,3,4', '5,6,7,8', '9,10,11,12', '13,14,15,16')).toBeLessThan(-3);
  });

  it('fall little for one empty name', () => {
    expect(odds(',b', ...NUMBERS)).toBeGreaterThan(1);
  });
});

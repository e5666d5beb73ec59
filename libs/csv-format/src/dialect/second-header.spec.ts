import { describe, expect, it } from 'vitest';
import { detectDialect } from './detect-dialect.js';

const rows = (count: number): string => Array.from({ length: count }, (_, i) => `${i},item ${i},${i * 7}.5\n`).join('');

const secondHeader = (text: string) =>
  detectDialect(Buffer.from(text)).warnings.find(({ code }) => code === 'second_header');

describe('a second header', () => {
  it('is told by its line where two files of 1,000 rows were joined', () => {
    const part = `id,name,price\n${rows(1000)}`;
    expect(secondHeader(part + part)).toMatchObject({ count: 1, first_line: 1002 });
    expect(secondHeader(part + part + part)).toMatchObject({ count: 2, first_line: 1002 });
    expect(secondHeader(part.replaceAll('\n', '\r\n').repeat(2))).toMatchObject({ count: 1, first_line: 1002 });
    expect(secondHeader(`Title\n\n${part}${part}`)).toMatchObject({ count: 1, first_line: 1004 });
  });

  it('is none where the line of the header only stands within another line', () => {
    const part = `id,name,price\n${rows(1000)}`;
    expect(secondHeader(`${part}7,"see\nid,name,price\n now",3\n`)).toBeDefined();
    expect(secondHeader(`${part}7,"id,name,price",3\n${rows(9)}`)).toBeUndefined();
  });

  it('may be in another case', () => {
    expect(secondHeader(`id,name,price\n${rows(5)}ID,Name,Price\n${rows(5)}`)).toMatchObject({ first_line: 7 });
    expect(secondHeader('word\nAnn\nLi\nWord\nMia\nBo\n')).toBeUndefined();
  });

  it('may be a row of units below the header', () => {
    const units = secondHeader(`day;temp;weight\n;[°C];kg\n2024-01-01;1,5;3\n2024-01-02;2,5;4\n`);
    expect(units).toMatchObject({ count: 1, first_line: 2, message: expect.stringContaining('skip_after_header=1') });
    expect(secondHeader('id,n\n1,kg\n2,5\n3,6\n')).toBeUndefined();
    expect(secondHeader('id,n,m\n1,NA,-\n2,5,6\n3,6,7\n')).toBeUndefined();
    expect(secondHeader('id,n,m\n-,n/a,NA\n2,5,6\n3,6,7\n')).toBeUndefined();
  });
});

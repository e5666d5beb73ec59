import { describe, expect, it } from 'vitest';
import { lastRecords } from './last-records.js';

const GRAMMAR = { delimiter: ',', quote: '"', escape: '"', newline: 'lf' as const, comment: '#' };
const last = (text: string, count: number, isCut = false) => {
  const found = lastRecords(Buffer.from(text), GRAMMAR, count, isCut);
  return found && { text: found.text.toString(), records: found.records };
};

describe('the last records', () => {
  it.each([
    ['one of several', 'a,1\nb,2\nTotal,3\n', 1, 'Total,3\n', 1],
    ['without a line break at the end', 'a,1\nb,2\nTotal,3', 2, 'b,2\nTotal,3', 2],
    ['with line breaks in quotes', 'a,1\n"b\n\nc",2\n', 1, '"b\n\nc",2\n', 1],
    ['above blank lines and comments', 'a,1\nb,2\n\n# x\n', 1, 'b,2\n\n# x\n', 1],
    ['with quotes that do not close', 'a,1\nb,2\n"c,3\n', 2, 'b,2\n"c,3\n', 2],
    ['when there are fewer', 'a,1\n', 5, 'a,1\n', 1],
    ['when there are none', '\n# x\n', 5, '', 0],
  ])('are found: %s', (_, text, count, expected, records) => {
    expect(last(text, count)).toEqual({ text: expected, records });
  });

  it('are found in a tail that begins within quotes, when enough lines follow', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},"x"\n`).join('');
    expect(last(`tail of a cell"\n${rows}Total,9\n`, 1, true)).toEqual({ text: 'Total,9\n', records: 1 });
    expect(last('1,"x"\n2,y\nTotal,9\n', 1, true)).toBeNull();
  });
});

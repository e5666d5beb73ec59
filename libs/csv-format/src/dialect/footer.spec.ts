import { describe, expect, it } from 'vitest';
import { findFooter } from './footer.js';

const GRAMMAR = { delimiter: ',', quote: '"', escape: '"', newline: 'lf' as const };
const find = (text: string, isCut = false) => findFooter(Buffer.from(text), GRAMMAR, 3, isCut);

const ROWS = 'North,10,12\nSouth,7,9\nEast,3,4\n';

describe('the footer of a file', () => {
  it('is its last block behind a blank line', () => {
    const text = 'Source: office of examples\n(c) 2026, CC-BY 4.0\n';
    expect(find(`${ROWS}\n${text}`)).toEqual({ text: Buffer.from(text), records: 2 });
    expect(find(`${ROWS}\r\n\n\nTotal: 3`)).toEqual({ text: Buffer.from('Total: 3'), records: 1 });
    expect(find(`${ROWS}\nnote, more\n\nnote\n`)?.text.toString()).toBe('note\n');
    expect(find(`${ROWS}West,5\n\nnote\n`)?.records).toBe(1);
  });

  it.each([
    ['without a blank line', `${ROWS}Source: office\n`],
    ['with a line of the width of the table', `${ROWS}\nSource: office\na,b,c\n`],
    ['of more than 20 lines', `${ROWS}\n${'note\n'.repeat(21)}`],
    ['that is the whole file', '\nnote\n'],
    ['within quotes', `${ROWS}West,5,"a\n\nb, c"\n`],
    ['that is nothing', `${ROWS}\n\n`],
  ])('is none %s', (_, text) => {
    expect(find(text)).toBeNull();
  });

  it('may have 20 lines, and any other width', () => {
    expect(find(`${ROWS}\n${'note\n'.repeat(20)}`)?.records).toBe(20);
    expect(find(`${ROWS}\nTotal,20\n`)?.records).toBe(1);
    expect(find(`${ROWS}\na,b,c,d\n`)?.records).toBe(1);
  });

  it('is found in the end of a file that begins within a line', () => {
    expect(find(`or,1,2\n${ROWS}\nnote\n`, true)).toEqual({ text: Buffer.from('note\n'), records: 1 });
    expect(find('or,1,2', true)).toBeNull();
  });

  it('is none where that end begins within quotes, as its lines are no records then', () => {
    expect(find(`text\ntext,\n${'one line, of a long text\n'.repeat(9)}\nthe last"\n`, true)).toBeNull();
  });
});

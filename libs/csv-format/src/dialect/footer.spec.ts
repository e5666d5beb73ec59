import { describe, expect, it } from 'vitest';
import { findFooter } from './footer.js';

const GRAMMAR = { delimiter: ',', quote: '"', escape: '"', newline: 'lf' as const };
const find = (text: string, isCut = false) => findFooter(Buffer.from(text), GRAMMAR, 3, isCut);

const ROWS = 'North,10,12\nSouth,7,9\nEast,3,4\n';

describe('the footer of a file', () => {
  it('is its last block behind a blank line, with the blank line', () => {
    const text = '\nSource: office of examples\n(c) 2026, CC-BY 4.0\n';
    expect(find(ROWS + text)).toEqual({ text: Buffer.from(text), lines: 2, linesBefore: 4 });
    expect(find(`${ROWS}\r\n\n\nTotal: 3`)).toMatchObject({ text: Buffer.from('\r\n\n\nTotal: 3'), linesBefore: 6 });
  });

  it.each([
    ['without a blank line', `${ROWS}Source: office\n`],
    ['with a line of the width of the table', `${ROWS}\nSource: office\na,b,c\n`],
    ['of more than 20 lines', `${ROWS}\n${'note\n'.repeat(21)}`],
    ['that is the whole file', '\nnote\n'],
    ['below another block of notes', `${ROWS}\nnote, more\n\nnote\n`],
    ['within quotes', `${ROWS}West,5,"a\n\nb, c"\n`],
    ['that is nothing', `${ROWS}\n\n`],
  ])('is none %s', (_, text) => {
    expect(find(text)).toBeNull();
  });

  it('may have 20 lines, and any other width', () => {
    expect(find(`${ROWS}\n${'note\n'.repeat(20)}`)?.lines).toBe(20);
    expect(find(`${ROWS}\nTotal,20\n`)?.lines).toBe(1);
    expect(find(`${ROWS}\na,b,c,d\n`)?.lines).toBe(1);
  });

  it('is found in the end of a file that begins within a line', () => {
    expect(find(`or,1,2\n${ROWS}\nnote\n`, true)).toMatchObject({ text: Buffer.from('\nnote\n'), lines: 1 });
    expect(find('or,1,2', true)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { shownLines } from './shown-lines.js';

const LF = { newline: 'lf' } as const;

describe('lines that are shown', () => {
  it('are the first 20, as they stand', () => {
    const text = Buffer.from(Array.from({ length: 30 }, (_, at) => `line ${at + 1}`).join('\n'));
    expect(shownLines(text, LF)).toEqual(Array.from({ length: 20 }, (_, at) => `line ${at + 1}`));
    expect(shownLines(text, LF, { count: 2 })).toEqual(['line 1', 'line 2']);
    expect(shownLines(text, LF, { from: 28, count: 5 })).toEqual(['line 29', 'line 30']);
    expect(shownLines(Buffer.alloc(0), LF)).toEqual([]);
  });

  it('keep blank lines, and end where the lines of the file do', () => {
    expect(shownLines(Buffer.from('Title\r\n\r\nUnits: t\r\n'), { newline: 'crlf' })).toEqual([
      'Title',
      '',
      'Units: t',
    ]);
    expect(shownLines(Buffer.from('a\rb\nc'), { newline: 'mixed' })).toEqual(['a', 'b', 'c']);
    expect(shownLines(Buffer.from('a\rb'), { newline: 'cr' })).toEqual(['a', 'b']);
  });

  it('have 200 characters, none of them cut', () => {
    expect(shownLines(Buffer.from('é😀'.repeat(150)), LF)).toEqual(['é😀'.repeat(100)]);
    expect(shownLines(Buffer.from('x'.repeat(5_000_000)), LF)).toEqual(['x'.repeat(200)]);
  });

  it('hold no control characters, and one U+FFFD for what does not decode', () => {
    const line = Buffer.concat([Buffer.from('a\0b\tc\x1b[1m\x85'), Buffer.from([0xff, 0xff, 0xff]), Buffer.from('d')]);
    expect(shownLines(line, LF)).toEqual(['a\ufffdb\tc\ufffd[1m\ufffd\ufffdd']);
  });

  it('lose a byte order mark', () => {
    expect(shownLines(Buffer.from('\ufeffTitle\n\ufeffNote'), LF)).toEqual(['Title', 'Note']);
  });
});

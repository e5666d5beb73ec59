import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { commentsOf, headOf, lineOf, linesOfHead } from './file-head.js';

const blob = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);

describe('the head of a file', () => {
  it('is more than the MiB that the service reads, and not the whole of a big file', () => {
    const { size } = headOf(new Blob([new Uint8Array(3_000_000)]));
    expect(size).toBeGreaterThan(1024 * 1024);
    expect(size).toBeLessThan(1_100_000);
    expect(headOf(new Blob(['a,b'])).size).toBe(3);
  });

  it('is cut into lines at each kind of line end, in its encoding', async () => {
    expect(await linesOfHead(blob(Buffer.from('caf\xe9\r\nb\nc\rd', 'latin1')), 'windows-1252')).toEqual([
      'café',
      'b',
      'c',
      'd',
    ]);
  });

  it('has no lines where the browser does not know the encoding', async () => {
    expect(await linesOfHead(new Blob(['a']), 'cp437')).toEqual([]);
  });

  it('is unpacked when it is gzipped, also when it ends in the middle', async () => {
    const packed = gzipSync('a,b\n1,2\n');
    expect(await linesOfHead(blob(packed), 'utf-8')).toEqual(['a,b', '1,2', '']);
    const lines = Array.from({ length: 100_000 }, (_, at) => `${at},${(at * 7919) % 104_729}`);
    const long = gzipSync(lines.join('\n'));
    const found = await linesOfHead(blob(long.subarray(0, long.length / 2)), 'utf-8');
    expect(found.slice(0, 100)).toEqual(lines.slice(0, 100));
  });

  it('shows a line by its number, cut, and the lines that are comments', () => {
    const lines = ['# one', 'a,b', '# two', 'x'.repeat(300)];
    expect(lineOf(lines, 2)).toEqual({ number: 2, text: 'a,b' });
    expect(lineOf(lines, 4)?.text).toHaveLength(202);
    expect(lineOf(lines, 5)).toBeNull();
    expect(commentsOf(lines, '#')).toEqual([
      { number: 1, text: '# one' },
      { number: 3, text: '# two' },
    ]);
    expect(commentsOf(lines, '#', 1)).toHaveLength(1);
    expect(commentsOf(lines, '')).toEqual([]);
  });
});

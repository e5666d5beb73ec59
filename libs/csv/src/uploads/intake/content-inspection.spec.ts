import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ContentInspection } from './content-inspection.js';

const inspect = (content: Buffer, { limit = 1e9, chunk = content.length } = {}) => {
  const inspection = new ContentInspection(limit);
  // One memory for all chunks, as the multipart parser may reuse it.
  const memory = Buffer.alloc(chunk);
  for (let at = 0; at < content.length; at += chunk) {
    const length = content.copy(memory, 0, at, at + chunk);
    inspection.push(memory.subarray(0, length));
  }
  return inspection.end();
};
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};
const CONTENT = Buffer.from('\ufeffid,name\r\n1,Zoë\r\n');

describe('ContentInspection', () => {
  it.each([1, 2, 3, 5, 7, 100])('gives the same facts for chunks of %d bytes', (chunk) => {
    expect(inspect(CONTENT, { chunk })).toMatchObject({
      sizeBytes: CONTENT.length,
      sha256: createHash('sha256').update(CONTENT).digest(),
      encoding: { encoding: 'utf-8', bom: true },
      head: CONTENT,
    });
  });

  it('keeps only the first 64 KiB', () => {
    const long = Buffer.from('0123456789'.repeat(20_000));
    expect(inspect(long, { chunk: 999 }).head).toEqual(long.subarray(0, 65_536));
  });

  it('accepts exactly the limit and refuses one byte more', () => {
    expect(inspect(CONTENT, { limit: CONTENT.length }).sizeBytes).toBe(CONTENT.length);
    expect(codeOf(() => inspect(CONTENT, { limit: CONTENT.length - 1, chunk: 1 }))).toBe('upload_too_large');
  });

  it.each([
    ['nothing', ''],
    ['line breaks', '\n\r\n\r'],
    ['a byte order mark', '\xef\xbb\xbf'],
    ['a byte order mark and line breaks', '\xef\xbb\xbf\r\n'],
    ['the same in UTF-16LE', '\xff\xfe\r\0\n\0'],
    ['the same in UTF-16BE', '\xfe\xff\0\n'],
  ])('refuses %s as empty', (_, latin1) => {
    const content = Buffer.from(latin1, 'latin1');
    for (const chunk of [1, 2, 100]) expect(codeOf(() => inspect(content, { chunk }))).toBe('csv_empty');
  });

  it.each([
    ['a space', ' '],
    ['two quotes', '""'],
    ['a character after many line breaks', `${'\n'.repeat(100_000)}x`],
    ['the bytes of a byte order mark that are not at the beginning', '\n\xef\xbb\xbf'],
  ])('accepts %s', (_, latin1) => {
    expect(codeOf(() => inspect(Buffer.from(latin1, 'latin1'), { chunk: 1000 }))).toBe('none');
  });

  it('refuses a binary file as soon as the head shows it', () => {
    const inspection = new ContentInspection(1e9);
    inspection.push(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect(codeOf(() => inspection.push(Buffer.alloc(65_536)))).toBe('csv_not_text');
  });

  it('refuses a short binary file, and one that only the whole content shows, at the end', () => {
    expect(codeOf(() => inspect(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')))).toBe('csv_not_text');
    const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7) % 32));
    expect(codeOf(() => inspect(bytes))).toBe('csv_not_text');
  });

  it('refuses HTML and XML', () => {
    expect(codeOf(() => inspect(Buffer.from('<html><table><tr><td>1</td></tr></table></html>')))).toBe('csv_not_text');
    expect(codeOf(() => inspect(Buffer.from('<?xml version="1.0"?><rows/>')))).toBe('csv_not_text');
  });
});

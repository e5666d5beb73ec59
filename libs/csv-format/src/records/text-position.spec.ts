import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { transcode } from '../encoding/transcode.js';
import { sourceLengthIn } from './text-position.js';

const decoded = async (bytes: Buffer, encoding: string) => {
  const parts: Buffer[] = [];
  for await (const part of transcode([bytes], encoding)) parts.push(part);
  return Buffer.concat(parts);
};

const sourceLength = (text: Buffer, encoding: string) => sourceLengthIn(encoding)(text, 0, text.length);

describe('the length of a text in its source', () => {
  it.each([
    ['utf-8', 'añ€😀\n'],
    ['utf-16le', 'añ€😀\n'],
    ['utf-16be', 'añ€😀\n'],
    ['utf-32le', 'añ€😀\n'],
    ['windows-1252', 'añ€\n'],
    ['windows-1251', 'Привет\n'],
    ['shift_jis', '名前,ｱa\n'],
    ['euc-jp', '名前,a\n'],
    ['gb18030', '中文€😀a\n'],
    ['big5', '中文a\n'],
  ])('is the length of its bytes: %s', async (encoding, text) => {
    const bytes = iconv.encode(text, encoding, { addBOM: false });
    expect(sourceLength(await decoded(bytes, encoding), encoding)).toBe(bytes.length);
  });

  it('counts what does not decode', async () => {
    const unpaired = Buffer.from('a\ud83d\ude00b\ud83dc\n', 'utf16le');
    expect(sourceLength(await decoded(unpaired, 'utf-16le'), 'utf-16le')).toBe(unpaired.length);
    const undefinedByte = Buffer.from([0x61, 0x81, 0x81, 0x62]);
    expect(sourceLength(await decoded(undefinedByte, 'windows-1252'), 'windows-1252')).toBe(4);
  });
});

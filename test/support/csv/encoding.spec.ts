import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CsvDialect } from './dialect.js';
import { canEncode, decode, encode } from './encoding.js';

const ENCODINGS: CsvDialect['encoding'][] = ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'windows-1252'];

async function decoded(
  bytes: Buffer,
  encoding: CsvDialect['encoding'],
  chunkBytes = bytes.length || 1,
): Promise<string> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  let text = '';
  for await (const part of decode(Readable.from(chunks), encoding)) text += part;
  return text;
}

describe('encode', () => {
  it.each<[CsvDialect['encoding'], string]>([
    ['utf-8', 'e282ac41'],
    ['utf-8-bom', 'efbbbfe282ac41'],
    ['utf-16le', 'fffeac204100'],
    ['utf-16be', 'feff20ac0041'],
    ['windows-1252', '8041'],
  ])('writes €A in %s as %s', (encoding, hex) => {
    expect(encode('€A', encoding).toString('hex')).toBe(hex);
  });

  it.each([
    ['a character that windows-1252 lacks', '東', 'windows-1252'],
    ['a control character whose byte windows-1252 leaves open', '\u0081', 'windows-1252'],
    ['NUL', 'a\0', 'utf-8'],
    ['half of a surrogate pair', '\ud83d', 'utf-8'],
  ] as const)('refuses %s', (_, text, encoding) => {
    expect(canEncode(text, encoding)).toBe(false);
    expect(() => encode(text, encoding)).toThrow(RangeError);
  });
});

describe('decode', () => {
  it.each(ENCODINGS)('decodes what was encoded as %s, for any chunks', async (encoding) => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((text) => canEncode(text, encoding) && !text.startsWith('\ufeff'));
    const latin = fc.string({ unit: fc.constantFrom(...'aÿ€‚Ÿž\u00a0Å"\r\n') });
    await fc.assert(
      fc.asyncProperty(
        encoding === 'windows-1252' ? latin : text,
        fc.integer({ min: 1, max: 5 }),
        async (text, chunkBytes) => {
          expect(await decoded(encode(text, encoding), encoding, chunkBytes)).toBe(text);
        },
      ),
    );
  });

  it('rejects bytes that are invalid in the encoding', async () => {
    await expect(decoded(Buffer.from([0x61, 0xff]), 'utf-8')).rejects.toThrow(TypeError);
    await expect(decoded(Buffer.from([0x61, 0x81]), 'windows-1252')).rejects.toThrow(TypeError);
  });
});

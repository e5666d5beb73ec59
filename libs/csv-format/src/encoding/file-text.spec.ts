import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENCODINGS } from './encodings.js';
import { decodeFileText, encodeFileText, fileMark } from './file-text.js';

describe('the text of a part of a file', () => {
  it.each<[string, string, Buffer, string, boolean]>([
    ['a byte that windows-1252 does not define', 'windows-1252', Buffer.from('K\x81ln', 'latin1'), 'K\ufffdln', false],
    ['windows-1252', 'windows-1252', Buffer.from('K\xf6ln', 'latin1'), 'Köln', true],
    ['UTF-16', 'utf-16be', Buffer.from('\0K\0\xf6', 'latin1'), 'Kö', true],
    ['an unpaired surrogate', 'utf-16le', Buffer.from('x\0\0\xd8', 'latin1'), 'x\ufffd', false],
    ['a byte order mark', 'utf-16le', Buffer.from('\ufeffx', 'utf16le'), 'x', false],
    ['half a character', 'gb18030', Buffer.from([0x31, 0xd6]), '1\ufffd', false],
    ['UTF-8', 'utf-8', Buffer.from('Köln'), 'Köln', true],
    ['a byte that is no UTF-8', 'utf-8', Buffer.from('K\xf6ln', 'latin1'), 'K\ufffdln', false],
  ])('tells whether it stands for every byte: %s', (_, encoding, bytes, text, isComplete) => {
    expect(decodeFileText(bytes, encoding)).toEqual({ text, isComplete });
  });

  it('comes back by encoding it, in every encoding', () => {
    const ascii = fc.string({ unit: 'binary-ascii' });
    fc.assert(
      fc.property(ascii, fc.constantFrom(...ENCODINGS), (text, encoding) => {
        expect(decodeFileText(encodeFileText(text, encoding), encoding)).toEqual({ text, isComplete: true });
      }),
      { numRuns: 1_000 },
    );
  });

  it('has a mark only where its encoding could not be recognised otherwise', () => {
    expect(['utf-8', 'gb18030', 'utf-16le', 'utf-16be'].map((encoding) => fileMark(encoding).toString('hex'))).toEqual([
      '',
      '',
      'fffe',
      'feff',
    ]);
  });
});

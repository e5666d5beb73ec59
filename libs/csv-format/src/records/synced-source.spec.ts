import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranscoder } from '../encoding/transcode.js';
import { lineStartIn, PositionTracker, sourceCounter } from './text-position.js';

const ENCODINGS = ['shift_jis', 'euc-jp', 'euc-kr', 'gbk', 'gb18030', 'big5'] as const;

const decoded = (bytes: Buffer, encoding: string): Buffer => {
  const transcoder = createTranscoder(encoding);
  return Buffer.concat([transcoder.write(bytes), transcoder.end()]);
};

/** Bytes that begin, continue or break a character, and line breaks. */
const arbBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        0x0a,
        0x0d,
        0x2c,
        0x30,
        0x31,
        0x41,
        0x5c,
        0x80,
        0x81,
        0x8e,
        0x8f,
        0xa1,
        0xd6,
        0xd0,
        0xf0,
        0xfe,
        0xff,
      ),
      fc.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 80 },
  )
  .map((bytes) => Buffer.from(bytes));

/** Where lines begin: behind each LF and each CR. */
const starts = (bytes: Buffer): number[] =>
  [...bytes].flatMap((byte, at) => (byte === 0x0a || byte === 0x0d ? [at + 1] : []));

describe('the source of East Asian text', () => {
  it('has its lines where the text has them, whatever does not decode', () => {
    fc.assert(
      fc.property(arbBytes, fc.constantFrom(...ENCODINGS), fc.integer({ min: 1, max: 9 }), (bytes, encoding, size) => {
        const text = decoded(bytes, encoding);
        const source = sourceCounter(encoding, 0);
        for (let at = 0; at < bytes.length; at += size) source.push(bytes.subarray(at, at + size));
        source.end();
        const grammar = { delimiter: ',', quote: '"', escape: '"', newline: 'mixed' } as const;
        const positions = new PositionTracker({ text: 0, byte: 0, line: 0 }, grammar, source.length);
        const found = [...starts(text), text.length].map((at) => positions.moveTo(at, text, 0).byte);
        expect(found).toEqual([...starts(bytes), bytes.length]);
        const last = starts(text).at(-1) ?? 0;
        expect(lineStartIn(encoding, bytes, text, last)).toBe(starts(bytes).at(-1) ?? 0);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is counted from where the reader begins, and ends before a line break', () => {
    const bytes = Buffer.from('head\n\x80\xf0\x40,x\r\n\xff\xfft', 'latin1');
    const text = decoded(bytes, 'shift_jis').subarray(5);
    const source = sourceCounter('shift_jis', 5);
    source.push(bytes.subarray(0, 3));
    source.push(bytes.subarray(3));
    source.end();
    const end = text.indexOf('\r');
    expect(source.length(text, 0, end)).toBe(5);
    expect(source.length(text, end, end + 2)).toBe(2);
    expect(source.length(text, end + 2, text.length)).toBe(3);
  });
});

import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Utf8Validator, validLength } from './utf8-validator.js';

const anyBytes = fc
  .array(fc.constantFrom('a', '\n', 'é', '名', '😀', 'text of some length ', '\xff', '\xe2\x82', '\x80'), {
    maxLength: 80,
  })
  .map((parts) =>
    Buffer.concat(
      parts.map((part) => Buffer.from(part, /^[\x80-\xff]/.test(part) && part !== 'é' ? 'latin1' : 'utf8')),
    ),
  );

describe('Utf8Validator', () => {
  it('tells of bytes that are not UTF-8 before their line ends, wherever the text is cut', () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 1, max: 5 }), (bytes, size) => {
        const validator = new Utf8Validator();
        let isInvalid = false;
        let lineStart = 0;
        for (let at = 0; at < bytes.length; at += size) {
          const chunk = bytes.subarray(at, at + size);
          if (!validator.push(chunk)) isInvalid = true;
          const lineEnd = bytes.lastIndexOf(0x0a, at + chunk.length - 1) + 1;
          if (lineEnd > lineStart && !isUtf8(bytes.subarray(lineStart, lineEnd))) expect(isInvalid).toBe(true);
          lineStart = Math.max(lineStart, lineEnd);
        }
        expect(!validator.end() || isInvalid).toBe(!isUtf8(bytes));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the valid length', () => {
  it('reaches to the first character that is not UTF-8, or some bytes before it', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        let exact = bytes.length;
        while (!isUtf8(bytes.subarray(0, exact))) exact--;
        const valid = validLength(bytes);
        expect(isUtf8(bytes.subarray(0, valid))).toBe(true);
        expect(valid).toBeLessThanOrEqual(exact);
        expect(valid).toBeGreaterThan(exact - 40);
      }),
      { numRuns: 2_000 },
    );
  });
});

import type { CsvDialect } from './dialect.js';

type Encoding = CsvDialect['encoding'];

/**
 * The characters of windows-1252 at 0x80 to 0x9f; a space where a byte is not defined. They are listed here, so that tests share no
 * table with the service's decoder and do not depend on Node's ICU.
 */
const WINDOWS_1252_80_TO_9F = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const windows1252: (string | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80 || byte > 0x9f) return String.fromCharCode(byte);
  const character = WINDOWS_1252_80_TO_9F[byte - 0x80]!;
  return character === ' ' ? undefined : character;
});
const windows1252Byte = new Map(
  windows1252.flatMap((character, byte) => (character === undefined ? [] : [[character, byte]])),
);

export const BYTE_ORDER_MARKS = {
  'utf-8': Buffer.from([0xef, 0xbb, 0xbf]),
  'utf-16le': Buffer.from([0xff, 0xfe]),
  'utf-16be': Buffer.from([0xfe, 0xff]),
};

/** Whether the text can be encoded and decoded unchanged. NUL cannot, because the service rejects it; half a surrogate pair cannot either. */
export function canEncode(text: string, encoding: Encoding): boolean {
  if (/\0|\p{Surrogate}/u.test(text)) return false;
  return encoding !== 'windows-1252' || Array.from(text).every((character) => windows1252Byte.has(character));
}

/** The text as bytes, with a byte order mark if the encoding has one. @throws RangeError for a text that cannot be encoded */
export function encode(text: string, encoding: Encoding): Buffer {
  if (!canEncode(text, encoding)) throw new RangeError(`the text has no form in ${encoding}`);
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8-bom':
      return Buffer.concat([BYTE_ORDER_MARKS['utf-8'], Buffer.from(text)]);
    case 'utf-16le':
      return Buffer.concat([BYTE_ORDER_MARKS['utf-16le'], Buffer.from(text, 'utf16le')]);
    case 'utf-16be':
      return Buffer.concat([BYTE_ORDER_MARKS['utf-16be'], Buffer.from(text, 'utf16le').swap16()]);
    case 'windows-1252':
      return Buffer.from(Array.from(text, (character) => windows1252Byte.get(character)!));
  }
}

/** Decodes a stream of bytes to text without the byte order mark. @throws TypeError for bytes that are invalid in the encoding */
export async function* decode(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  if (encoding === 'windows-1252') {
    for await (const chunk of chunks) {
      yield Array.from(chunk, (byte) => {
        const character = windows1252[byte];
        if (character === undefined) throw new TypeError(`windows-1252 has no character 0x${byte.toString(16)}`);
        return character;
      }).join('');
    }
    return;
  }
  const decoder = new TextDecoder(encoding === 'utf-8-bom' ? 'utf-8' : encoding, { fatal: true });
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

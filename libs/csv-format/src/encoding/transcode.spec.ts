import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { ENCODINGS, encodingNamed } from './encodings.js';
import { createTranscoder, transcode, UnknownEncoding } from './transcode.js';

async function utf8Of(bytes: Buffer, encoding: string, chunkBytes = 64 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  const out: Buffer[] = [];
  for await (const chunk of transcode(chunks, encoding)) out.push(chunk);
  return Buffer.concat(out);
}

const SAMPLES: Record<string, string> = {
  'windows-1250': 'Žluťoučký kůň',
  'windows-1251': 'Иванов Москва',
  'windows-1252': 'Müller – 3,50 €',
  'windows-1253': 'Αθήνα',
  'windows-1254': 'İstanbul ğ',
  'windows-1255': 'שלום',
  'windows-1256': 'السلام',
  'windows-1257': 'Rīga',
  'windows-874': 'กรุงเทพ',
  'iso-8859-1': 'Müller \u0080',
  'iso-8859-2': 'Łódź',
  'iso-8859-5': 'Москва',
  'iso-8859-7': 'Αθήνα',
  'iso-8859-15': 'Müller 3,50 €',
  macintosh: 'Müller ∑',
  'koi8-r': 'Москва',
  'koi8-u': 'Київ',
  cp437: 'Müller ░',
  cp850: 'Müller Ø',
  cp866: 'Москва',
  shift_jis: '山田 ｱ 東京',
  'euc-jp': '山田 東京',
  'euc-kr': '서울',
  gbk: '北京 €',
  gb18030: '北京 💶',
  big5: '臺北',
  'utf-8': 'Müller 💶',
  'utf-16le': 'Müller 💶',
  'utf-16be': 'Müller 💶',
  'utf-32le': 'Müller 💶',
  'utf-32be': 'Müller 💶',
};

describe('the names of encodings', () => {
  it.each([
    ['UTF-8', 'utf-8'],
    ['utf8', 'utf-8'],
    [' Latin1 ', 'iso-8859-1'],
    ['ISO-8859-15', 'iso-8859-15'],
    ['CP1252', 'windows-1252'],
    ['Shift-JIS', 'shift_jis'],
    ['GB2312', 'gbk'],
    ['MacRoman', 'macintosh'],
  ])('%s is %s', (given, name) => {
    expect(encodingNamed(given)).toBe(name);
  });

  it.each(['', 'klingon', 'constructor', '__proto__', 'base64', 'hex', 'utf-7'])('%j is not an encoding', (given) => {
    expect(encodingNamed(given)).toBeNull();
    expect(() => createTranscoder(given)).toThrow(UnknownEncoding);
  });

  it.each(ENCODINGS)('%s keeps ASCII as it is', async (name) => {
    const text = 'id,name\r\n1,"a ""b"""\n';
    expect((await utf8Of(iconv.encode(text, name), name)).toString()).toBe(text);
  });
});

describe('transcoding to UTF-8', () => {
  it.each(Object.entries(SAMPLES))('from %s gives the text, wherever its bytes are cut', async (encoding, sample) => {
    const text = `${sample},"${sample}"\n`.repeat(3);
    const bytes = iconv.encode(text, encoding);
    for (const chunkBytes of [1, 2, 3, 5, 7, 64, 10_000])
      expect((await utf8Of(bytes, encoding, chunkBytes)).toString()).toBe(text);
  });

  it.each(['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be', 'gb18030'])(
    'from %s drops one byte order mark at the beginning, and no other',
    async (encoding) => {
      const bytes = iconv.encode('\ufeffa,\ufeffb\n', encoding, { addBOM: false });
      for (const chunkBytes of [1, 2, 100])
        expect((await utf8Of(bytes, encoding, chunkBytes)).toString()).toBe('a,\ufeffb\n');
    },
  );

  it('from utf-16 follows the mark, and is little-endian without one', async () => {
    const little = Buffer.from('\ufeffä,b', 'utf16le');
    expect((await utf8Of(little, 'utf-16', 1)).toString()).toBe('ä,b');
    expect((await utf8Of(Buffer.from(little).swap16(), 'utf-16', 1)).toString()).toBe('ä,b');
    expect((await utf8Of(little.subarray(2), 'utf-16', 1)).toString()).toBe('ä,b');
  });

  it('of a file shorter than a byte order mark loses nothing', async () => {
    expect(await utf8Of(Buffer.from([0xef]), 'utf-8')).toEqual(Buffer.from([0xef]));
    expect(await utf8Of(Buffer.from([0xef, 0xbb]), 'utf-8', 1)).toEqual(Buffer.from([0xef, 0xbb]));
    expect(await utf8Of(Buffer.alloc(0), 'utf-8')).toEqual(Buffer.alloc(0));
    expect(await utf8Of(Buffer.alloc(0), 'utf-16le')).toEqual(Buffer.alloc(0));
  });

  it('passes UTF-8 through unchanged, with its invalid bytes', async () => {
    const bytes = Buffer.from('a,\xff\xc3,b\n', 'latin1');
    expect(await utf8Of(bytes, 'utf-8', 1)).toEqual(bytes);
  });
});

describe('what is invalid in its encoding', () => {
  const lines = async (bytes: Buffer, encoding: string, chunkBytes?: number): Promise<Buffer[]> => {
    const utf8 = await utf8Of(bytes, encoding, chunkBytes);
    return utf8
      .toString('latin1')
      .split('\n')
      .map((line) => Buffer.from(line, 'latin1'));
  };

  it.each<[string, Buffer]>([
    ['windows-1252', Buffer.from('ok\nM\x81ller\nM\xfcller', 'latin1')],
    ['windows-1253', Buffer.from('ok\n\xaa\n\xe1', 'latin1')],
    ['shift_jis', Buffer.from('ok\n\x82\x20\n\x82\xa0', 'latin1')],
    ['euc-kr', Buffer.from('ok\n\xff\n\xb0\xa1', 'latin1')],
    ['gb18030', Buffer.from('ok\n\xff\n\xb1\xb1', 'latin1')],
    ['utf-16le', Buffer.from('ok\n\ud83d\n💶', 'utf16le')],
    ['utf-16le', Buffer.from('ok\n\ude00\n💶', 'utf16le')],
    ['utf-16be', Buffer.from('ok\n\ud83d\n💶', 'utf16le').swap16()],
  ])('makes only its own line invalid UTF-8: %s %j', async (encoding, bytes) => {
    for (const chunkBytes of [1, 2, 3, 100]) {
      const valid = (await lines(bytes, encoding, chunkBytes)).map((line) => isUtf8(line));
      expect(valid).toEqual([true, false, true]);
    }
  });

  it('is not a U+FFFD in UTF-16, unlike an unpaired surrogate', async () => {
    expect((await utf8Of(Buffer.from('a\ufffd', 'utf16le'), 'utf-16le')).toString()).toBe('a\ufffd');
  });

  it('is also an incomplete unit or pair at the end of a file', async () => {
    expect(isUtf8(await utf8Of(Buffer.from([0x41, 0x00, 0x42]), 'utf-16le'))).toBe(false);
    expect(isUtf8(await utf8Of(Buffer.from('a\ud83d', 'utf16le'), 'utf-16le', 1))).toBe(false);
    expect(isUtf8(await utf8Of(Buffer.from([0x82]), 'shift_jis'))).toBe(false);
  });
});

describe('a run of bytes without a separator', () => {
  it('is returned when it is longer than any record, so memory is bounded', () => {
    const transcoder = createTranscoder('shift_jis');
    const chunk = iconv.encode('東'.repeat(32 * 1024), 'shift_jis');
    let held = 0;
    let most = 0;
    for (let i = 0; i < 100; i++) {
      held += chunk.length - (transcoder.write(chunk).length / 3) * 2;
      most = Math.max(most, held);
    }
    expect(most).toBeLessThanOrEqual(1024 * 1024 + chunk.length);
    expect(transcoder.end().length).toBe((held / 2) * 3);
  });
});

describe('any text in any chunks', { timeout: 60_000 }, () => {
  const pieces = fc.tuple(fc.string({ unit: 'binary', maxLength: 50 }), fc.integer({ min: 1, max: 9 }));

  it.each(['utf-8', 'utf-16le', 'utf-16be', 'gb18030'])('%s comes back', async (encoding) => {
    await fc.assert(
      fc.asyncProperty(pieces, async ([given, chunkBytes]) => {
        const text = given.replace(/^\ufeff+/, '').replaceAll('\ufffd', '?');
        const bytes = iconv.encode(text, encoding, { addBOM: false });
        // iconv-lite has no code for a few private-use characters of GB18030: compared with what it reads itself.
        expect((await utf8Of(bytes, encoding, chunkBytes)).toString()).toBe(
          iconv.decode(bytes, encoding, { stripBOM: false }),
        );
      }),
    );
  });

  it('has as many characters as bytes in a single-byte encoding', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (given, chunkBytes) => {
        const utf8 = await utf8Of(Buffer.from(given), 'iso-8859-1', chunkBytes);
        expect(utf8.toString()).toBe(Buffer.from(given).toString('latin1'));
      }),
    );
  });
});

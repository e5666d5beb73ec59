import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { EncodingScanner, type EncodingVerdict } from './encoding-scanner.js';

function scan(bytes: Buffer, chunkBytes = 64 * 1024, declared?: string): EncodingVerdict {
  const scanner = new EncodingScanner(declared);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.push(bytes.subarray(at, at + chunkBytes));
  return scanner.end();
}

const table = (line: string, lines: number): string =>
  Array.from({ length: lines }, (_, i) => `${i},${line}\n`).join('');
const GERMAN = 'Müller,Köln,"Straße 5",3,50 €';
const RUSSIAN = 'Иванов,Москва,улица Ленина';
const CHINESE = '张三,北京,人民路';

describe('the encoding of a file', () => {
  it('is UTF-8 for plain ASCII, with confidence 1', () => {
    expect(scan(Buffer.from(table('a,b', 100)))).toMatchObject({
      encoding: 'utf-8',
      bom: false,
      confidence: 1,
      text: true,
      invalid_sequences: 0,
      multibyte_sequences: 0,
    });
  });

  it('is UTF-8 for an empty file', () => {
    expect(scan(Buffer.alloc(0))).toMatchObject({ encoding: 'utf-8', bom: false, text: true, bytes: 0 });
  });

  it('is UTF-8 by its multi-byte sequences, which are counted', () => {
    const verdict = scan(Buffer.from(table(GERMAN, 50)));
    expect(verdict).toMatchObject({
      encoding: 'utf-8',
      bom: false,
      text: true,
      multibyte_sequences: 200,
      invalid_sequences: 0,
    });
    expect(verdict.confidence).toBeGreaterThan(0.99);
  });

  it('has a lower confidence with a single sequence', () => {
    expect(scan(Buffer.from('a,é\n')).confidence).toBe(0.98);
    expect(scan(Buffer.from('a,éé\n')).confidence).toBe(0.998);
  });

  it('is recognised by the byte order mark', () => {
    expect(scan(Buffer.from('\ufeffa,b\n'))).toMatchObject({ encoding: 'utf-8', bom: true, confidence: 1 });
    expect(scan(Buffer.from('\ufeffa,b\n', 'utf16le'))).toMatchObject({
      encoding: 'utf-16le',
      bom: true,
      confidence: 1,
      text: true,
      nul_bytes: 0,
    });
    expect(scan(Buffer.from('\ufeffa,b\n', 'utf16le').swap16())).toMatchObject({
      encoding: 'utf-16be',
      bom: true,
      confidence: 1,
      text: true,
    });
  });

  it('is UTF-16 without a mark where every other byte is NUL, and the more certain the more of them there are', () => {
    const units = Buffer.from(table(GERMAN, 20), 'utf16le');
    expect(scan(units)).toMatchObject({ encoding: 'utf-16le', bom: false, confidence: 0.998, text: true });
    expect(scan(Buffer.from(units).swap16())).toMatchObject({
      encoding: 'utf-16be',
      bom: false,
      confidence: 0.998,
      text: true,
    });
    expect(scan(Buffer.from('a\n1\n', 'utf16le'))).toMatchObject({ encoding: 'utf-16le', confidence: 0.938 });
    expect(scan(Buffer.from('a\n', 'utf16le'))).toMatchObject({ encoding: 'utf-16le', confidence: 0.75 });
  });

  it.each([
    ['Cyrillic', 'имя,город\nЮрий,Тверь\nОльга,Псков\n'],
    ['Greek', 'όνομα;πόλη\r\nΝίκος;Αθήνα\r\nΕλένη;Πάτρα\r\n'],
    ['Chinese', '姓名\t城市\n王小明\t北京\n李秀英\t上海\n'],
  ])('is UTF-16 without a mark in %s, whose NULs are in delimiters and line breaks only', (_, text) => {
    const units = Buffer.from(text.repeat(30), 'utf16le');
    expect(scan(units)).toMatchObject({ encoding: 'utf-16le', bom: false, text: true });
    expect(scan(Buffer.from(units).swap16())).toMatchObject({ encoding: 'utf-16be', bom: false, text: true });
  });

  it('is not UTF-16 for samples of a sound, which have NULs in every other byte too', () => {
    const sound = Buffer.alloc(8_000);
    for (let at = 0; at < sound.length; at += 2) sound.writeInt16LE(Math.round(Math.sin(at / 50) * 700), at);
    expect(scan(sound)).toMatchObject({ text: false });
  });

  it('counts the unpaired surrogates of UTF-16', () => {
    const units = Buffer.from('\ufeffa,\ud83d,💶,\ude00\n', 'utf16le');
    expect(scan(units)).toMatchObject({ encoding: 'utf-16le', invalid_sequences: 2 });
    expect(scan(Buffer.concat([units, Buffer.from([0x41])]))).toMatchObject({ invalid_sequences: 3 });
    expect(scan(Buffer.from('\ufeffa,b\ud83d', 'utf16le'))).toMatchObject({ invalid_sequences: 1 });
  });

  it.each([
    ['windows-1252', GERMAN],
    ['macintosh', GERMAN.replace('€', '')],
    ['cp850', 'Müller,Köln,Straße,señor,João'],
    ['windows-1250', 'Žluťoučký kůň,Kraków,Łódź'],
    ['iso-8859-2', 'Žluťoučký kůň,Kraków,Łódź,Śląsk'],
    ['cp852', 'Žluťoučký kůň,Kraków,Łódź'],
    ['windows-1251', RUSSIAN],
    ['iso-8859-5', RUSSIAN],
    ['koi8-r', RUSSIAN],
    ['cp866', RUSSIAN],
    ['windows-1253', 'Γεωργίου,Θεσσαλονίκη,τιμή,Ά'],
    ['windows-1254', 'Yılmaz,İstanbul,şehir,Muğla'],
    ['windows-1255', 'כהן,ירושלים,רחוב'],
    ['windows-1256', 'محمد,القاهرة,شارع,پاکستان'],
    ['windows-1257', 'Žemaitis,Šiauliai,ąžuolas,įmonė'],
    ['gb18030', CHINESE],
    ['big5', '陳先生,臺北,中山路'],
    ['shift_jis', '山田,東京,千代田区,カタカナ'],
    ['euc-jp', '山田,東京,千代田区,ひらがな'],
    ['euc-kr', '김철수,서울,강남구'],
  ])('is found by its text, and its text is right: %s', (encoding, line) => {
    const text = table(line, 20);
    const bytes = iconv.encode(text, encoding);
    const verdict = scan(bytes);
    // Encodings that read the bytes alike are one.
    expect(iconv.decode(bytes, verdict.encoding)).toBe(text);
    expect(verdict).toMatchObject({ bom: false, text: true });
    expect(verdict.confidence).toBeGreaterThan(0.5);
  });

  it('is the more usual of two that read the text alike', () => {
    expect(scan(iconv.encode(table(GERMAN.replace('€', ''), 9), 'iso-8859-1')).encoding).toBe('windows-1252');
    expect(scan(iconv.encode(table('Yılmaz,şehir', 9), 'iso-8859-9')).encoding).toBe('windows-1254');
  });

  it('is certain for many words, and a guess for one letter or for bytes without sense', () => {
    expect(scan(iconv.encode(table(GERMAN, 200), 'windows-1252')).confidence).toBeGreaterThan(0.95);
    expect(scan(iconv.encode(table(RUSSIAN, 200), 'windows-1251')).confidence).toBeGreaterThan(0.95);
    expect(scan(iconv.encode('a,Да\n', 'koi8-r')).confidence).toBeLessThan(0.9);
    expect(scan(Buffer.from(table('\xd0\x81\x8d\xff\x90\xf7', 20), 'latin1')).confidence).toBeLessThan(0.9);
  });

  it('is UTF-8 although a few sequences are ill-formed', () => {
    const bytes = Buffer.from(table(GERMAN, 1000));
    bytes[bytes.indexOf('Köln') + 1] = 0x20;
    const verdict = scan(bytes);
    expect(verdict).toMatchObject({ encoding: 'utf-8', invalid_sequences: 1 });
    expect(verdict.confidence).toBeGreaterThan(0.99);
  });

  it('is that of the majority where a file mixes both, with a confidence to match', () => {
    const utf8 = Buffer.from(table(GERMAN, 100));
    const latin = iconv.encode(table(GERMAN, 60), 'windows-1252');
    const mostlyUtf8 = scan(Buffer.concat([latin, utf8]));
    expect(mostlyUtf8.encoding).toBe('utf-8');
    expect(mostlyUtf8.confidence).toBeLessThan(0.7);
    expect(scan(Buffer.concat([latin, utf8.subarray(0, 1000)])).encoding).not.toBe('utf-8');
  });

  it.each<[string, string, string]>([
    ['windows-1252', GERMAN, 'Größe,Zürich,Öl'],
    ['windows-1251', RUSSIAN, 'Ёлка,Пермь,дома'],
    ['gb18030', CHINESE, '李四,上海,中山路'],
  ])('is %s with doubt where some lines are UTF-8', (encoding, line, few) => {
    const most = iconv.encode(table(line, 60), encoding);
    expect(scan(most)).toMatchObject({ encoding });
    expect(scan(most).confidence).toBeGreaterThan(0.9);
    for (const mixed of [Buffer.concat([most, Buffer.from(few)]), Buffer.concat([Buffer.from(few), most])]) {
      const { encoding: found, confidence } = scan(mixed);
      expect(found).toBe(encoding);
      expect(confidence).toBeLessThanOrEqual(0.5);
    }
  });

  it('is windows-1252 for one accented letter', () => {
    expect(scan(iconv.encode('name,city\nJosé,Bern\n', 'windows-1252'))).toMatchObject({
      encoding: 'windows-1252',
      invalid_sequences: 1,
    });
  });

  it('is found in the last bytes of a long file as well', () => {
    const ascii = Buffer.from(table('plain', 200_000));
    expect(scan(Buffer.concat([ascii, Buffer.from('é,é,é\n', 'latin1')])).encoding).toBe('windows-1252');
    expect(scan(Buffer.concat([ascii, Buffer.from('é,é,é\n')])).multibyte_sequences).toBe(3);
    expect(scan(Buffer.concat([ascii, Buffer.from([0xc3])]))).toMatchObject({
      encoding: 'windows-1252',
      invalid_sequences: 1,
    });
  });

  it('has a good estimate of very many sequences', () => {
    const bytes = Buffer.from(table(GERMAN, 100_000));
    const { multibyte_sequences, confidence } = scan(bytes);
    expect(multibyte_sequences).toBeGreaterThan(400_000 * 0.9);
    expect(multibyte_sequences).toBeLessThan(400_000 * 1.1);
    expect(confidence).toBeGreaterThan(0.99);
  });

  it('is UTF-8 in a big file with 500 ill-formed sequences', () => {
    const good = Buffer.from(table(GERMAN, 50_000));
    const bad = Buffer.from(table('M\xfcller', 500), 'latin1');
    expect(scan(Buffer.concat([bad, good]))).toMatchObject({ encoding: 'utf-8', invalid_sequences: 500 });
    expect(scan(Buffer.concat([good, bad]))).toMatchObject({ encoding: 'utf-8', invalid_sequences: 500 });
  });
});

describe('whether a file is text', () => {
  it('is false for random, compressed and NUL bytes', () => {
    expect(scan(randomBytes(200_000)).text).toBe(false);
    expect(scan(deflateSync(randomBytes(50_000))).text).toBe(false);
    expect(scan(Buffer.alloc(100_000)).text).toBe(false);
    expect(scan(Buffer.from(Float64Array.from({ length: 4000 }, (_, i) => i * 1.37).buffer)).text).toBe(false);
    expect(scan(Buffer.from(Int32Array.from({ length: 4000 }, (_, i) => i).buffer)).text).toBe(false);
  });

  it('is false when binary data follows a head of text', () => {
    expect(scan(Buffer.concat([Buffer.from(table('a', 10_000)), randomBytes(20_000_000)])).text).toBe(false);
  });

  it('is true for text with a few NULs, which are counted', () => {
    expect(scan(Buffer.from(table('some text\0 with a NUL', 1000)))).toMatchObject({
      text: true,
      nul_bytes: 1000,
      encoding: 'utf-8',
    });
  });

  it('is true for tables separated by control characters, coloured logs and DOS files', () => {
    expect(scan(Buffer.from(table('a\x01b\x01c', 1000))).text).toBe(true);
    expect(scan(Buffer.from(table('a\x1fb\x1fc\x1e', 1000))).text).toBe(true);
    expect(scan(Buffer.from(table('\x1b[31mred\x1b[0m', 1000))).text).toBe(true);
    expect(scan(Buffer.from('a,b\r\n1,2\r\n\x1a')).text).toBe(true);
  });

  it('is false for UTF-32 unless that is declared', () => {
    const utf32 = iconv.encode(table(GERMAN, 50), 'utf-32le', { addBOM: true });
    expect(scan(utf32).text).toBe(false);
    expect(scan(utf32, 100, 'utf-32le').text).toBe(true);
  });
});

describe('however a file is cut into chunks', { timeout: 60_000 }, () => {
  const piece = fc.oneof(
    fc.constantFrom('a', ',', '\n', 'é', 'ß', '中', '💶', '\ufeff', '\0').map((text) => Buffer.from(text)),
    fc
      .constantFrom(
        '\x80',
        '\xc3',
        '\xe2\x82',
        '\xf0\x9f\x92',
        '\xc0\xaf',
        '\xed\xa0\x80',
        '\xff',
        '\xe0\x80',
        '\xf4\x90',
      )
      .map((text) => Buffer.from(text, 'latin1')),
  );

  it('the verdict is the same, and ill-formed sequences are those that a decoder replaces', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (pieces, chunkBytes) => {
        const bytes = Buffer.concat(pieces);
        const verdict = scan(bytes, chunkBytes);
        expect(verdict).toEqual(scan(bytes));
        if (verdict.encoding.startsWith('utf-16')) return;
        const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
        expect(verdict.invalid_sequences).toBe(decoded.split('\ufffd').length - 1);
      }),
      { numRuns: 500 },
    );
  });

  it('a sequence that is cut off is not completed by a later chunk', () => {
    const scanner = new EncodingScanner();
    scanner.push(Buffer.alloc(64 * 1024, 'x,'));
    for (const chunk of ['\xe2', 'a', '\x82\xac']) scanner.push(Buffer.from(chunk, 'latin1'));
    expect(scanner.end()).toMatchObject({ multibyte_sequences: 0, invalid_sequences: 3 });
  });

  it('a cut within every sequence past the head changes nothing', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(64 * 1024, 'x,'),
      Buffer.from('é中💶 \xff', 'utf8'),
      Buffer.from([0xff, 0xc3, 0x41, 0xe2, 0x82]),
    ]);
    const whole = scan(bytes);
    for (let chunkBytes = 1; chunkBytes < 40; chunkBytes++) expect(scan(bytes, chunkBytes)).toEqual(whole);
    expect(whole).toMatchObject({ multibyte_sequences: 4, invalid_sequences: 3 });
  });
});

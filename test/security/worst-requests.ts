import { deflateRawSync, gzipSync } from 'node:zlib';

// Parts of requests that cost more than their size, or once did.

const KiB = 1024;
const MiB = 1024 * KiB;
/** Node refuses a head of more than 16 KiB. */
const HEAD_BYTES = 15 * KiB;

const filled = (unit: string, bytes: number) => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));
const numbered = (unit: (index: number) => string, bytes: number): string => {
  const parts: string[] = [];
  for (let length = 0, i = 0; ; i += 1) {
    const next = unit(i);
    length += Buffer.byteLength(next);
    if (length > bytes) return parts.join('');
    parts.push(next);
  }
};

/** Texts of at most this many bytes, each of a kind that some reader may take long for. */
const textsOf = (bytes: number): Record<string, string> => ({
  letters: filled('a', bytes),
  digits: filled('9', bytes),
  commas: filled(',', bytes),
  'short names': numbered((i) => `${i.toString(36)},`, bytes),
  'names with signs': numbered((i) => `-${i.toString(36)},`, bytes),
  blanks: `a${filled(' ', bytes - 2)}b`,
  quotes: filled('"', bytes),
  'quotes and commas': filled('",', bytes),
  backslashes: filled('\\', bytes - 1),
  brackets: filled('[', bytes),
  'colons and commas': filled('a:b,', bytes),
  percents: filled('%', bytes),
  dots: filled('.', bytes),
  'at signs': filled('@', bytes),
  'at signs and letters': filled('a@', bytes),
  dates: filled('2026-01-01T', bytes),
  'letters of four bytes': filled('\u{1f469}', Math.floor(bytes / 3)),
  'marks on one letter': `a${filled('\u0316\u0301', Math.floor(bytes / 3))}`,
  'marks in the worst order': `a${filled('\u0301', Math.floor(bytes / 6))}${filled('\u0316', Math.floor(bytes / 6))}`,
});

/** Queries: many parameters, one of them again and again, and each known one with each kind of text. */
export function worstQueries(parameters: readonly string[]): Record<string, string> {
  const encoded = (text: string) => encodeURIComponent(text).slice(0, HEAD_BYTES).replace(/%.?$/, '');
  const kinds = Object.entries(textsOf(HEAD_BYTES));
  return {
    'many parameters': numbered((i) => `${i.toString(36)}&`, HEAD_BYTES),
    'many parameters of methods': filled('toString=1&', HEAD_BYTES),
    'one unknown parameter': filled('a=&', HEAD_BYTES),
    'nested brackets': `a${filled('[a]', HEAD_BYTES)}=1`,
    ...Object.fromEntries(
      parameters.flatMap((name) => [
        [`${name} again and again`, filled(`${name}=1&`, HEAD_BYTES)],
        ...kinds.map(([kind, text]) => [`${name} of ${kind}`, `${name}=${encoded(text)}`]),
      ]),
    ),
  };
}

/** Headers that the api reads, and how their values begin. */
const READ_HEADERS = [
  ['Authorization', 'Bearer '],
  ['If-None-Match', ''],
  ['If-Match', ''],
  ['Accept', ''],
  ['Cache-Control', ''],
  ['Cookie', ''],
  ['X-Request-Id', ''],
  ['X-Forwarded-For', ''],
  ['Idempotency-Key', ''],
  ['Last-Event-ID', ''],
  ['Origin', ''],
  ['Content-Type', 'text/csv;'],
  ['Content-Disposition', 'attachment; filename='],
] as const;

/** Headers that the api reads, with each kind of text that a header may hold. */
export function worstHeaders(): Record<string, Record<string, string>> {
  const kinds = Object.entries(textsOf(HEAD_BYTES - KiB)).filter(([, text]) => /^[\x20-\x7e]*$/.test(text));
  return Object.fromEntries([
    ...READ_HEADERS.flatMap(([name, beginning]) =>
      kinds.map(([kind, text]) => [`${name} of ${kind}`, { [name]: beginning + text }] as const),
    ),
    ['many entity tags', { 'If-None-Match': numbered((i) => `W/"${i}",`, HEAD_BYTES - KiB) }],
    ['many headers', Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`x${i}`, '1']))],
  ]);
}

const line = (cells: string[], end = '\n') => cells.join(',') + end;
const upTo = (bytes: number, unit: string) => filled(unit, bytes - 1);

/** Files of 1 MiB, each of a kind that the detection of what it is may take long for. */
export function worstFiles(bytes = MiB): Record<string, Buffer> {
  const texts: Record<string, string> = {
    'one letter': upTo(bytes, 'a'),
    'letters in lines': upTo(bytes, 'a\n'),
    'blank lines': `a\n${upTo(bytes - 2, '\n')}`,
    commas: upTo(bytes, ','),
    'commas in lines': upTo(bytes, ',\n'),
    'all delimiters': upTo(bytes, ',;|\t:^~ '),
    'all delimiters in lines': upTo(bytes, ',;|\t:^~ \n'),
    'another delimiter in each line': upTo(bytes, 'a,b,c\na;b;c\na|b|c\na\tb\tc\n'),
    quotes: upTo(bytes, '"'),
    'quotes in lines': upTo(bytes, '"\n'),
    'quotes and commas': upTo(bytes, '",'),
    'an open quote': `a,b\n"${upTo(bytes - 6, 'x,y\n')}`,
    'open quotes': upTo(bytes, 'a,"b\n'),
    'both quotes': upTo(bytes, `"a'b",'a"b'\n`),
    'quotes behind blanks': upTo(bytes, ' "a" , "b" \n'),
    backslashes: upTo(bytes, '\\'),
    'escaped quotes': upTo(bytes, '"\\"a\\"",\\,\n'),
    'carriage returns': upTo(bytes, 'a,b\r'),
    'mixed line ends': upTo(bytes, 'a,b\r\nc,d\re,f\n\r'),
    '2,000 columns': upTo(bytes, line(Array.from({ length: 2_000 }, (_, i) => `${i}`))),
    '2,000 empty columns': upTo(bytes, line(Array(2_000).fill(''))),
    '2,000 columns of one name': line(Array(2_000).fill('a')) + upTo(bytes - 4_000, line(Array(2_000).fill('1'))),
    // As long together as they may be.
    '2,000 long names':
      line(Array.from({ length: 2_000 }, (_, i) => 'n'.repeat(60) + i)) + upTo(20_000, line(Array(2_000).fill('1'))),
    '2,000 names that are too long':
      line(Array.from({ length: 2_000 }, (_, i) => 'n'.repeat(490) + i)) + upTo(20_000, line(Array(2_000).fill('1'))),
    'one long name': `${'n'.repeat(bytes / 2)},b\n${upTo(bytes / 2 - 10, '1,2\n')}`,
    'rising widths': numbered((i) => line(Array(i + 1).fill('1')), bytes),
    'random widths': numbered((i) => line(Array(1 + ((i * 7919) % 61)).fill('1')), bytes),
    integers: upTo(bytes, '1,22,333,4444\n'),
    'long integers': upTo(bytes, `${'9'.repeat(1_000)},1\n`),
    decimals: upTo(bytes, '1.234,56;7,8;9.0\n'),
    'numbers of both signs': upTo(bytes, '1.234;1,234;1 234;1\u00a0234\n'),
    'dates of open order': upTo(bytes, '01/02/03,04/05/2006,2006-07-08T09:10:11Z\n'),
    'dates that nearly are': upTo(bytes, '2026-01-01T00:00:00.00000000000000000000x\n'),
    booleans: upTo(bytes, 'true,false,yes\n'),
    titles: `${upTo(bytes - 100, 'Title\n\n')}a,b\n1,2\n3,4\n`,
    footers: `a,b\n${upTo(bytes - 10, '1,2\n\nfoot\n')}`,
    comments: upTo(bytes, '# comment\n'),
    json: `[${upTo(bytes - 2, '{"a":1},')}`,
    'json in cells': upTo(bytes, '{"a":[1,2]},"{""b"":1}"\n'),
    'json that is deep': upTo(bytes, '['),
    markup: upTo(bytes, '<a b="c">'),
    'xml comments': `<!--${upTo(bytes - 5, '-')}`,
    'control characters': upTo(bytes, '\u0001\u001f\u001e,\u0002\n'),
    'marks on one letter': `a${upTo(bytes - 2, '\u0316\u0301')}`,
    'letters of many scripts': upTo(bytes, 'é,ш,中,ア,한,א,ع,ก,😀\n'),
    'blanks in cells': upTo(bytes, `${' '.repeat(500)},a\n`),
    'blanks behind cells': upTo(bytes, 'a  ,  b\t ,\tc\n'),
    formulas: upTo(bytes, '=1+1,@a,+2\n'),
    'camel case names': `${filled('aB', bytes / 2)},b\n1,2\n`,
    'one line of cells': upTo(bytes, 'a,'),
  };
  const noise = Buffer.alloc(
    bytes,
    Uint8Array.from({ length: 65_521 }, (_, i) => 128 + ((i * i * 31 + i) % 128)),
  );
  return {
    ...Object.fromEntries(Object.entries(texts).map(([kind, text]) => [kind, Buffer.from(text)])),
    'UTF-16': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(upTo(bytes / 2, 'a,é\n'), 'utf16le')]),
    'UTF-16 without a mark': Buffer.from(upTo(bytes / 2, 'a,é\n'), 'utf16le'),
    'bytes above 127': noise,
    'bytes above 127 in lines': Buffer.from(noise.map((byte, i) => (i % 16 === 15 ? 10 : i % 4 === 3 ? 44 : byte))),
    'half of Shift_JIS': Buffer.from(upTo(bytes, '\x83a\x82,\n'), 'latin1'),
    'UTF-8 broken at the end': Buffer.concat([Buffer.from(upTo(bytes - 2, 'é,b\n')), Buffer.from([0xc3])]),
    'NUL characters': Buffer.from(upTo(bytes, 'a\0b,c\n')),
    'gzip of zeros': gzipSync(Buffer.alloc(30 * MiB, 'a,b\n')),
    'gzip of gzip': gzipSync(gzipSync(Buffer.alloc(30 * MiB, 'a,b\n'))),
    'many members of gzip': Buffer.concat(Array(20_000).fill(gzipSync('a,b\n'))),
    'empty members of gzip': Buffer.concat(Array(50_000).fill(gzipSync(''))),
    'gzip that is cut': gzipSync(noise).subarray(0, bytes / 4),
    'raw deflate': deflateRawSync(noise),
  };
}

const EDGE = 'edge';
const disposition = (name: string, rest = '') => `Content-Disposition: form-data; name="${name}"${rest}\r\n`;

/** Bodies of multipart/form-data with this boundary. */
export const FORM_TYPE = `multipart/form-data; boundary=${EDGE}`;

/** Forms of 1 MiB that are hard to read. */
export function worstForms(bytes = MiB): Record<string, string> {
  const filePart = (rest: string) => `--${EDGE}\r\n${disposition('file', rest)}\r\na,b\n1,2\n\r\n`;
  const end = `--${EDGE}--\r\n`;
  return {
    'many fields': upTo(bytes, `--${EDGE}\r\n${disposition('a')}\r\n1\r\n`) + end,
    'many files': upTo(bytes, filePart('; filename="a.csv"')) + end,
    'many parts behind the file': filePart('; filename="a.csv"') + upTo(bytes, `--${EDGE}\r\n\r\n\r\n`) + end,
    'parts without a name': upTo(bytes, `--${EDGE}\r\n\r\n\r\n`) + end,
    'edges alone': upTo(bytes, `--${EDGE}\r\n`) + end,
    'nearly edges': `${filePart('; filename="a.csv"').slice(0, -2)}${upTo(bytes, '\r\n--edg')}\r\n${end}`,
    'line ends before edges': `${filePart('; filename="a.csv"').slice(0, -2)}${upTo(bytes, '\r\n-')}\r\n${end}`,
    'headers without end': `--${EDGE}\r\n${upTo(bytes, 'X-A: b\r\n')}`,
    'a header without end': `--${EDGE}\r\nX-A: ${upTo(bytes, 'b')}`,
    'folded headers': `--${EDGE}\r\n${disposition('file')}${upTo(bytes, ' \r\n\t')}`,
    'a long file name': filePart(`; filename="${'a'.repeat(7_000)}"`) + end,
    'a file name of quotes': filePart(`; filename="${upTo(7_000, '\\"; ')}"`) + end,
    'a file name of words': filePart(`; filename="${upTo(7_000, '=?utf-8?q?=61?= ')}"`) + end,
    'a file name of pieces': filePart(numbered((i) => `; filename*${i}*=%61`, 7_000)) + end,
    'a preamble without end': upTo(bytes, 'a\r\n'),
  };
}

/** Filters that are as wide and as deep as they may be. */
export function worstFilters(column: string): Record<string, string> {
  const bytes = HEAD_BYTES - 200;
  const leaf = `{"${column}":{"contains":"a"}}`;
  const wide = (unit: string, max = Number.POSITIVE_INFINITY) =>
    Array(Math.min(max, Math.floor(bytes / (unit.length + 1))))
      .fill(unit)
      .join(',');
  const nested = (open: string, inner: string, close: string, depth: number) =>
    open.repeat(depth) + inner + close.repeat(depth);
  return {
    '100 conditions': `{"$or":[${wide(leaf, 100)}]}`,
    'more conditions than allowed': `{"$or":[${wide(leaf)}]}`,
    'groups of groups': nested('{"$and":[', `{"$or":[${wide(leaf, 90)}]}`, ']}', 4),
    'not of not': nested('{"$not":', leaf, '}', 5),
    'too deep': nested('{"$not":', leaf, '}', 400),
    'very deep arrays': `{"${column}":${'['.repeat(4_000)}${']'.repeat(4_000)}}`,
    'a list of values': `{"${column}":[${wide('1')}]}`,
    'a list of texts': `{"${column}":{"not_in":[${wide('"a"')}]}}`,
    'unknown columns': `{"$or":[${Array.from({ length: 1_000 }, (_, i) => `{"x${i}":1}`).join(',')}]}`,
    'many names': `{${numbered((i) => `"${i}":1,`, bytes)}"z":1}`,
    'long text': `{"${column}":{"contains":"${'a'.repeat(bytes)}"}}`,
    wildcards: `{"${column}":{"contains":"${'%_\\\\'.repeat(1_000)}"}}`,
  };
}

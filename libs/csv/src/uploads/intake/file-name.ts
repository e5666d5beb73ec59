import { createTranscoder } from '@app/csv-format';

/** The name of a file whose client gives none. */
const FALLBACK_NAME = 'upload.csv';
const LONGEST_NAME = 255;

/**
 * Control characters; marks that change the direction of text, with which `gpj.csv` shows as something else; line separators and
 * characters without width. The joiners U+200C and U+200D stay: Persian words and emoji need them.
 */
const UNPRINTABLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/**
 * The name to show for a file: the last part of a path of any system, without unprintable characters, of limited length.
 * @param sent the name from the client, undefined or empty if there is none
 */
export function displayName(sent: string | undefined): string {
  const printable = (sent ?? '').toWellFormed().replace(UNPRINTABLE, '');
  const name = printable.slice(Math.max(printable.lastIndexOf('/'), printable.lastIndexOf('\\')) + 1).trim();
  const isUsable = name !== '' && name !== '.' && name !== '..';
  return isUsable ? [...name].slice(0, LONGEST_NAME).join('').trim() : FALLBACK_NAME;
}

/** The name of what is unpacked from a file: `sales.csv.gz` gives `sales.csv`. */
export const unpackedName = (name: string): string => displayName(name.replace(/\.gz(?:ip)?$/i, ''));

/**
 * The file name in a `Content-Disposition`, as its client meant it. Clients disagree about every character that is not ASCII, so all
 * their forms are read: `filename*` (RFC 5987), its continuations `filename*0*` (RFC 2231), encoded words (RFC 2047), and bytes, which
 * are UTF-8 or else windows-1252. The extended forms come first, because a client sends the plain one beside them for old servers.
 * @param header the value of the header, each byte as one character (latin-1)
 * @returns undefined if the header has no name
 */
export function fileNameOf(header: string): string | undefined {
  const parameters = parametersOf(header);
  const extended = parameters.get('filename*');
  const continued = continuationsOf(parameters);
  const plain = parameters.get('filename');
  return (
    (extended === undefined ? undefined : decodeExtended(extended)) ??
    continued ??
    (plain === undefined ? undefined : decodePlain(plain)) ??
    (extended === undefined ? undefined : decodePlain(extended))
  );
}

/** The name of the form's field that a part belongs to. */
export const fieldNameOf = (header: string): string | undefined => {
  const name = parametersOf(header).get('name');
  return name === undefined ? undefined : decodePlain(name);
};

/** The parameters of a header by lower-case name, unquoted and not decoded; the first one counts where a name is repeated. */
function parametersOf(header: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const parameter = /(?:^|;)[ \t]*([^\s=;"]+)[ \t]*=[ \t]*/g;
  for (let match = parameter.exec(header); match; match = parameter.exec(header)) {
    const start = parameter.lastIndex;
    const { value, end } = header[start] === '"' ? quotedValue(header, start + 1) : bareValue(header, start);
    parameter.lastIndex = end;
    const name = match[1]!.toLowerCase();
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function bareValue(header: string, start: number) {
  const semicolon = header.indexOf(';', start);
  const end = semicolon < 0 ? header.length : semicolon;
  return { value: header.slice(start, end).trim(), end };
}

/**
 * A backslash escapes a quote or a backslash; before anything else it is the separator of a Windows path, which some clients do not
 * escape. A quote behind a backslash ends the value if nothing but the next parameter or the end follows and no later quote does.
 */
function quotedValue(header: string, start: number) {
  let value = '';
  for (let at = start; at < header.length; at++) {
    const character = header[at]!;
    if (character === '"') return { value, end: at + 1 };
    const next = header[at + 1];
    const isPair = character === '\\' && (next === '\\' || (next === '"' && !isLastQuote(header, at + 1)));
    if (isPair) at++;
    value += isPair ? next : character;
  }
  return { value, end: header.length };
}

const isLastQuote = (header: string, quote: number): boolean =>
  /^[ \t]*(?:;|$)/.test(header.slice(quote + 1)) && !/^[^;]*"/.test(header.slice(quote + 1));

/** `charset'language'text`, the text percent-encoded; undefined if it is malformed or the charset is unknown. */
function decodeExtended(value: string): string | undefined {
  const [, charset, text] = /^([^']*)'[^']*'(.*)$/s.exec(value) ?? [];
  return charset === undefined ? undefined : decode(percentDecoded(text!), charset);
}

/** The sections `filename*0`, `filename*1*`, … as one text (RFC 2231, 3); those whose name ends in `*` are percent-encoded. */
function continuationsOf(parameters: ReadonlyMap<string, string>): string | undefined {
  let bytes = '';
  let charset: string | undefined;
  for (let section = 0; ; section++) {
    const literal = parameters.get(`filename*${section}`);
    const encoded = parameters.get(`filename*${section}*`);
    if (literal === undefined && encoded === undefined) {
      if (section === 0) return undefined;
      return charset === undefined ? decodeWords(bytes) : decode(bytes, charset);
    }
    if (encoded === undefined) {
      bytes += literal;
      continue;
    }
    const [, declared, text] = (section === 0 && /^([^']*)'[^']*'(.*)$/s.exec(encoded)) || [];
    charset ??= declared;
    bytes += percentDecoded(text ?? encoded);
  }
}

/** Browsers encode exactly these three characters (WHATWG); any other percent sign is part of the name. */
const BROWSER_ESCAPES: Readonly<Record<string, string>> = { '%22': '"', '%0d': '\r', '%0a': '\n' };

const decodePlain = (value: string): string =>
  decodeWords(value).replace(/%(?:22|0d|0a)/gi, (code) => BROWSER_ESCAPES[code.toLowerCase()]!);

const ENCODED_WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi;

/**
 * Decodes the encoded words in a text (RFC 2047), and the bytes around them. Blanks between two words are dropped. Words of one charset
 * are joined before they are decoded, because some clients break a character across two words.
 */
function decodeWords(value: string): string {
  const pieces: { charset?: string; bytes: string }[] = [];
  let end = 0;
  for (const [word, charset, form, text] of value.matchAll(ENCODED_WORD)) {
    const at = value.indexOf(word, end);
    const between = value.slice(end, at);
    end = at + word.length;
    const last = pieces.at(-1);
    const follows = last?.charset !== undefined && between.trim() === '';
    const bytes = form!.toLowerCase() === 'b' ? atobLenient(text!) : quotedDecoded(text!);
    if (!follows && between !== '') pieces.push({ bytes: between });
    if (follows && last.charset === charset!.toLowerCase()) last.bytes += bytes;
    else pieces.push({ charset: charset!.toLowerCase(), bytes });
  }
  pieces.push({ bytes: value.slice(end) });
  return pieces.map(({ charset, bytes }) => (charset && decode(bytes, charset)) ?? decodeBytes(bytes)).join('');
}

const byteOf = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
const percentDecoded = (text: string) => text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => byteOf(hex));
const quotedDecoded = (text: string) =>
  text.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => byteOf(hex));
const atobLenient = (text: string) => Buffer.from(text, 'base64').toString('latin1');

/** @returns undefined if the charset is unknown or the bytes are not valid in it */
function decode(bytes: string, charset: string): string | undefined {
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    const buffer = Buffer.from(bytes, 'latin1');
    // Node 20 reads windows-1252 as latin-1, which has control characters where windows-1252 has € and quotes.
    if (decoder.encoding !== 'windows-1252') return decoder.decode(buffer);
    const transcoder = createTranscoder('windows-1252');
    return Buffer.concat([transcoder.write(buffer), transcoder.end()]).toString();
  } catch {
    return undefined;
  }
}

const decodeBytes = (bytes: string): string => decode(bytes, 'utf-8') ?? decode(bytes, 'windows-1252') ?? bytes;

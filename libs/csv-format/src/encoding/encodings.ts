/** Encodings that can be declared: our name (the IANA or WHATWG one) and its aliases. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'utf-8': ['utf8', 'utf-8-sig', 'utf8-bom', 'unicode-1-1-utf-8', 'cp65001', 'ascii', 'us-ascii'],
  'utf-16le': ['utf16le', 'ucs-2', 'ucs2', 'utf-16-le'],
  'utf-16be': ['utf16be', 'utf-16-be'],
  'utf-16': ['utf16', 'unicode'],
  'utf-32le': ['utf32le'],
  'utf-32be': ['utf32be'],
  'windows-1250': ['cp1250'],
  'windows-1251': ['cp1251'],
  'windows-1252': ['cp1252', 'ansi'],
  'windows-1253': ['cp1253'],
  'windows-1254': ['cp1254'],
  'windows-1255': ['cp1255'],
  'windows-1256': ['cp1256'],
  'windows-1257': ['cp1257'],
  'windows-1258': ['cp1258'],
  'windows-874': ['cp874', 'tis-620', 'iso-8859-11', 'iso8859-11'],
  'iso-8859-1': ['latin1', 'latin-1', 'l1', 'iso8859-1', 'iso88591'],
  'iso-8859-2': ['latin2', 'iso8859-2'],
  'iso-8859-3': ['latin3', 'iso8859-3'],
  'iso-8859-4': ['latin4', 'iso8859-4'],
  'iso-8859-5': ['iso8859-5'],
  'iso-8859-6': ['iso8859-6'],
  'iso-8859-7': ['iso8859-7'],
  'iso-8859-8': ['iso8859-8'],
  'iso-8859-9': ['latin5', 'iso8859-9'],
  'iso-8859-10': ['latin6', 'iso8859-10'],
  'iso-8859-13': ['latin7', 'iso8859-13'],
  'iso-8859-14': ['latin8', 'iso8859-14'],
  'iso-8859-15': ['latin9', 'latin-9', 'iso8859-15'],
  'iso-8859-16': ['latin10', 'iso8859-16'],
  macintosh: ['mac', 'macroman', 'mac-roman', 'x-mac-roman'],
  'koi8-r': ['koi8r'],
  'koi8-u': ['koi8u'],
  cp437: ['ibm437', '437'],
  cp850: ['ibm850', '850'],
  cp852: ['ibm852', '852'],
  cp866: ['ibm866', '866'],
  shift_jis: ['shift-jis', 'sjis', 'cp932', 'ms932', 'windows-31j', 'ms_kanji'],
  'euc-jp': ['eucjp'],
  'euc-kr': ['euckr', 'cp949', 'ks_c_5601-1987', 'windows-949'],
  gb18030: [],
  gbk: ['gb2312', 'cp936', 'euc-cn'],
  big5: ['big-5', 'cp950', 'big5-hkscs'],
};

/** East Asian encodings of one to four bytes per character. */
export const MULTI_BYTE: ReadonlySet<string> = new Set(['shift_jis', 'euc-jp', 'euc-kr', 'gbk', 'gb18030', 'big5']);

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(ALIASES).flatMap(([name, aliases]) => [name, ...aliases].map((alias) => [alias, name] as const)),
);

/** The names that a client may declare, one per encoding, for messages and documents. */
export const ENCODINGS: readonly string[] = Object.keys(ALIASES);

/**
 * Our name for an encoding, by any alias in any case; null for an unknown one.
 * `utf-16` is big-endian or little-endian by its byte order mark, and little-endian without one. In `iso-8859-1` the bytes 80-9F are C1
 * controls; the encoding of Windows is windows-1252.
 */
export function encodingNamed(name: string): string | null {
  return BY_NAME.get(name.trim().toLowerCase()) ?? null;
}

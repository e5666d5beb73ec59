const UTF_8 = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16LE = Buffer.from([0xff, 0xfe]);
const UTF_16BE = Buffer.from([0xfe, 0xff]);
const UTF_32LE = Buffer.from([0xff, 0xfe, 0, 0]);
const UTF_32BE = Buffer.from([0, 0, 0xfe, 0xff]);
const GB18030 = Buffer.from([0x84, 0x31, 0x95, 0x33]);

const MARKS: ReadonlyMap<string, readonly Buffer[]> = new Map([
  ['utf-8', [UTF_8]],
  ['utf-16le', [UTF_16LE]],
  ['utf-16be', [UTF_16BE]],
  ['utf-16', [UTF_16LE, UTF_16BE]],
  ['utf-32le', [UTF_32LE]],
  ['utf-32be', [UTF_32BE]],
  ['gb18030', [GB18030]],
]);

/** The encodings that are recognised by their byte order mark. FF FE 00 00 comes before FF FE, with which it begins. */
const RECOGNISED = [
  { encoding: 'utf-32le', mark: UTF_32LE },
  { encoding: 'utf-32be', mark: UTF_32BE },
  { encoding: 'utf-8', mark: UTF_8 },
  { encoding: 'utf-16le', mark: UTF_16LE },
  { encoding: 'utf-16be', mark: UTF_16BE },
] as const;

export interface ByteOrderMark {
  encoding: (typeof RECOGNISED)[number]['encoding'];
  /** In bytes. */
  length: number;
}

/** The byte order mark that a file begins with, whatever its encoding is. @param head at least 4 bytes, if there are so many */
export function findByteOrderMark(head: Buffer): ByteOrderMark | null {
  const found = RECOGNISED.find(({ mark }) => startsWith(head, mark));
  return found ? { encoding: found.encoding, length: found.mark.length } : null;
}

/** The byte order marks that a file in this encoding may begin with. */
export const byteOrderMarksOf = (encoding: string): readonly Buffer[] => MARKS.get(encoding) ?? [];

/**
 * Bytes of the byte order mark that a file in this encoding begins with; 0 where it has none. The transcoder takes off this one, and
 * no further one, which is text. @param head at least 4 bytes, if there are so many
 */
export const byteOrderMarkLength = (head: Buffer, encoding: string): number =>
  byteOrderMarksOf(encoding).find((mark) => startsWith(head, mark))?.length ?? 0;

/** Whether `bytes` begin with all of `prefix`. */
export const startsWith = (bytes: Buffer, prefix: Buffer): boolean =>
  bytes.length >= prefix.length && bytes.subarray(0, prefix.length).equals(prefix);

const MARKS: Readonly<Record<string, readonly string[]>> = {
  'utf-8': ['\xef\xbb\xbf'],
  'utf-16le': ['\xff\xfe'],
  'utf-16be': ['\xfe\xff'],
  'utf-16': ['\xff\xfe', '\xfe\xff'],
  'utf-32le': ['\xff\xfe\0\0'],
  'utf-32be': ['\0\0\xfe\xff'],
  gb18030: ['\x84\x31\x95\x33'],
};

/** Bytes of the byte order mark that a file in this encoding begins with; the transcoder takes them off. @param head at least 4 bytes, if there are so many */
export function byteOrderMarkLength(head: Buffer, encoding: string): number {
  const beginning = head.toString('latin1', 0, 4);
  return MARKS[encoding]?.find((mark) => beginning.startsWith(mark))?.length ?? 0;
}

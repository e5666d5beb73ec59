import { PREVIEW_BYTES } from './preview.js';

const LF = 0x0a;
const CR = 0x0d;

export interface FileHead {
  /** In memory of their own. */
  bytes: Buffer;
  isWhole: boolean;
}

/**
 * Reads the first MiB of a file, and no more of it than shows whether it goes on. A file that goes on is cut behind its last line break,
 * because half a character at the end would look like invalid text.
 * @param content is ended early; its owner answers for the rest of the body
 */
export async function readHead(content: AsyncIterable<Buffer>): Promise<FileHead> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    // A copy: the parser of multipart may reuse the memory of the chunk.
    parts.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > PREVIEW_BYTES) break;
  }
  const isWhole = length <= PREVIEW_BYTES;
  const read = Buffer.concat(parts, Math.min(length, PREVIEW_BYTES));
  const bytes = isWhole ? read : read.subarray(0, lastLineEnd(read));
  return { bytes: Buffer.from(new Uint8Array(bytes).buffer), isWhole };
}

/** Characters of UTF-16 and UTF-32, where NUL is frequent, end at a multiple of 4 bytes, as the whole does. */
function lastLineEnd(bytes: Buffer): number {
  if (bytes.includes(0)) return bytes.length;
  const end = Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
  return end === 0 ? bytes.length : end;
}

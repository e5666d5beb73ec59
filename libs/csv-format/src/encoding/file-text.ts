import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { byteOrderMarkLength, byteOrderMarksOf } from './byte-order-mark.js';
import { createTranscoder } from './transcode.js';

/** A part of a file as text. */
export interface FileText {
  text: string;
  /** Whether the text stands for every byte: nothing is invalid in the encoding, and no byte order mark was taken off. */
  isComplete: boolean;
}

/** The text of whole characters of a file; what does not decode is U+FFFD. @param encoding a name of `encodings.ts` */
export function decodeFileText(bytes: Buffer, encoding: string): FileText {
  const transcoder = createTranscoder(encoding);
  const utf8 = Buffer.concat([transcoder.write(bytes), transcoder.end()]);
  const isComplete = isUtf8(utf8) && byteOrderMarkLength(bytes, encoding) === 0;
  // The transcoder writes FF FF FF for what does not decode.
  return { text: isComplete ? utf8.toString() : utf8.toString().replace(/\ufffd{3}/g, '\ufffd'), isComplete };
}

/** The bytes that a text has in a file; what the encoding lacks is a question mark. */
export const encodeFileText = (text: string, encoding: string): Buffer =>
  encoding === 'utf-8' ? Buffer.from(text) : iconv.encode(text, encoding, { addBOM: false });

/** What a file begins with by which its encoding is recognised; nothing in UTF-8 and in encodings that contain ASCII. */
export function fileMark(encoding: string): Buffer {
  const [mark] = /^utf-(16|32)/.test(encoding) ? byteOrderMarksOf(encoding) : [];
  return mark ?? Buffer.alloc(0);
}

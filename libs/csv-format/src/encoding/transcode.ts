import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import { byteOrderMarksOf, startsWith } from './byte-order-mark.js';
import { encodingNamed, MULTI_BYTE } from './encodings.js';

/** Bytes of a file in, UTF-8 bytes without BOM out; chunks may be cut anywhere, memory does not grow. */
export interface Transcoder {
  write(chunk: Buffer): Buffer;
  /** What was still waiting for more bytes. Nothing may be written afterwards. */
  end(): Buffer;
}

/** An encoding that we do not read. Options are checked long before, so a file meets this only through a programming error. */
export class UnknownEncoding extends Error {
  constructor(readonly encoding: string) {
    super(`Unknown encoding "${encoding}".`);
  }
}

/**
 * The transcoder from an encoding (any name of encodings.ts) to UTF-8.
 *
 * What is invalid in the source stays invalid in the result, so that a reader which checks for UTF-8 finds the record: UTF-8 passes through
 * untouched but for its BOM, an unpaired surrogate comes out as its three generalised bytes (ED A0 80 …), anything else that does not
 * decode as FF FF FF. One character is never cut in two by a chunk's edge in the result, except where UTF-8 passes through.
 */
export function createTranscoder(encoding: string): Transcoder {
  const name = encodingNamed(encoding);
  switch (name) {
    case null:
      throw new UnknownEncoding(encoding);
    case 'utf-8':
      return new ByteOrderMarkRemover(name, () => IDENTITY);
    case 'utf-16le':
      return new ByteOrderMarkRemover(name, () => new Utf16Transcoder(false));
    case 'utf-16be':
      return new ByteOrderMarkRemover(name, () => new Utf16Transcoder(true));
    case 'utf-16':
      return new ByteOrderMarkRemover(name, (mark) => new Utf16Transcoder(mark?.[0] === 0xfe));
    case 'utf-32le':
    case 'utf-32be':
      return new ByteOrderMarkRemover(name, () => new IconvTranscoder(name));
    case 'gb18030':
      return new ByteOrderMarkRemover(name, () => new MultiByteTranscoder(name));
    default:
      return MULTI_BYTE.has(name) ? new MultiByteTranscoder(name) : new SingleByteTranscoder(name);
  }
}

/** The same over a stream: `for await (const utf8 of transcode(file, 'windows-1252'))`. Backpressure is the consumer's pace. */
export async function* transcode(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  encoding: string,
): AsyncGenerator<Buffer> {
  const transcoder = createTranscoder(encoding);
  for await (const chunk of source) {
    const utf8 = transcoder.write(chunk);
    if (utf8.length > 0) yield utf8;
  }
  const rest = transcoder.end();
  if (rest.length > 0) yield rest;
}

const NOTHING = Buffer.alloc(0);
const INVALID = 0xff;
const REPLACEMENT = Buffer.from('\ufffd', 'utf8');

const IDENTITY: Transcoder = { write: (chunk) => chunk, end: () => NOTHING };

/** Takes a byte order mark off the beginning, then passes everything to the transcoder that the mark calls for. */
class ByteOrderMarkRemover implements Transcoder {
  private readonly marks: readonly Buffer[];
  private inner: Transcoder | null = null;
  private head: Buffer = NOTHING;

  constructor(
    encoding: string,
    private readonly open: (mark: Buffer | null) => Transcoder,
  ) {
    this.marks = byteOrderMarksOf(encoding);
  }

  write(chunk: Buffer): Buffer {
    if (this.inner) return this.inner.write(chunk);
    this.head = this.head.length > 0 ? Buffer.concat([this.head, chunk]) : chunk;
    const undecided = this.marks.some((mark) => this.head.length < mark.length && startsWith(mark, this.head));
    if (!undecided) return this.begin();
    this.head = Buffer.from(this.head);
    return NOTHING;
  }

  end(): Buffer {
    const begun = this.inner ? NOTHING : this.begin();
    const rest = this.inner!.end();
    return begun.length > 0 ? Buffer.concat([begun, rest]) : rest;
  }

  private begin(): Buffer {
    const mark = this.marks.find((known) => startsWith(this.head, known)) ?? null;
    const rest = this.head.subarray(mark?.length ?? 0);
    this.head = NOTHING;
    this.inner = this.open(mark);
    return this.inner.write(rest);
  }
}

class Utf16Transcoder implements Transcoder {
  /** An odd byte, or a high surrogate whose partner is in the next chunk: at most three bytes. */
  private carry: Buffer = NOTHING;

  constructor(private readonly bigEndian: boolean) {}

  write(chunk: Buffer): Buffer {
    const bytes = this.carry.length > 0 ? Buffer.concat([this.carry, chunk]) : chunk;
    let end = bytes.length & ~1;
    if (end >= 2 && (bytes[end - (this.bigEndian ? 2 : 1)]! & 0xfc) === 0xd8) end -= 2;
    this.carry = Buffer.from(bytes.subarray(end));
    return this.decode(bytes.subarray(0, end));
  }

  end(): Buffer {
    const lone = this.decode(this.carry.subarray(0, this.carry.length & ~1));
    return this.carry.length & 1 ? Buffer.concat([lone, Buffer.from([INVALID])]) : lone;
  }

  private decode(units: Buffer): Buffer {
    const text = (this.bigEndian ? Buffer.from(units).swap16() : units).toString('utf16le');
    return LONE_SURROGATE.test(text) ? generalisedUtf8(text) : Buffer.from(text, 'utf8');
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function generalisedUtf8(text: string): Buffer {
  const parts = text.split(/(\p{Surrogate})/u);
  return Buffer.concat(
    parts.map((part, i) => {
      if (i % 2 === 0) return Buffer.from(part, 'utf8');
      const unit = part.charCodeAt(0);
      return Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
    }),
  );
}

class IconvTranscoder implements Transcoder {
  private readonly decoder: { write(chunk: Buffer): string; end(): string | undefined };

  constructor(encoding: string) {
    this.decoder = iconv.getDecoder(encoding, { stripBOM: false });
  }

  write(chunk: Buffer): Buffer {
    return encode(this.decoder.write(chunk));
  }

  end(): Buffer {
    return encode(this.decoder.end() ?? '');
  }
}

/** Of one byte per character and ASCII below 80: a chunk without high bytes, most of many files, passes as it is. */
class SingleByteTranscoder extends IconvTranscoder {
  override write(chunk: Buffer): Buffer {
    return isAscii(chunk) ? chunk : super.write(chunk);
  }
}

/** No record is longer, so a run of bytes that is may be cut anywhere. */
const LONGEST_RUN = 1024 * 1024;

/**
 * Shift_JIS, EUC, Big5 and GB18030, decoded in pieces that end behind a byte below 30 (a comma, a space, a line feed): in none of them
 * can that be the end of a longer sequence. So the decoder never carries anything from one piece to the next, which iconv-lite
 * 0.7 does badly: what was carried does not fit its output buffer, and the last character of the chunk is lost.
 */
class MultiByteTranscoder implements Transcoder {
  private run: Buffer[] = [];
  private runBytes = 0;

  constructor(private readonly encoding: string) {}

  write(chunk: Buffer): Buffer {
    let end = chunk.length;
    while (end > 0 && chunk[end - 1]! >= 0x30) end--;
    const decoded = end > 0 ? this.decodeWith(chunk.subarray(0, end)) : NOTHING;
    // A copy: the source may reuse its buffer.
    if (end < chunk.length) this.run.push(Buffer.from(chunk.subarray(end)));
    this.runBytes += chunk.length - end;
    return this.runBytes > LONGEST_RUN ? Buffer.concat([decoded, this.decodeWith(NOTHING)]) : decoded;
  }

  end(): Buffer {
    return this.decodeWith(NOTHING);
  }

  private decodeWith(bytes: Buffer): Buffer {
    const piece = this.run.length > 0 ? Buffer.concat([...this.run, bytes]) : bytes;
    this.run = [];
    this.runBytes = 0;
    return encode(iconv.decode(piece, this.encoding, { stripBOM: false }));
  }
}

/** iconv-lite writes U+FFFD for what it cannot decode. (Only gb18030 and UTF-32 could mean it: there such a record is refused.) */
function encode(text: string): Buffer {
  const utf8 = Buffer.from(text, 'utf8');
  for (let at = utf8.indexOf(REPLACEMENT); at >= 0; at = utf8.indexOf(REPLACEMENT, at + 3))
    utf8.fill(INVALID, at, at + 3);
  return utf8;
}

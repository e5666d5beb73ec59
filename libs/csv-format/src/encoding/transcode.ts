import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import { byteOrderMarksOf, startsWith } from './byte-order-mark.js';
import { encodingNamed, MULTI_BYTE } from './encodings.js';

/** Bytes of a file in, UTF-8 bytes without BOM out; chunks may be cut anywhere, memory does not grow. */
export interface Transcoder {
  write(chunk: Buffer): Buffer;
  /** The rest, which was incomplete so far. Nothing may be written afterwards. */
  end(): Buffer;
}

/** An unknown encoding. Options are checked before, so this is a programming error. */
export class UnknownEncoding extends Error {
  constructor(readonly encoding: string) {
    super(`Unknown encoding "${encoding}".`);
  }
}

/**
 * The transcoder from an encoding (any name of encodings.ts) to UTF-8.
 *
 * What is invalid in the source is invalid in the result, so a reader that checks for UTF-8 finds the record: UTF-8 passes through
 * unchanged but for its byte order mark, an unpaired surrogate becomes its three generalised bytes (ED A0 80 …), anything else that does
 * not decode becomes FF FF FF. No chunk of the result ends within a character, except where UTF-8 passes through.
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

/** The same over a stream: `for await (const utf8 of transcode(file, 'windows-1252'))`. The consumer sets the pace. */
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

/** For encodings of one byte per character with ASCII below 80: a chunk without high bytes passes through unchanged. */
class SingleByteTranscoder extends IconvTranscoder {
  override write(chunk: Buffer): Buffer {
    return isAscii(chunk) ? chunk : super.write(chunk);
  }
}

/** A longer run is part of a record that is too long, so it may be cut anywhere. */
const MAX_RUN_BYTES = 1024 * 1024;

/**
 * Shift_JIS, EUC, Big5 and GB18030, decoded in pieces that end behind a byte below 30 (a comma, a space, a line feed), which in none of
 * them is part of a longer sequence. So the decoder carries nothing from one piece to the next. iconv-lite 0.7 fails at that: its output
 * buffer is too small for what it carries, and the last character of the chunk is lost.
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
    return this.runBytes > MAX_RUN_BYTES ? Buffer.concat([decoded, this.decodeWith(NOTHING)]) : decoded;
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

/** iconv-lite writes U+FFFD for what it cannot decode. (A U+FFFD in the source, possible in gb18030 and UTF-32, is treated alike.) */
function encode(text: string): Buffer {
  const utf8 = Buffer.from(text, 'utf8');
  for (let at = utf8.indexOf(REPLACEMENT); at >= 0; at = utf8.indexOf(REPLACEMENT, at + 3))
    utf8.fill(INVALID, at, at + 3);
  return utf8;
}

import { createHash } from 'node:crypto';
import {
  createTranscoder,
  type Dialect,
  type DialectOptions,
  detectDialect,
  EncodingScanner,
  type EncodingVerdict,
  findByteOrderMark,
  SNIFF_BYTES,
  sniffBinary,
  sniffMarkup,
  withEncoding,
} from '@app/csv-format';
import { CsvEmpty, CsvNoColumns, CsvNotText, NamesDoNotFit, UploadTooLarge } from '../upload.problems.js';

/** What is known about the content of a file once all of it has been received. */
export interface ContentFacts {
  sizeBytes: number;
  sha256: Buffer;
  encoding: EncodingVerdict;
  /** The first bytes, at most HEAD_BYTES. */
  head: Buffer;
}

/** As many bytes as the detection of binary formats uses. */
const HEAD_BYTES = SNIFF_BYTES;

const LF = 0x0a;
const CR = 0x0d;
/** Line breaks alone are no record. In UTF-16 they contain NUL bytes. */
const hasRecord = (bytes: Buffer) => bytes.some((byte) => byte !== LF && byte !== CR && byte !== 0);

const withoutByteOrderMark = (bytes: Buffer) => bytes.subarray(findByteOrderMark(bytes)?.length ?? 0);

/**
 * Inspects each byte of a file once, while the file is received: size, digest, encoding, and whether it can be CSV at all.
 * It keeps only the head, so its memory does not grow with the file.
 */
export class ContentInspection {
  private readonly digest = createHash('sha256');
  private readonly encodingScanner: EncodingScanner;
  private readonly head: Buffer[] = [];
  private headBytes = 0;
  private sizeBytes = 0;
  private sniffed = false;
  private hasContent = false;

  /** @param declaredEncoding the encoding that the upload's options name, if any */
  constructor(
    private readonly limitBytes: number,
    declaredEncoding?: string,
  ) {
    this.encodingScanner = new EncodingScanner(declaredEncoding);
  }

  /** @throws UploadTooLarge at the first byte beyond the limit, CsvNotText as soon as the head shows it */
  push(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.limitBytes) throw new UploadTooLarge({ limit_bytes: this.limitBytes });
    this.keepHead(chunk);
    if (!this.sniffed && this.headBytes === HEAD_BYTES) this.sniff();
    this.hasContent ||= this.sizeBytes > HEAD_BYTES && hasRecord(chunk);
    this.digest.update(chunk);
    this.encodingScanner.push(chunk);
  }

  /** @throws CsvEmpty, CsvNotText */
  end(): ContentFacts {
    const head = Buffer.concat(this.head);
    if (!this.hasContent && !hasRecord(withoutByteOrderMark(head))) throw new CsvEmpty();
    if (!this.sniffed) this.sniff();
    const encoding = this.encodingScanner.end();
    if (!encoding.text) throw new CsvNotText({ format: 'binary data' });
    return { sizeBytes: this.sizeBytes, sha256: this.digest.digest(), encoding, head };
  }

  private keepHead(chunk: Buffer): void {
    if (this.headBytes >= HEAD_BYTES) return;
    // A copy, because the multipart parser may reuse the memory of the chunk.
    const part = Buffer.from(chunk.subarray(0, HEAD_BYTES - this.headBytes));
    this.head.push(part);
    this.headBytes += part.length;
  }

  private sniff(): void {
    this.sniffed = true;
    const head = Buffer.concat(this.head);
    const other = sniffBinary(head) ?? sniffMarkup(head, head.length === this.sizeBytes);
    if (other) throw new CsvNotText({ format: other.format });
  }
}

/**
 * Detects the dialect from the head of a file (some 15 ms) for the answer to the upload. The ingest detects it again from a longer sample,
 * and its result counts. For a file that is no longer than the head, both are equal.
 * @returns null if the head contains no record
 * @throws CsvNoColumns if the head is the whole file and contains no record, NamesDoNotFit
 */
export function previewDialect(
  { head, sizeBytes, encoding }: Pick<ContentFacts, 'head' | 'sizeBytes' | 'encoding'>,
  options: DialectOptions,
): Dialect | null {
  const name = options.encoding ?? encoding.encoding;
  const isWhole = head.length === sizeBytes;
  const transcoder = createTranscoder(name);
  const parts = [transcoder.write(head)];
  if (isWhole) parts.push(transcoder.end());
  const verdict = detectDialect(Buffer.concat(parts), options, isWhole);
  const columns = verdict.header?.length ?? verdict.width;
  const { names } = options;
  // Without a header the width may change behind the head.
  if (names && (verdict.header || (isWhole && columns > 0)) && names.length !== columns)
    throw new NamesDoNotFit({ names: names.length, columns });
  if (verdict.width > 0) return withEncoding(verdict, name, options.encoding ? 1 : encoding.confidence);
  if (isWhole) throw new CsvNoColumns();
  return null;
}

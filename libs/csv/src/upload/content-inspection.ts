import { createHash } from 'node:crypto';
import {
  EncodingScanner,
  type EncodingVerdict,
  findByteOrderMark,
  SNIFF_BYTES,
  sniffBinary,
  sniffMarkup,
} from '@app/csv-format';
import { CsvEmpty, CsvNotText } from '../csv.problems.js';
import { UploadTooLarge } from './upload.problems.js';

/** What the bytes of a file told while they came in. */
export interface ContentFacts {
  sizeBytes: number;
  sha256: Buffer;
  encoding: EncodingVerdict;
  /** The first bytes, HEAD_BYTES at most. */
  head: Buffer;
}

/** What is kept of a file's beginning: what the search for binary formats can make use of. */
const HEAD_BYTES = SNIFF_BYTES;

const LF = 0x0a;
const CR = 0x0d;
/** Line ends make no record on their own; with the NULs, neither in UTF-16. */
const hasRecord = (bytes: Buffer) => bytes.some((byte) => byte !== LF && byte !== CR && byte !== 0);

const withoutByteOrderMark = (bytes: Buffer) => bytes.subarray(findByteOrderMark(bytes)?.length ?? 0);

/**
 * Looks at every byte of a file once, as it passes by: size, digest, encoding, and whether it can be CSV at all.
 * It keeps no more than the head, so memory does not grow with the file.
 */
export class ContentInspection {
  private readonly digest = createHash('sha256');
  private readonly encodingScanner: EncodingScanner;
  private readonly head: Buffer[] = [];
  private headBytes = 0;
  private sizeBytes = 0;
  private sniffed = false;
  private hasContent = false;

  /** `declaredEncoding`: as the owner named it, if he did. */
  constructor(
    private readonly limitBytes: number,
    declaredEncoding?: string,
  ) {
    this.encodingScanner = new EncodingScanner(declaredEncoding);
  }

  /** @throws UploadTooLarge with the first byte past the limit, CsvNotText as soon as the head shows it */
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
    // A copy: the parser that gave the chunk may use its memory again.
    const part = Buffer.from(chunk.subarray(0, HEAD_BYTES - this.headBytes));
    this.head.push(part);
    this.headBytes += part.length;
  }

  private sniff(): void {
    this.sniffed = true;
    const head = Buffer.concat(this.head);
    const other = sniffBinary(head) ?? sniffMarkup(head);
    if (other) throw new CsvNotText({ format: other.format });
  }
}

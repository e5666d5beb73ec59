import { MAX_RAW_BYTES } from '@app/csv-format';
import type { RejectsPayload } from './batch.js';
import { type BufferPool, PooledBytes } from './buffer-pool.js';
import type { RejectCode } from './reject-codes.js';

/** Everything about a rejected record except its bytes. */
export interface RejectFacts {
  recordNumber: number;
  lineNumber: number;
  byteOffset: number;
  code: RejectCode;
  message: string;
}

const LINE_FEED = 0x0a;

/**
 * Collects the rejects of one batch as bytes. A few chunks of short lines can contain 700,000 rejects; as objects they took half a GB
 * between the parser worker and the database.
 */
export class RejectsCollector {
  count = 0;
  private last = 0;
  private readonly facts: PooledBytes;
  private readonly raws: PooledBytes;
  /** The number of each message, from 1 as in SQL. */
  private readonly numbers = new Map<string, number>();
  private readonly codes: RejectCode[] = [];
  private readonly messages: string[] = [];
  /** Bytes of the stored records so far, also of those that are still to be read from the file. */
  bytes = 0;

  /** @param keepsText whether the text of the records is what the file holds */
  constructor(
    pools: { facts: BufferPool; raws: BufferPool },
    private readonly keepsText: boolean,
  ) {
    this.facts = new PooledBytes(pools.facts);
    this.raws = new PooledBytes(pools.raws);
  }

  /** @param text is copied, where the text is what the file holds @param length of the record in the file, in bytes */
  add({ recordNumber, lineNumber, byteOffset, code, message }: RejectFacts, text: Buffer, length: number): void {
    this.last = recordNumber;
    if (this.count++ > 0) this.facts.appendByte(LINE_FEED);
    const isTruncated = length > MAX_RAW_BYTES;
    const kept = isTruncated ? (this.keepsText ? characterEnd(text, MAX_RAW_BYTES) : MAX_RAW_BYTES) : length;
    this.facts.append(
      `${recordNumber} ${lineNumber} ${byteOffset} ${this.numberOf(code, message)} ${this.bytes + 1} ${kept} ${isTruncated ? 1 : 0}`,
    );
    if (this.keepsText) this.raws.appendBytes(text.subarray(0, kept));
    this.bytes += kept;
  }

  payload(): RejectsPayload {
    const { count, last, codes, messages } = this;
    const raws = this.keepsText ? this.raws.view() : null;
    return { count, last, codes, messages, facts: this.facts.view(), raws };
  }

  private numberOf(code: RejectCode, message: string): number {
    const known = this.numbers.get(message);
    if (known !== undefined) return known;
    this.numbers.set(message, this.codes.push(code));
    this.messages.push(message);
    return this.codes.length;
  }
}

/** The last offset up to `at` that lies between two characters. */
function characterEnd(utf8: Buffer, at: number): number {
  let end = at;
  while (end > at - 3 && (utf8[end]! & 0xc0) === 0x80) end--;
  return end;
}

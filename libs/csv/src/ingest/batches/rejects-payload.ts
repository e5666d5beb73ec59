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
  truncated: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Collects the rejects of one batch as bytes. A few chunks of short lines can contain 700,000 rejects; as objects they took half a GB
 * between the parser worker and the database.
 */
export class RejectsCollector {
  count = 0;
  private readonly facts: PooledBytes;
  private readonly raws: PooledBytes;
  /** The number of each message, from 1 as in SQL. */
  private readonly numbers = new Map<string, number>();
  private readonly codes: RejectCode[] = [];
  private readonly messages: string[] = [];

  constructor(pools: { facts: BufferPool; raws: BufferPool }) {
    this.facts = new PooledBytes(pools.facts);
    this.raws = new PooledBytes(pools.raws);
  }

  /** Bytes of the stored records so far. */
  get bytes(): number {
    return this.raws.length;
  }

  /** @param raw the bytes to store; they are copied */
  add({ recordNumber, lineNumber, byteOffset, code, message, truncated }: RejectFacts, raw: Buffer): void {
    if (this.count++ > 0) this.facts.appendByte(LINE_FEED);
    const start = this.raws.length + 1;
    this.facts.append(
      `${recordNumber} ${lineNumber} ${byteOffset} ${this.numberOf(code, message)} ${start} ${raw.length} ${truncated ? 1 : 0}`,
    );
    this.raws.appendBytes(raw);
  }

  payload(): RejectsPayload {
    const { count, codes, messages } = this;
    return { count, codes, messages, facts: this.facts.view(), raws: this.raws.view() };
  }

  private numberOf(code: RejectCode, message: string): number {
    const known = this.numbers.get(message);
    if (known !== undefined) return known;
    this.numbers.set(message, this.codes.push(code));
    this.messages.push(message);
    return this.codes.length;
  }
}

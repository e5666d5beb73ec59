import type { RejectCode, RejectsPayload } from './batch.js';
import type { BufferPool } from './buffer-pool.js';
import { PooledBytes } from './pooled-bytes.js';

/** What is told of a record beside its bytes. */
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
 * Collects the rejects of one batch as bytes. As objects, the 700,000 that a few chunks of short lines can bring took half a GB on
 * their way from the parser's thread to the database.
 */
export class RejectsCollector {
  count = 0;
  private readonly facts: PooledBytes;
  private readonly raws: PooledBytes;
  /** Places of messages in the lists, from 1 as SQL counts. */
  private readonly places = new Map<string, number>();
  private readonly codes: RejectCode[] = [];
  private readonly messages: string[] = [];

  constructor(pools: { facts: BufferPool; raws: BufferPool }) {
    this.facts = new PooledBytes(pools.facts);
    this.raws = new PooledBytes(pools.raws);
  }

  /** Of what is kept of the records so far. */
  get bytes(): number {
    return this.raws.length;
  }

  /** @param raw latin1 view of what is kept of the record. */
  add({ recordNumber, lineNumber, byteOffset, code, message, truncated }: RejectFacts, raw: string): void {
    if (this.count++ > 0) this.facts.addByte(LINE_FEED);
    const start = this.raws.length + 1;
    this.facts.add(
      `${recordNumber} ${lineNumber} ${byteOffset} ${this.placeOf(code, message)} ${start} ${raw.length} ${truncated ? 1 : 0}`,
    );
    this.raws.add(raw);
  }

  payload(): RejectsPayload {
    const { count, codes, messages } = this;
    return { count, codes, messages, facts: this.facts.view(), raws: this.raws.view() };
  }

  private placeOf(code: RejectCode, message: string): number {
    const known = this.places.get(message);
    if (known !== undefined) return known;
    this.places.set(message, this.codes.push(code));
    this.messages.push(message);
    return this.codes.length;
  }
}

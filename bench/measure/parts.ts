/** Says how long each part of a benchmark took, so that a slow part is found without a second run. */
export class Parts {
  private readonly startedAt = performance.now();
  private readonly seconds = new Map<string, number>();

  /** @param announce gets the name of each part when it begins */
  constructor(private readonly announce: (part: string) => void = () => {}) {}

  /** Runs a part; parts of the same name are added up. */
  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.announce(name);
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.seconds.set(name, (this.seconds.get(name) ?? 0) + (performance.now() - startedAt) / 1000);
    }
  }

  /** The parts in their order, and the whole time. */
  report(): string {
    const parts = [...this.seconds].map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`).join(', ');
    return `Parts: ${parts}.\nAll of it took ${((performance.now() - this.startedAt) / 60_000).toFixed(1)} minutes.`;
  }
}

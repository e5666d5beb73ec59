import { unreachable } from '../api/problem.js';

/** Lets a few pieces of work run at once; the others wait, in the order in which they came. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  /** Does a piece of work when it is its turn. @throws ProblemError if it was stopped before */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.running < this.atOnce) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      if (signal.aborted) throw unreachable();
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The turn is handed on, so that nobody who comes now is faster.
      if (next) next();
      else this.running -= 1;
    }
  }
}

import { QueryTimeout } from '../rows.problems.js';

/** The asker is not there any more; nobody will see this. */
export class ClientGone extends Error {
  constructor() {
    super('The client has gone.');
    this.name = 'ClientGone';
  }
}

/** Until when an answer is of use, and to whom. */
export class Deadline {
  private constructor(
    private readonly at: number,
    readonly signal: AbortSignal | undefined,
  ) {}

  static in(ms: number, signal?: AbortSignal): Deadline {
    return new Deadline(performance.now() + ms, signal);
  }

  /** The same asker, and no later than in so many milliseconds. */
  within(ms: number): Deadline {
    return new Deadline(Math.min(this.at, performance.now() + ms), this.signal);
  }

  /** Whole milliseconds, at least 1: to PostgreSQL 0 means for ever. */
  leftMs(): number {
    return Math.max(1, Math.ceil(this.at - performance.now()));
  }

  /** @throws ClientGone, QueryTimeout */
  check(): void {
    if (this.signal?.aborted) throw new ClientGone();
    if (performance.now() >= this.at) throw new QueryTimeout();
  }
}

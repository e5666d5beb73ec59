import { QueryTimeout } from '@app/problems';

/** The client has disconnected, so nobody receives this error. */
export class ClientGone extends Error {
  constructor() {
    super('The client has disconnected.');
    this.name = 'ClientGone';
  }
}

/** When a request must be answered, and the signal of its client. */
export class Deadline {
  private constructor(
    private at: number,
    readonly signal: AbortSignal | undefined,
  ) {}

  static in(ms: number, signal?: AbortSignal): Deadline {
    return new Deadline(performance.now() + ms, signal);
  }

  /** The same client, and at most `ms` from now. */
  within(ms: number): Deadline {
    return new Deadline(Math.min(this.at, performance.now() + ms), this.signal);
  }

  /** Waits for something that must not cost the request its time, such as other requests of the same user. */
  async pausedDuring<T>(wait: Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await wait;
    } finally {
      this.at += performance.now() - from;
    }
  }

  /** Whole milliseconds, at least 1: to PostgreSQL 0 means no limit. */
  leftMs(): number {
    return Math.max(1, Math.ceil(this.at - performance.now()));
  }

  /** @throws ClientGone, QueryTimeout */
  check(): void {
    if (this.signal?.aborted) throw new ClientGone();
    if (performance.now() >= this.at) throw new QueryTimeout();
  }
}

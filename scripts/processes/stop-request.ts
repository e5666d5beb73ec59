/** Thrown where a start is broken off because it is to stop. */
export class StopRequested extends Error {}

/** One key press arrives more than once: from the terminal, from npm, from run.mjs. */
const SAME_PRESS_MS = 1_000;

/**
 * Whether this run is to end: SIGINT, SIGTERM, SIGHUP, or whoever started us is gone. A second signal, a second later at the
 * earliest, calls `force`.
 */
export class StopRequest {
  private readonly controller = new AbortController();
  readonly signal: AbortSignal = this.controller.signal;
  private firstAt = 0;

  constructor(force: () => void) {
    const request = () => {
      if (!this.signal.aborted) {
        this.firstAt = Date.now();
        this.controller.abort(new StopRequested());
      } else if (Date.now() - this.firstAt > SAME_PRESS_MS) {
        force();
      }
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, request);
    if (process.connected) process.once('disconnect', request);
  }

  /** Rejects as soon as a stop is requested, else settles as `work` does. */
  orElse<T>(work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = () => reject(this.signal.reason);
      this.signal.addEventListener('abort', abort, { once: true });
      work.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', abort));
    });
  }
}

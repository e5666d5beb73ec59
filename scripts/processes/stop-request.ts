/** Thrown when a stop is requested during the start. */
export class StopRequested extends Error {}

/** One Ctrl-C arrives several times: from the terminal, from npm and from run.mjs. Signals within this time count as one. */
const SAME_PRESS_MS = 1_000;

/**
 * Whether this run must stop: after SIGINT, SIGTERM or SIGHUP, or when the parent process has ended. A second signal, at least
 * one second later, calls `force`.
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

  /** Rejects as soon as a stop is requested; otherwise settles like `work`. */
  orElse<T>(work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = () => reject(this.signal.reason);
      this.signal.addEventListener('abort', abort, { once: true });
      work.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', abort));
    });
  }
}

const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 30;
/** An app that ran for this long did not end because of how it was started. */
const HEALTHY_MS = 60_000;

/** How long to wait before an app that ended unexpectedly is started again. */
export class RestartPauses {
  private last = 0;

  /** @param ranMs how long the app ran. @returns seconds */
  after(ranMs: number): number {
    this.last = ranMs >= HEALTHY_MS || this.last === 0 ? FIRST_SECONDS : Math.min(this.last * 2, LONGEST_SECONDS);
    return this.last;
  }
}

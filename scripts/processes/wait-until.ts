import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  timeoutMs: number;
  everyMs?: number;
  /** Makes the error that is thrown at the time-out. */
  onTimeout: () => Error;
}

/** Calls `probe` until it returns a truthy value, and returns that value. An error of `probe` ends the wait. */
export async function waitUntil<T>(probe: () => Promise<T> | T, options: WaitOptions): Promise<NonNullable<T>> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() >= deadline) throw options.onTimeout();
    await sleep(options.everyMs ?? 50);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  timeoutMs: number;
  everyMs?: number;
  /** What to throw when the time is over. */
  onTimeout: () => Error;
}

/** Asks `probe` until it gives something truthy, and returns that. What the probe throws ends the wait. */
export async function waitUntil<T>(probe: () => Promise<T> | T, options: WaitOptions): Promise<NonNullable<T>> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() >= deadline) throw options.onTimeout();
    await sleep(options.everyMs ?? 50);
  }
}

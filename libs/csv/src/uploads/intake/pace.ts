import { UploadStalled } from '../upload.problems.js';

/** How fast a client must send. */
export interface Pace {
  /** The longest time without a byte. */
  idleMs: number;
  /** The least average over `idleMs`, in bytes per second. */
  minBytesPerSecond: number;
}

/**
 * Reads chunks as fast as they come, and fails when the client sends too slowly.
 * @throws UploadStalled, and the errors of `chunks`
 */
export async function* atPace(chunks: AsyncIterable<Buffer>, pace: Pace): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const meter = new PaceMeter(pace);
  for (;;) {
    const askedAt = Date.now();
    const next = await inTime(iterator.next(), pace.idleMs);
    if (next.done) return;
    meter.received(next.value.length, Date.now() - askedAt);
    yield next.value;
  }
}

/** Measures how fast the client sends. Time in which the server writes does not count. */
class PaceMeter {
  private bytes = 0;
  private waitedMs = 0;

  constructor(private readonly pace: Pace) {}

  /** @throws UploadStalled */
  received(bytes: number, waitedMs: number): void {
    this.bytes += bytes;
    this.waitedMs += waitedMs;
    if (this.waitedMs < this.pace.idleMs) return;
    if (this.bytes < (this.pace.minBytesPerSecond * this.waitedMs) / 1000) throw new UploadStalled();
    this.bytes = 0;
    this.waitedMs = 0;
  }
}

/** @throws UploadStalled if the step takes longer than `idleMs`. */
export async function inTime<T>(step: Promise<T>, idleMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UploadStalled()), idleMs);
  });
  try {
    return await Promise.race([step, patience]);
  } finally {
    clearTimeout(timer);
    // The abandoned step may still fail when the connection closes.
    step.catch(() => {});
  }
}

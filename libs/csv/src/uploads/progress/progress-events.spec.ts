import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UploadProgressDto } from '../dto/upload-progress.dto.js';
import { hasSeenTheEnd, progressEvents } from './progress-events.js';

// The clock is fake: a sleep returns at once and moves the clock forward, unless a test makes it last until the signal.
const clock = vi.hoisted(() => ({ isStopped: false }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number, _: undefined, { signal }: { signal: AbortSignal }) => {
    if (clock.isStopped) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    else vi.setSystemTime(Date.now() + ms);
  },
}));
beforeEach(() => {
  clock.isStopped = false;
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const newProgress = (over: Partial<UploadProgressDto> = {}): UploadProgressDto => ({
  status: 'processing',
  stage: 'loading',
  progress: 10,
  processed_rows: 1,
  rejected_rows: 0,
  total_rows: 10,
  total_rows_is_estimate: true,
  rows_per_second: 1,
  eta_seconds: 9,
  ...over,
});
const RETRY = 'retry: 3000\n\n';
const HEARTBEAT = ': still here\n\n';

/** Each read returns the next of these, and the last one again and again. */
const reads = (...results: (UploadProgressDto | null | Error)[]) => {
  let at = 0;
  return async () => {
    const result = results[Math.min(at++, results.length - 1)]!;
    if (result instanceof Error) throw result;
    return result;
  };
};
const eventsOf = async (read: () => Promise<UploadProgressDto | null>, lastEventId?: string) => {
  const events: string[] = [];
  for await (const event of progressEvents(read, lastEventId, new AbortController().signal)) events.push(event);
  return events;
};

describe('progressEvents', () => {
  it('sends each change once, with rising ids, and ends with the last one', async () => {
    const half = newProgress({ progress: 50 });
    const done = newProgress({ status: 'completed', progress: 100 });
    expect(await eventsOf(reads(newProgress(), newProgress(), half, half, done))).toEqual([
      RETRY,
      `id: 1\ndata: ${JSON.stringify(newProgress())}\n\n`,
      `id: 2\ndata: ${JSON.stringify(half)}\n\n`,
      `id: 3-completed\ndata: ${JSON.stringify(done)}\n\n`,
    ]);
  });

  it.each(['completed', 'failed', 'cancelled'] as const)('sends one event for a %s upload', async (status) => {
    expect(await eventsOf(reads(newProgress({ status })))).toHaveLength(2);
  });

  it('sends a deleted event when the upload is deleted', async () => {
    expect((await eventsOf(reads(newProgress(), null))).at(-1)).toBe('id: 2-deleted\nevent: deleted\ndata: {}\n\n');
  });

  it('continues to count from Last-Event-ID, and ignores one that is malformed', async () => {
    const done = reads(newProgress({ status: 'completed' }));
    expect((await eventsOf(done, '41')).at(-1)).toContain('id: 42-completed\n');
    expect((await eventsOf(done, 'x"')).at(-1)).toContain('id: 1-completed\n');
  });

  it('sends heartbeats while nothing changes', async () => {
    const same = Array.from({ length: 30 }, () => newProgress());
    const events = await eventsOf(reads(...same, newProgress({ status: 'failed' })));
    expect(events.filter((event) => event === HEARTBEAT).length).toBeGreaterThan(1);
    expect(events.filter((event) => event.includes('data:'))).toHaveLength(2);
  });

  it('waits while the database is away, and throws any other error', async () => {
    const away = Object.assign(new Error('no'), { code: '57P01', driverError: { code: '57P01' } });
    expect(await eventsOf(reads(newProgress(), away, away, newProgress({ status: 'completed' })))).toHaveLength(3);
    await expect(eventsOf(reads(new Error('a fault')))).rejects.toThrow('a fault');
  });

  it('ends after 15 minutes, so that the client reconnects with its token', async () => {
    const startedAt = Date.now();
    const events = await eventsOf(reads(newProgress()));
    expect(events.filter((event) => event !== HEARTBEAT)).toHaveLength(2);
    expect(Date.now() - startedAt).toBe(15 * 60_000);
  });

  it('ends at once when the signal is aborted between two reads', async () => {
    clock.isStopped = true;
    const stop = new AbortController();
    let count = 0;
    const read = async () => {
      count += 1;
      return newProgress();
    };
    const events = progressEvents(read, undefined, stop.signal);
    await events.next();
    await events.next();
    const last = events.next();
    stop.abort();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(count).toBe(1);
  });
});

describe('hasSeenTheEnd', () => {
  it.each([
    ['7-completed', 'completed', true],
    ['7-failed', 'processing', false],
    ['7', 'completed', false],
    [undefined, 'completed', false],
    ['completed', 'completed', false],
  ] as const)('given the last event id %s and the status %s, returns %s', (id, status, seen) => {
    expect(hasSeenTheEnd(id, status)).toBe(seen);
  });
});

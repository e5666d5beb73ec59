import { describe, expect, it } from 'vitest';
import type { UploadProgressDto } from '../dto/upload-progress.dto.js';
import { type EventTimes, hasSeenTheEnd, progressEvents } from './progress-events.js';

const newProgress = (over: Partial<UploadProgressDto> = {}): UploadProgressDto => ({
  status: 'processing',
  stage: 'reading',
  progress: 10,
  processed_rows: 1,
  rejected_rows: 0,
  total_rows: 10,
  total_rows_is_estimate: true,
  rows_per_second: 1,
  eta_seconds: 9,
  ...over,
});
const QUICK: EventTimes = { everyMs: 1, heartbeatMs: 60_000, longestMs: 60_000 };
const RETRY = 'retry: 3000\n\n';

/** Each look gives the next of these, the last one for ever. */
const looksAt = (...seen: (UploadProgressDto | null | Error)[]) => {
  let at = 0;
  return async () => {
    const now = seen[Math.min(at++, seen.length - 1)]!;
    if (now instanceof Error) throw now;
    return now;
  };
};
const eventsOf = async (
  look: () => Promise<UploadProgressDto | null>,
  { lastEventId, times = {} }: { lastEventId?: string; times?: Partial<EventTimes> } = {},
) => {
  const events: string[] = [];
  for await (const event of progressEvents(look, lastEventId, new AbortController().signal, { ...QUICK, ...times }))
    events.push(event);
  return events;
};

describe('the events of an upload', () => {
  it('tell every change once, with rising ids, and end with it', async () => {
    const half = newProgress({ progress: 50 });
    const done = newProgress({ status: 'completed', progress: 100 });
    expect(await eventsOf(looksAt(newProgress(), newProgress(), half, half, done))).toEqual([
      RETRY,
      `id: 1\ndata: ${JSON.stringify(newProgress())}\n\n`,
      `id: 2\ndata: ${JSON.stringify(half)}\n\n`,
      `id: 3-completed\ndata: ${JSON.stringify(done)}\n\n`,
    ]);
  });

  it.each(['completed', 'failed', 'cancelled'] as const)('of one that is %s are one', async (status) => {
    expect(await eventsOf(looksAt(newProgress({ status })))).toHaveLength(2);
  });

  it('say so when it is deleted', async () => {
    expect((await eventsOf(looksAt(newProgress(), null))).at(-1)).toBe('id: 2-deleted\nevent: deleted\ndata: {}\n\n');
  });

  it('go on counting where a client was when its connection broke, and tolerate any other id', async () => {
    const done = looksAt(newProgress({ status: 'completed' }));
    expect((await eventsOf(done, { lastEventId: '41' })).at(-1)).toContain('id: 42-completed\n');
    expect((await eventsOf(done, { lastEventId: 'x"' })).at(-1)).toContain('id: 1-completed\n');
  });

  it('are replaced by signs of life while nothing changes', async () => {
    const same = Array.from({ length: 30 }, () => newProgress());
    const events = await eventsOf(looksAt(...same, newProgress({ status: 'failed' })), { times: { heartbeatMs: 5 } });
    expect(events.filter((event) => event === ': still here\n\n').length).toBeGreaterThan(1);
    expect(events.filter((event) => event.includes('data:'))).toHaveLength(2);
  });

  it('wait for a database that is away, and break off at any other fault', async () => {
    const away = Object.assign(new Error('no'), { code: '57P01', driverError: { code: '57P01' } });
    expect(await eventsOf(looksAt(newProgress(), away, away, newProgress({ status: 'completed' })))).toHaveLength(3);
    await expect(eventsOf(looksAt(new Error('a fault')))).rejects.toThrow('a fault');
  });

  it('end after a while, for the client to come back with its token', async () => {
    expect(await eventsOf(looksAt(newProgress()), { times: { longestMs: 20 } })).toHaveLength(2);
  });

  it('end at once with the signal, however long the next look is off', async () => {
    const stop = new AbortController();
    let looks = 0;
    const look = async () => {
      looks += 1;
      return newProgress();
    };
    const events = progressEvents(look, undefined, stop.signal, { ...QUICK, everyMs: 60_000 });
    await events.next();
    await events.next();
    const last = events.next();
    stop.abort();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(looks).toBe(1);
  });
});

describe('a client that comes back', () => {
  it.each([
    ['7-completed', 'completed', true],
    ['7-failed', 'processing', false],
    ['7', 'completed', false],
    [undefined, 'completed', false],
    ['completed', 'completed', false],
  ] as const)('after event %s to an upload that is %s: has seen the end: %s', (id, status, seen) => {
    expect(hasSeenTheEnd(id, status)).toBe(seen);
  });
});

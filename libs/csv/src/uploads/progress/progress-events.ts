import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway } from '@app/database';
import type { UploadProgressDto } from '../dto/upload-progress.dto.js';
import { isSettled } from './upload-progress.js';

/** How often is looked, and after how long a silent line shows proxies and clients that the connection lives. */
export interface EventTimes {
  everyMs: number;
  heartbeatMs: number;
  /** After so long the stream ends, and the client comes back by itself: no token is believed for ever. */
  longestMs: number;
}

export const EVENT_TIMES: EventTimes = { everyMs: 1_000, heartbeatMs: 10_000, longestMs: 15 * 60_000 };

/** How soon a client comes back after its connection broke. */
const RECONNECT_MS = 3_000;

/** Ids count up, over reconnections too; that of the last event says so, as `7-completed`. */
const ID = /^(\d{1,15})(?:-([a-z]+))?$/;

/** Whether the client has seen the end already: it comes back only because it cannot know that there is no more. */
export const hasSeenTheEnd = (lastEventId: string | undefined, status: string): boolean =>
  lastEventId !== undefined && ID.exec(lastEventId)?.[2] === status;

/**
 * The progress of an upload as a stream of server-sent events: where it is now, every change, and the end. Each event is the JSON of
 * `progress/`; when the upload is deleted, the last one is named `deleted`. A database that is away is waited for.
 * @param look null when the upload is no longer there. @param signal ends the stream at once.
 */
export async function* progressEvents(
  look: () => Promise<UploadProgressDto | null>,
  lastEventId: string | undefined,
  signal: AbortSignal,
  times: EventTimes = EVENT_TIMES,
): AsyncGenerator<string> {
  let id = Number(ID.exec(lastEventId ?? '')?.[1] ?? 0);
  let shown = '';
  let wroteAt = Date.now();
  const endsAt = wroteAt + times.longestMs;
  yield `retry: ${RECONNECT_MS}\n\n`;
  while (!signal.aborted && Date.now() < endsAt) {
    const progress = await whenThere(look);
    if (progress === null) {
      yield `id: ${id + 1}-deleted\nevent: deleted\ndata: {}\n\n`;
      return;
    }
    const data = progress && JSON.stringify(progress);
    if (data && data !== shown) {
      const isEnd = isSettled(progress);
      id += 1;
      yield `id: ${id}${isEnd ? `-${progress.status}` : ''}\ndata: ${data}\n\n`;
      if (isEnd) return;
      shown = data;
      wroteAt = Date.now();
    } else if (Date.now() - wroteAt >= times.heartbeatMs) {
      yield ': still here\n\n';
      wroteAt = Date.now();
    }
    await sleep(times.everyMs, undefined, { signal }).catch(() => {});
  }
}

/** @returns undefined while the database is away. */
async function whenThere<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isDatabaseAway(error)) return undefined;
    throw error;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway } from '@app/database';
import type { UploadProgressDto } from '../dto/upload-progress.dto.js';
import { isSettled } from './upload-progress.js';

const POLL_MS = 1_000;
/** After this time without an event, a comment shows proxies and clients that the connection is alive. */
const HEARTBEAT_MS = 10_000;
/** After this time the stream ends and the client reconnects, so that its token is checked again. */
const MAX_STREAM_MS = 15 * 60_000;
/** The delay before the client reconnects, sent to it as `retry`. */
const RECONNECT_MS = 3_000;

/** Ids count up, across reconnections too. The id of the last event ends with the status, as in `7-completed`. */
const ID = /^(\d{1,15})(?:-([a-z]+))?$/;

/** Whether the client has received the last event. It reconnects because it cannot know that no event follows. */
export const hasSeenTheEnd = (lastEventId: string | undefined, status: string): boolean =>
  lastEventId !== undefined && ID.exec(lastEventId)?.[2] === status;

/**
 * The progress of an upload as server-sent events: its current state, each change, and the end. Each event is the JSON of `progress/`. If
 * the upload is deleted, the last event is named `deleted`. While the database is away, the stream waits.
 * @param readProgress returns null if the upload was deleted
 * @param signal ends the stream at once
 */
export async function* progressEvents(
  readProgress: () => Promise<UploadProgressDto | null>,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let id = Number(ID.exec(lastEventId ?? '')?.[1] ?? 0);
  let lastData = '';
  let wroteAt = Date.now();
  const endsAt = wroteAt + MAX_STREAM_MS;
  yield `retry: ${RECONNECT_MS}\n\n`;
  while (!signal.aborted && Date.now() < endsAt) {
    const progress = await unlessDatabaseAway(readProgress);
    if (progress === null) {
      yield `id: ${id + 1}-deleted\nevent: deleted\ndata: {}\n\n`;
      return;
    }
    const data = progress && JSON.stringify(progress);
    if (data && data !== lastData) {
      const isEnd = isSettled(progress);
      id += 1;
      yield `id: ${id}${isEnd ? `-${progress.status}` : ''}\ndata: ${data}\n\n`;
      if (isEnd) return;
      lastData = data;
      wroteAt = Date.now();
    } else if (Date.now() - wroteAt >= HEARTBEAT_MS) {
      yield ': still here\n\n';
      wroteAt = Date.now();
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** @returns undefined while the database is away */
async function unlessDatabaseAway<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isDatabaseAway(error)) return undefined;
    throw error;
  }
}

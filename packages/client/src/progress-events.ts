import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { UploadProgress } from './types.js';

const SETTLED = new Set(['completed', 'failed', 'cancelled']);

/** Lost connections in a row, after which waiting is given up: with the pause that the service asks for, half a minute. */
const MAX_LOST = 10;

/** Opens `events/`, behind the event with the given id. @throws ProblemError */
type OpenEvents = (lastEventId: string | undefined) => Promise<Response>;

/**
 * The progress of an upload by server-sent events, until the upload has ended or was deleted. A lost connection is opened again.
 * @throws ProblemError; the error of the connection when it is lost ten times in a row
 */
export async function* progressEvents(open: OpenEvents, signal?: AbortSignal): AsyncGenerator<UploadProgress> {
  let lastEventId: string | undefined;
  let pauseMs = 3_000;
  for (let lost = 0; ; lost++) {
    try {
      const response = await open(lastEventId);
      // The service has no event behind the last one.
      if (response.status === 204 || !response.body) return;
      for await (const event of eventsOf(response.body, (ms) => (pauseMs = ms))) {
        lost = 0;
        lastEventId = event.id;
        if (event.event === 'deleted') return;
        const progress = JSON.parse(event.data) as UploadProgress;
        yield progress;
        if (SETTLED.has(progress.status)) return;
      }
    } catch (error) {
      const retryAfter = (error as { retryAfter?: number | null }).retryAfter;
      // Fetch says with a TypeError that the connection failed.
      if (!(error instanceof TypeError) && retryAfter == null) throw error;
      if (signal?.aborted || lost >= MAX_LOST) throw error;
      if (retryAfter) pauseMs = retryAfter * 1000;
    }
    await pause(pauseMs, signal);
  }
}

async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  onRetry: (ms: number) => void,
): AsyncGenerator<EventSourceMessage> {
  let events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event), onRetry });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events;
      events = [];
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });

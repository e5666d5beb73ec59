import { authorization, refused, type Schemas } from './client.js';
import { ProblemError } from './problem.js';

export type Progress = Schemas['UploadProgressDto'];

export interface ServerEvent {
  id: string | undefined;
  name: string;
  data: string;
}

/** Cuts a stream of text into server-sent events (HTML standard, 9.2.6). Chunks may end anywhere. */
export class EventParser {
  private rest = '';

  /** @returns the events that this chunk completes */
  push(chunk: string): ServerEvent[] {
    const blocks = (this.rest + chunk).split(/\r\n\r\n|\n\n|\r\r/);
    this.rest = blocks.pop()!;
    return blocks.map(eventOf).filter((event) => event !== null);
  }
}

function eventOf(block: string): ServerEvent | null {
  const event: ServerEvent = { id: undefined, name: 'message', data: '' };
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (field === 'data') data.push(value!);
    if (field === 'event') event.name = value!;
    if (field === 'id') event.id = value;
  }
  return data.length === 0 ? null : { ...event, data: data.join('\n') };
}

/** Before a stream that was cut off is opened again. */
const REOPEN_AFTER_MS = 2_000;

/**
 * Follows the progress of an upload to its end. Uses fetch, because EventSource cannot send the token as a header. A stream that is cut off
 * is opened again behind its last event.
 * @returns when the upload has ended or was deleted; rejects with a ProblemError, or when `signal` is aborted
 */
export async function followProgress(
  id: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastId: string | undefined;
  for (;;) {
    try {
      const response = await fetch(`/api/v1/csv-data/uploads/${id}/events/`, {
        headers: { ...authorization(), ...(lastId !== undefined && { 'Last-Event-ID': lastId }) },
        signal,
      });
      if (response.status === 204) return;
      if (!response.ok) throw refused(response, await response.json().catch(() => null));
      const parser = new EventParser();
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        for (const event of parser.push(read.value)) {
          if (event.name === 'deleted') return;
          lastId = event.id ?? lastId;
          const progress = JSON.parse(event.data) as Progress;
          onProgress(progress);
          if (hasEnded(progress.status)) return;
        }
      }
    } catch (error) {
      if (signal.aborted || (error instanceof ProblemError && error.status !== 429)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, REOPEN_AFTER_MS));
    signal.throwIfAborted();
  }
}

export const hasEnded = (status: Schemas['UploadStatus']): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { isBehindEnd, isMissing, noSuchFile, s3Problem } from './s3-errors.js';
import type { S3Place } from './s3-place.js';

/** A server that sends nothing for this long is asked again. */
const STALL_MS = 30_000;
/** Attempts without a byte between them. */
const MAX_ATTEMPTS = 4;
const PAUSE_MS = 200;

export interface Range {
  start: number;
  /** The last byte; without it, up to the end. */
  end?: number;
}

/**
 * The bytes of an object. When the connection breaks, or was closed because the caller took long over a part, another request
 * continues behind the last byte.
 * @throws StorageUnavailable, StorageFull, an error with the code ENOENT
 */
export async function* readObject(
  place: S3Place,
  key: string,
  { start, end }: Range,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let position = start;
  for (let attempt = 1; ; attempt++) {
    try {
      const body = await requestBody(place, key, { start: position, end }, signal);
      if (!body) return;
      for await (const chunk of withoutStalls(body.bytes)) {
        position += chunk.length;
        attempt = 1;
        yield chunk;
      }
      if (position === body.end) return;
      throw new Error(`The body ended at byte ${position} instead of ${body.end}.`);
    } catch (error) {
      if (isMissing(error)) throw noSuchFile(key, error);
      if (signal.aborted || attempt === MAX_ATTEMPTS) throw s3Problem(error);
      await sleep(PAUSE_MS * attempt, undefined, { signal });
    }
  }
}

/** The answer to one request, and the position behind its last byte; null where the range begins behind the last byte. */
async function requestBody(
  { client, bucket, prefix }: S3Place,
  key: string,
  { start, end }: Range,
  signal: AbortSignal,
) {
  if (end !== undefined && start > end) return null;
  try {
    const Range = start === 0 && end === undefined ? undefined : `bytes=${start}-${end ?? ''}`;
    const command = new GetObjectCommand({ Bucket: bucket, Key: prefix + key, Range });
    const { Body, ContentLength } = await client.send(command, { abortSignal: signal });
    return { bytes: Body as Readable, end: start + ContentLength! };
  } catch (error) {
    if (isBehindEnd(error)) return null;
    throw error;
  }
}

/** The chunks of a stream, which fails when one is waited for too long. The time that the caller takes for a chunk does not count. */
async function* withoutStalls(bytes: Readable): AsyncGenerator<Buffer, void, undefined> {
  const stalled = () => bytes.destroy(new Error(`The server sent nothing for ${STALL_MS} ms.`));
  let timer = setTimeout(stalled, STALL_MS);
  try {
    for await (const chunk of bytes) {
      clearTimeout(timer);
      yield chunk as Buffer;
      timer = setTimeout(stalled, STALL_MS);
    }
  } finally {
    clearTimeout(timer);
  }
}

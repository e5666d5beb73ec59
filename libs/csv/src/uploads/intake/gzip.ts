import { finished } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { GzipMalformed, GzipRatioTooHigh } from '../upload.problems.js';

/** One slice of DEFLATE becomes 16 MiB at most (1,032 bytes for each), which bounds the memory. */
const SLICE_BYTES = 16 * 1024;

/**
 * How many bytes may come out for each that goes in. CSV of sensors that repeat themselves reaches 100; a bomb has 1,000. Small files
 * may have more: the ratio counts once this many bytes have come out.
 */
const MOST_RATIO = 200;
const RATIO_COUNTS_FROM = 32 * 1024 * 1024;

/**
 * How many bytes may go in for each that comes out, and how many more: empty members, names in their heads and padding stand for nothing, and
 * could be sent for ever. A line of one byte in a member of its own takes 21.
 */
const MOST_OVERHEAD = 32;
const OVERHEAD_COUNTS_FROM = 1024 * 1024;

/** After so many bytes the event loop gets a turn: to look at the 16 MiB of one slice at once kept it busy for 230 ms. */
const TURN_BYTES = 1024 * 1024;

/** Whether a file begins like gzip. No text begins with these bytes. */
export const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * Unpacks gzip while it arrives. Members that follow each other are one file, as `gzip` and `cat` make them; zero bytes behind the last
 * one are padding. Anything else behind it is refused, because part of the file may be in it.
 * @throws GzipMalformed for a stream that is cut off, damaged or no gzip, or goes on though nothing comes out of it; GzipRatioTooHigh, and the errors of `packed`
 */
export async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const engine = createGunzip();
  let unpacked: Buffer[] = [];
  let fault: Error | undefined;
  engine.on('data', (chunk: Buffer) => unpacked.push(chunk));
  engine.on('error', (error) => {
    fault = error;
  });
  const ended = finished(engine);
  ended.catch(() => {});
  let bytesIn = 0;
  let bytesOut = 0;
  let received = 0;
  const take = (): Buffer[] => {
    const taken = unpacked;
    unpacked = [];
    for (const { length } of taken) bytesOut += length;
    if (bytesOut > RATIO_COUNTS_FROM && bytesOut > bytesIn * MOST_RATIO)
      throw new GzipRatioTooHigh({ limit: MOST_RATIO });
    return taken;
  };
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        received += slice.length;
        if (received > OVERHEAD_COUNTS_FROM + MOST_OVERHEAD * bytesOut) throw new GzipMalformed();
        if (engine.bytesWritten < bytesIn) requirePadding(slice);
        else {
          bytesIn += slice.length;
          await write(engine, slice);
          // The engine leaves what is behind the last member, if it begins with a zero byte.
          requirePadding(slice.subarray(slice.length - (bytesIn - engine.bytesWritten)));
          yield* inTurns(take());
        }
      }
    }
    engine.end();
    await ended;
    yield* inTurns(take());
  } catch (error) {
    throw fault !== undefined && error === fault ? new GzipMalformed({}, { cause: error }) : error;
  } finally {
    engine.destroy();
  }
}

async function* inTurns(chunks: Buffer[]): AsyncGenerator<Buffer> {
  let bytes = 0;
  for (const chunk of chunks) {
    yield chunk;
    bytes += chunk.length;
    if (bytes < TURN_BYTES) continue;
    bytes = 0;
    await nextTurn();
  }
}

function requirePadding(bytes: Buffer): void {
  if (bytes.some((byte) => byte !== 0)) throw new GzipMalformed();
}

/** Resolves when the engine has read the slice and has given out what it stands for. */
const write = (engine: Gunzip, slice: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    engine.once('error', reject);
    engine.write(slice, (error) => {
      engine.off('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });

import { parentPort } from 'node:worker_threads';
import { type BatchMemory, memoryOf, transferOf } from '../batches/batch.js';
import { FileParser, type ParseOrder } from '../batches/batch-reader.js';
import type { Parsed } from './parser.js';

/**
 * To the thread. `order` begins a file; `chunk` (its first `length` bytes; null at the end of the file) is answered with `Parsed`;
 * `used` is memory that comes back.
 */
export type ThreadRequest =
  | { order: ParseOrder }
  | { chunk: ArrayBuffer; length: number }
  | { chunk: null }
  | { used: BatchMemory };

// The thread of a ThreadParser. Memory goes in and out by transfer, so handing it over costs neither thread anything.
let parser: FileParser;

parentPort!.on('message', (request: ThreadRequest) => {
  if ('order' in request) {
    parser = new FileParser(request.order);
  } else if ('used' in request) {
    parser.recycle(request.used);
  } else {
    const { chunk } = request;
    const batches = chunk === null ? parser.end() : parser.write(Buffer.from(chunk, 0, request.length));
    const parsed: Parsed = { batches, overLimit: parser.overLimit, chunk };
    const memory = batches.map(memoryOf).flatMap(transferOf);
    parentPort!.postMessage(parsed, chunk === null ? memory : [...memory, chunk]);
  }
});

import { parentPort } from 'node:worker_threads';
import { type BatchMemory, memoryOf, transferOf } from '../batches/batch.js';
import { BatchPools } from '../batches/batch-pools.js';
import { type BatchReaderOptions, FileBatcher } from '../batches/file-batcher.js';
import type { ParsedChunk } from './parser.js';

/**
 * A message to the worker: `open` begins a file; `chunk` (its first `length` bytes, or null at the end of the file) is answered with a
 * `ParsedChunk`; `recycle` returns memory; `close` ends a file.
 */
export type ParserRequest =
  | { open: BatchReaderOptions }
  | { chunk: ArrayBuffer; length: number }
  | { chunk: null }
  | { recycle: BatchMemory }
  | { close: true };

// This file runs in a thread of the ParserPool. Memory is transferred, not copied, in both directions.
const pools = new BatchPools();
let reader: FileBatcher | null = null;

parentPort!.on('message', (request: ParserRequest) => {
  if ('open' in request) {
    pools.restart();
    reader = new FileBatcher(request.open, pools);
  } else if ('close' in request) {
    reader = null;
  } else if ('recycle' in request) {
    pools.recycle(request.recycle);
  } else if (reader) {
    const { chunk } = request;
    const batches = chunk === null ? reader.end() : reader.write(Buffer.from(chunk, 0, request.length));
    const parsed: ParsedChunk = { batches, overLimit: reader.overLimit, chunk };
    const memory = batches.map(memoryOf).flatMap(transferOf);
    parentPort!.postMessage(parsed, chunk === null ? memory : [...memory, chunk]);
  }
});

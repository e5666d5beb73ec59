import { parentPort } from 'node:worker_threads';
import { FileParser, type ParseOrder } from '../cutting/file-parser.js';
import { ownMemory, type Parsed } from './parser.js';

/**
 * To the thread. `order` begins a file; `chunk` (null at its end) is answered with `Parsed`; `used` is memory that comes back, be it
 * of the file before.
 */
export type ThreadRequest = { order: ParseOrder } | { chunk: ArrayBuffer | null } | { used: ArrayBuffer };

// The thread of a ThreadParser: bytes come in and texts go out by transfer, so the threads share no work but the parsing itself.
let parser: FileParser;

parentPort!.on('message', (request: ThreadRequest) => {
  if ('order' in request) {
    parser = new FileParser(request.order);
  } else if ('used' in request) {
    parser.recycle(request.used);
  } else {
    const batches = request.chunk === null ? parser.end() : parser.write(Buffer.from(request.chunk));
    const parsed: Parsed = { batches, overLimit: parser.overLimit };
    const rows = batches.map(ownMemory).filter((buffer) => buffer !== null);
    const rejects = batches.map(({ rejectBytes }) => rejectBytes.buffer as ArrayBuffer);
    parentPort!.postMessage(parsed, [...rows, ...rejects]);
  }
});

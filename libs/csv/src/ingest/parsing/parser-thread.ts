import { parentPort, workerData } from 'node:worker_threads';
import { FileParser, type ParseOrder } from '../cutting/file-parser.js';
import { ownMemory, type Parsed } from './parser.js';

/** To the thread. `chunk` (null at the end of the file) is answered with `Parsed`, `used` is memory that comes back to it. */
export type ThreadRequest = { chunk: ArrayBuffer | null } | { used: ArrayBuffer };

// The thread of a ThreadParser: bytes come in and texts go out by transfer, so the threads share no work but the parsing itself.
const parser = new FileParser(workerData as ParseOrder);

parentPort!.on('message', (request: ThreadRequest) => {
  if ('used' in request) {
    parser.recycle(request.used);
    return;
  }
  const batches = request.chunk === null ? parser.end() : parser.write(Buffer.from(request.chunk));
  const parsed: Parsed = { batches, overLimit: parser.overLimit };
  const memory = batches.map(ownMemory).filter((buffer) => buffer !== null);
  parentPort!.postMessage(parsed, memory);
});

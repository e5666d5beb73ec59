import { parentPort } from 'node:worker_threads';
import { type PreviewAnswer, type PreviewedFile, previewOf } from './preview.js';

/** What the thread answers to a file, in the order of the files; `failed` says why it could not. */
export type PreviewReply = PreviewAnswer | { failed: string };

// This file runs in the thread of PreviewThread.
parentPort!.on('message', (file: PreviewedFile) => {
  previewOf(file)
    .catch(
      (error: unknown): PreviewReply => ({
        failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    )
    .then((reply) => parentPort!.postMessage(reply));
});

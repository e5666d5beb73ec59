import { loadConfig } from '@app/config';
import { S3FileStore } from '../../libs/storage/src/s3/s3-file-store.js';
import { type Driver, describeStore, NEVER_MS } from '../../libs/storage/test/file-store.conformance.js';
import { startSwift } from '../support/swift-server.js';

// A server of S3 that many run, with everything that an object store has: rings, disks and a proxy.

describeStore('a bucket of Swift', async (): Promise<Driver> => {
  const server = await startSwift();
  return {
    store: async (sweepMs = NEVER_MS) => new S3FileStore(loadConfig({ ...server.env, STORAGE_SWEEP_MS: `${sweepMs}` })),
    unfinished: async () => [
      ...(await server.parts()),
      ...(await server.objects()).filter((name) => name.startsWith('.drafts/')),
    ],
    stop: () => server.stop(),
  };
});

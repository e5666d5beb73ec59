import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { type S3Server, startS3 } from '../../../test/support/s3-server.js';
import { LocalFileStore } from '../src/local-file-store.js';
import { S3FileStore } from '../src/s3/s3-file-store.js';
import { type Driver, describeStore, NEVER_MS } from './file-store.conformance.js';

async function onDisk(): Promise<Driver> {
  const root = await mkdtemp(join(tmpdir(), 'file-store-'));
  return {
    store: (sweepMs = NEVER_MS) => LocalFileStore.at(root, sweepMs),
    unfinished: () => readdir(join(root, '.drafts')),
    stop: () => rm(root, { recursive: true }),
  };
}

async function inBucket(): Promise<Driver> {
  const server: S3Server = await startS3();
  return {
    store: async (sweepMs = NEVER_MS) => new S3FileStore(loadConfig({ ...server.env, STORAGE_SWEEP_MS: `${sweepMs}` })),
    unfinished: async () => [...server.parts(), ...server.objects().filter((name) => name.startsWith('.drafts/'))],
    stop: () => server.stop(),
  };
}

describeStore('a folder', onDisk);
describeStore('a bucket of s3rver', inBucket);

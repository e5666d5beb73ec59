import { createHash, randomUUID as newId, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { loadConfig } from '@app/config';
import { StorageFull } from '@app/problems';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CutOffProxy, startCutOffProxy } from '../../../test/support/cut-off-proxy.js';
import { type S3Server, startS3 } from '../../../test/support/s3-server.js';
import { s3Problem } from '../src/s3/s3-errors.js';
import { S3FileStore } from '../src/s3/s3-file-store.js';
import { StorageUnavailable } from '../src/storage.problems.js';

// What the driver of S3 does beside what file-store.spec.ts asks of every driver.

const MiB = 1024 * 1024;
const content = randomBytes(24 * MiB);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let server: S3Server;
let proxy: CutOffProxy;
let store: S3FileStore;
let throughProxy: S3FileStore;
beforeAll(async () => {
  server = await startS3();
  proxy = await startCutOffProxy(`http://127.0.0.1:${server.port}`);
  store = new S3FileStore(loadConfig(server.env));
  const { port } = new URL(proxy.url);
  const url = server.env.STORAGE_URL.replace(`:${server.port}`, `:${port}`);
  throughProxy = new S3FileStore(loadConfig({ ...server.env, STORAGE_URL: url }));
});
afterAll(async () => {
  store?.onModuleDestroy();
  throughProxy?.onModuleDestroy();
  await proxy?.stop();
  await server?.stop();
});

async function write(to: S3FileStore, bytes: Buffer) {
  const draft = await to.create(newId());
  for (let at = 0; at < bytes.length; at += 65_536) await draft.write(bytes.subarray(at, at + 65_536));
  return draft;
}

async function storedFile(bytes: Buffer): Promise<string> {
  const draft = await write(store, bytes);
  await draft.commit();
  return draft.key;
}

describe('a file in a bucket', () => {
  it('is sent in parts while it is received, and in one request when it is small', async () => {
    const from = server.requests.length;
    await storedFile(content.subarray(0, 1_000));
    expect(server.requests.slice(from).map(({ method }) => method)).toEqual(['PUT']);
    const draft = await write(store, content.subarray(0, 11 * MiB));
    await expect.poll(() => server.parts().sort()).toEqual(['1', '2']);
    await draft.abort();
    expect(server.parts()).toEqual([]);
  });

  it('stands below the prefix, beside nothing else', async () => {
    const key = await storedFile(Buffer.from('x'));
    expect(server.objects()).toContain(key);
    expect(server.objects().filter((name) => name.startsWith('.drafts/'))).toEqual([]);
  });
});

describe('a reading whose connection breaks', () => {
  it('goes on behind the last byte that arrived', async () => {
    const key = await storedFile(content);
    const from = server.requests.length;
    const reading = await throughProxy.open(key, 1_000);
    const parts: Buffer[] = [];
    const memory = Buffer.alloc(512 * 1024);
    for (let length = await reading.read(memory); length > 0; length = await reading.read(memory)) {
      parts.push(Buffer.from(memory.subarray(0, length)));
      if (parts.length !== 4) continue;
      await proxy.cut();
      await proxy.restore();
    }
    await reading.close();
    expect(sha256(Buffer.concat(parts))).toBe(sha256(content.subarray(1_000)));
    const [first, second, ...more] = server.requests.slice(from).map(({ range }) => range);
    expect(first).toBe('bytes=1000-');
    expect(Number(/^bytes=(\d+)-$/.exec(second!)![1])).toBeGreaterThan(4 * memory.length - 1);
    expect(more).toEqual([]);
  });

  it('fails with storage_unavailable when the server does not come back', async () => {
    const key = await storedFile(content);
    const reading = await throughProxy.open(key, 0);
    await proxy.cut();
    const memory = Buffer.alloc(MiB);
    const readAll = async () => {
      while ((await reading.read(memory)) > 0);
    };
    await expect(readAll()).rejects.toBeInstanceOf(StorageUnavailable);
    await reading.close();
    await proxy.restore();
  });
});

describe('a server that cannot be reached', () => {
  it('gives storage_unavailable, and the draft can be aborted', async () => {
    const draft = await throughProxy.create(newId());
    await draft.write(content.subarray(0, 6 * MiB));
    await proxy.cut();
    const writeAll = async () => {
      for (let at = 0; at < content.length; at += MiB) await draft.write(content.subarray(at, at + MiB));
      await draft.commit();
    };
    await expect(writeAll()).rejects.toBeInstanceOf(StorageUnavailable);
    await draft.abort();
    await expect(throughProxy.health()).rejects.toThrow();
    await expect(throughProxy.size(newId())).rejects.toThrow();
    await proxy.restore();
  });

  it.each([
    ['a quota', { name: 'QuotaExceeded', $metadata: { httpStatusCode: 403 } }, StorageFull],
    ['a full server', { name: 'XMinioStorageFull', $metadata: { httpStatusCode: 507 } }, StorageFull],
    ['a missing bucket', { name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } }, StorageUnavailable],
    ['a broken connection', new Error('read ECONNRESET'), StorageUnavailable],
  ])('differs from one without room: %s', (_, error, problem) => {
    expect(s3Problem(error)).toBeInstanceOf(problem);
  });
});

describe('a server that refuses the key', () => {
  it('gives an error that does not contain the secret', async () => {
    const secret = 'not-the-secret-of-this-server';
    const refused = new S3FileStore(
      loadConfig({ ...server.env, AWS_ACCESS_KEY_ID: 'unknown', AWS_SECRET_ACCESS_KEY: secret }),
    );
    const error: unknown = await refused.health().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'InvalidAccessKeyId' });
    expect(inspect(error, { depth: 8, showHidden: true })).not.toContain(secret);
    const draft = await refused.create(newId());
    await draft.write(Buffer.from('x'));
    await expect(draft.commit()).rejects.toBeInstanceOf(StorageUnavailable);
    refused.onModuleDestroy();
  });
});

import { createHash, randomUUID as newId, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStore } from '../src/file-store.js';
import { StorageUnavailable } from '../src/storage.problems.js';

/** No sweep of its own happens within a test. */
export const NEVER_MS = 3_600_000;
/** Two whole parts of a multipart upload, and the beginning of another. */
const BIG_BYTES = 11 * 1024 * 1024;

/** A driver may bring a server along. */
const START_TIMEOUT_MS = 300_000;

export interface Driver {
  /** Another process with the same files. */
  store(sweepMs?: number): Promise<FileStore>;
  /** What is there of files that are not committed. */
  unfinished(): Promise<string[]>;
  stop(): Promise<void>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What every driver of FileStore promises. @param what "a store in …" */
export const describeStore = (what: string, start: () => Promise<Driver>) =>
  describe(`a store in ${what}`, () => {
    let driver: Driver;
    let store: FileStore;
    const big = randomBytes(BIG_BYTES);
    beforeAll(async () => {
      driver = await start();
      store = await driver.store();
    }, START_TIMEOUT_MS);
    afterAll(() => driver?.stop());

    const draftOf = async (content: string | Buffer, of = store) => {
      const draft = await of.create(newId());
      const bytes = Buffer.from(content);
      for (let at = 0; at < bytes.length; at += 65_536) await draft.write(bytes.subarray(at, at + 65_536));
      return draft;
    };

    const storedFile = async (content: string | Buffer): Promise<string> => {
      const draft = await draftOf(content);
      await draft.commit();
      return draft.key;
    };

    const listed = async () => {
      const keys: string[] = [];
      for await (const { key } of store.list()) keys.push(key);
      return keys;
    };

    it('shows a file when its draft is committed, and not before', async () => {
      const draft = await draftOf(big);
      expect(await store.size(draft.key)).toBeNull();
      expect(await listed()).not.toContain(draft.key);
      await draft.commit();
      expect(await store.size(draft.key)).toBe(BIG_BYTES);
      expect(await listed()).toContain(draft.key);
      expect(await driver.unfinished()).toEqual([]);
    });

    it('returns the bytes that were written, of a file of many parts, of a small one and of an empty one', async () => {
      for (const content of [big, Buffer.from('a,b\n1,2\n'), Buffer.alloc(0)]) {
        const key = await storedFile(content);
        expect(await store.size(key)).toBe(content.length);
        expect(sha256(await buffer(store.createReadStream(key)))).toBe(sha256(content));
      }
    });

    it.each([4, BIG_BYTES])('has no trace of an aborted draft of %d bytes', async (bytes) => {
      const draft = await draftOf(big.subarray(0, bytes));
      await draft.abort();
      await draft.abort();
      expect(await driver.unfinished()).toEqual([]);
      expect(await store.size(draft.key)).toBeNull();
    });

    it('keeps a file when abort is called after commit, for example in a finally block', async () => {
      const draft = await draftOf('x');
      await draft.commit();
      await draft.abort();
      expect(await store.size(draft.key)).toBe(1);
    });

    it('reads a file from start up to and including end', async () => {
      const key = await storedFile('0123456789');
      const read = async (range: { start?: number; end?: number }) =>
        (await buffer(store.createReadStream(key, range))).toString();
      expect(await read({ start: 3, end: 5 })).toBe('345');
      expect(await read({ start: 8 })).toBe('89');
      expect(await read({ end: 1 })).toBe('01');
      expect(await read({ start: 7, end: 1_000 })).toBe('789');
      expect(await read({ start: 10 })).toBe('');
      await expect(buffer(store.createReadStream(newId()))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('reads into the memory of the caller, from a position to the end', async () => {
      const key = await storedFile('0123456789');
      const reading = await store.open(key, 3);
      const memory = Buffer.alloc(4);
      const parts: string[] = [];
      for (let length = await reading.read(memory); length > 0; length = await reading.read(memory))
        parts.push(memory.toString('latin1', 0, length));
      await reading.close();
      expect(parts).toEqual(['3456', '789']);
      await expect(store.open(newId(), 0)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('fills the whole memory of the caller, whatever it receives at once', async () => {
      const key = await storedFile(big);
      const reading = await store.open(key, 1_000);
      const memory = Buffer.alloc(524_288);
      const parts: Buffer[] = [];
      for (let length = await reading.read(memory); length > 0; length = await reading.read(memory))
        parts.push(Buffer.from(memory.subarray(0, length)));
      await reading.close();
      expect(parts.slice(0, -1).every(({ length }) => length === memory.length)).toBe(true);
      expect(sha256(Buffer.concat(parts))).toBe(sha256(big.subarray(1_000)));
    });

    it('can stop reading in the middle of a file', async () => {
      const key = await storedFile(big);
      const reading = await store.open(key, 0);
      await reading.read(Buffer.alloc(1_000));
      await reading.close();
      for await (const chunk of store.createReadStream(key)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await store.size(key)).toBe(BIG_BYTES);
    });

    it('deletes a file, also twice', async () => {
      const key = await storedFile('x');
      await store.delete(key);
      await store.delete(key);
      expect(await store.size(key)).toBeNull();
    });

    it('never goes outside of the store', async () => {
      for (const key of ['../secret', 'a/b', '..', '.drafts', '', 'A', 'a\0b', 'x'.repeat(129)]) {
        await expect(store.create(key), key).rejects.toThrow(TypeError);
        expect(() => store.createReadStream(key), key).toThrow(TypeError);
        await expect(store.open(key, 0), key).rejects.toThrow(TypeError);
        await expect(store.delete(key), key).rejects.toThrow(TypeError);
        await expect(store.size(key), key).rejects.toThrow(TypeError);
      }
    });

    it('is healthy when it accepts a write, and the check leaves no file', async () => {
      const ofDisk = store.disk === null ? null : expect.any(Number);
      expect(await store.health()).toEqual({ freeBytes: ofDisk });
      expect(await store.freeBytes()).toEqual(ofDisk);
      expect(await driver.unfinished()).toEqual([]);
    });

    describe('of whose processes one was killed', () => {
      it('removes its drafts at the second look without a change', async () => {
        await draftOf(big, await driver.store());
        await expect.poll(() => driver.unfinished()).not.toEqual([]);
        const afterRestart = await driver.store();
        expect(await afterRestart.removeLeftovers()).toBe(0);
        expect(await afterRestart.removeLeftovers()).toBe(1);
        expect(await driver.unfinished()).toEqual([]);
      });

      it('keeps the drafts of living ones, even when their client is silent', async () => {
        const other = await driver.store(400);
        const draft = await draftOf(big, other);
        for (let look = 0; look < 4; look++) {
          await new Promise((resolve) => setTimeout(resolve, 400));
          expect(await store.removeLeftovers()).toBe(0);
        }
        await draft.commit();
        expect(await other.size(draft.key)).toBe(BIG_BYTES);
        expect(await driver.unfinished()).toEqual([]);
      });

      it('keeps the open drafts of this process', async () => {
        const draft = await draftOf(big);
        expect(await store.removeLeftovers()).toBe(0);
        expect(await store.removeLeftovers()).toBe(0);
        await draft.commit();
        expect(await store.size(draft.key)).toBe(BIG_BYTES);
      });

      it('refuses to commit a draft that was removed while its process was suspended', async () => {
        const draft = await draftOf(big);
        await expect.poll(() => driver.unfinished()).not.toEqual([]);
        const other = await driver.store();
        await other.removeLeftovers();
        expect(await other.removeLeftovers()).toBe(1);
        await expect(draft.commit()).rejects.toBeInstanceOf(StorageUnavailable);
        expect(await store.size(draft.key)).toBeNull();
        expect(await driver.unfinished()).toEqual([]);
      });
    });
  });

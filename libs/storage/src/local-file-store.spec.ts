import { randomUUID as newId } from 'node:crypto';
import { mkdtemp, open, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { StorageFull } from '@app/problems';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalFileStore } from './local-file-store.js';
import { StorageUnavailable } from './storage.problems.js';

const NEVER_MS = 3_600_000;
let root: string;
let store: LocalFileStore;

const drafts = () => readdir(join(root, '.drafts'));
const stored = async () => (await readdir(root)).filter((name) => name !== '.drafts');

const storedFile = async (content: string): Promise<string> => {
  const draft = await store.create(newId());
  await draft.write(Buffer.from(content));
  await draft.commit();
  return draft.key;
};

/** Lets writes to all open files store `room` more bytes together, then fail as on a full disk. */
const fillDiskAfter = async (room: number, code = 'ENOSPC') => {
  const handle = await open(root, 'r');
  const prototype = Object.getPrototypeOf(handle) as { write: typeof handle.write };
  await handle.close();
  const write = prototype.write;
  let left = room;
  return vi.spyOn(prototype, 'write').mockImplementation(async function (this: unknown, ...args: unknown[]) {
    if (left === 0) throw Object.assign(new Error(`${code}: no`), { code });
    const [data, offset, length] = args as [Uint8Array, number, number];
    const taken = Math.min(length, left);
    left -= taken;
    return (write as (...args: unknown[]) => unknown).call(this, data, offset, taken) as never;
  } as never);
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'file-store-'));
  store = await LocalFileStore.at(root, NEVER_MS);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

describe('a file in the store', () => {
  it('does not exist before its draft is committed, and is complete afterwards', async () => {
    const draft = await store.create(newId());
    await draft.write(Buffer.from('a,b\n'));
    expect(await store.size(draft.key)).toBeNull();
    await draft.write(Buffer.from('1,2\n'));
    await draft.commit();
    expect(await store.size(draft.key)).toBe(8);
    expect((await buffer(store.createReadStream(draft.key))).toString()).toBe('a,b\n1,2\n');
    expect(await drafts()).toEqual([]);
  });

  it('leaves no trace of an aborted draft', async () => {
    const draft = await store.create(newId());
    await draft.write(Buffer.from('half'));
    await draft.abort();
    await draft.abort();
    expect(await drafts()).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('stays when abort is called after commit, for example in a finally block', async () => {
    const draft = await store.create(newId());
    await draft.commit();
    await draft.abort();
    expect(await stored()).toEqual([draft.key]);
  });

  it('is read from start up to and including end', async () => {
    const key = await storedFile('0123456789');
    expect((await buffer(store.createReadStream(key, { start: 3, end: 5 }))).toString()).toBe('345');
    expect((await buffer(store.createReadStream(key, { start: 8 }))).toString()).toBe('89');
  });

  it('is read into the memory of the caller, from a position to the end', async () => {
    const key = await storedFile('0123456789');
    const reading = await store.open(key, 3);
    const memory = Buffer.alloc(4);
    const parts: string[] = [];
    for (let length = await reading.read(memory); length > 0; length = await reading.read(memory))
      parts.push(memory.toString('latin1', 0, length));
    await reading.close();
    expect(parts).toEqual(['3456', '789']);
    await expect(store.open(newId(), 0)).rejects.toThrow('ENOENT');
  });

  it('can be deleted twice', async () => {
    const key = await storedFile('x');
    await store.delete(key);
    await store.delete(key);
    expect(await store.size(key)).toBeNull();
  });

  it('is listed, and drafts are not', async () => {
    const key = await storedFile('x');
    const draft = await store.create(newId());
    const listed = [];
    for await (const file of store.list()) listed.push(file.key);
    expect(listed).toEqual([key]);
    await draft.abort();
  });

  it('is never outside the store', async () => {
    for (const key of ['../secret', 'a/b', '..', '.drafts', '', 'A', 'a\0b', 'x'.repeat(129)]) {
      await expect(store.create(key), key).rejects.toThrow(TypeError);
      expect(() => store.createReadStream(key), key).toThrow(TypeError);
      await expect(store.open(key, 0), key).rejects.toThrow(TypeError);
      await expect(store.delete(key), key).rejects.toThrow(TypeError);
    }
  });
});

describe('a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT'])(
    'gives storage_full when a write fails with %s, and the draft can be aborted',
    async (code) => {
      const draft = await store.create(newId());
      await fillDiskAfter(6, code);
      await draft.write(Buffer.from('1234'));
      await expect(draft.write(Buffer.from('5678'))).rejects.toBeInstanceOf(StorageFull);
      await draft.abort();
      expect(await drafts()).toEqual([]);
    },
  );

  it('gives storage_full before the first byte when the announced size does not fit', async () => {
    await expect(store.create(newId(), (await store.freeBytes()) + 1)).rejects.toBeInstanceOf(StorageFull);
    expect(await drafts()).toEqual([]);
  });

  it('leaves neither draft nor file when the final sync fails', async () => {
    const draft = await store.create(newId());
    const handle = await open(root, 'r');
    vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockRejectedValue(Object.assign(new Error(), { code: 'ENOSPC' }));
    await handle.close();
    await expect(draft.commit()).rejects.toBeInstanceOf(StorageFull);
    expect(await drafts()).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});

describe('a broken disk', () => {
  it('gives storage_unavailable', async () => {
    await rm(root, { recursive: true });
    await expect(store.create(newId())).rejects.toBeInstanceOf(StorageUnavailable);
    await expect(store.health()).rejects.toThrow('ENOENT');
    store = await LocalFileStore.at(root, NEVER_MS);
  });

  it('is healthy when it accepts a write, and the check leaves no file', async () => {
    expect((await store.health()).freeBytes).toBeGreaterThan(0);
    expect(await drafts()).toEqual([]);
  });
});

describe('drafts of a killed process', () => {
  it('are removed at the second check without a change, whatever their modification time is', async () => {
    await store.create(newId());
    const [name] = await drafts();
    const afterRestart = await LocalFileStore.at(root, NEVER_MS);
    await utimes(join(root, '.drafts', name!), new Date(0), new Date(0));
    expect(await afterRestart.removeLeftovers()).toBe(0);
    expect(await afterRestart.removeLeftovers()).toBe(1);
    expect(await drafts()).toEqual([]);
  });

  it('differ from live drafts of another process, which change between checks even when their client is silent', async () => {
    const other = await LocalFileStore.at(root, 400);
    const draft = await other.create(newId());
    for (let check = 0; check < 4; check++) {
      expect(await store.removeLeftovers()).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    await draft.commit();
    expect(await other.size(draft.key)).toBe(0);
  });

  it('differ from open drafts of this process, which are never removed', async () => {
    const draft = await store.create(newId());
    expect(await store.removeLeftovers()).toBe(0);
    expect(await store.removeLeftovers()).toBe(0);
    await draft.commit();
  });

  it('cannot be committed when the process was only suspended and its draft was removed meanwhile', async () => {
    const draft = await store.create(newId());
    await rm(join(root, '.drafts', (await drafts())[0]!));
    await expect(draft.commit()).rejects.toBeInstanceOf(StorageUnavailable);
    expect(await stored()).toEqual([]);
  });
});

import { randomUUID as newId } from 'node:crypto';
import { mkdtemp, open, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageFull } from '@app/problems';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalFileStore } from './local-file-store.js';
import { StorageUnavailable } from './storage.problems.js';

const NEVER_MS = 3_600_000;
let root: string;
let store: LocalFileStore;

const drafts = () => readdir(join(root, '.drafts'));
const stored = async () => (await readdir(root)).filter((name) => name !== '.drafts');

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
});

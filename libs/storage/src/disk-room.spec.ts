import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageFull } from '@app/problems';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DiskRoom, defaultReserve } from './disk-room.js';
import { StorageUnavailable } from './storage.problems.js';

const MiB = 1024 ** 2;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-room-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A disk with this much room beyond the reserve; other programs may change it by a little. */
async function roomWith(bytes: number, databaseDir?: string, filesFolder: string | null = folder): Promise<DiskRoom> {
  const { bavail, bsize } = await statfs(folder);
  return new DiskRoom(
    { DATABASE_DIR: databaseDir, STORAGE_RESERVE_BYTES: bavail * bsize - bytes },
    { disk: filesFolder },
  );
}

describe('the reserve of a disk', () => {
  it.each([
    ['a small one', 800 * MiB, 128 * MiB],
    ['a middle one', 4_000 * MiB, 400 * MiB],
    ['a large one', 1_000_000 * MiB, 1024 * MiB],
    ['a tiny one', 100 * MiB, 25 * MiB],
  ])('is a tenth of it, from 128 MiB to 1 GiB: %s', (_, disk, reserve) => {
    expect(defaultReserve(disk)).toBe(reserve);
  });
});

describe('room on the disk', () => {
  it('is there for what leaves the reserve free, and not for more', async () => {
    const room = await roomWith(1_000 * MiB);
    expect(await room.has()).toBe(true);
    expect(await room.has({ files: 500 * MiB })).toBe(true);
    expect(await room.has({ files: 1_500 * MiB })).toBe(false);
    await expect(room.require({ files: 1_500 * MiB })).rejects.toBeInstanceOf(StorageFull);
  });

  it('is needed for files and rows together where both are on one disk', async () => {
    const needed = { files: 600 * MiB, database: 600 * MiB };
    expect(await (await roomWith(1_000 * MiB, folder)).has(needed)).toBe(false);
  });

  it('is not looked for on the disk of PostgreSQL when that is unknown', async () => {
    expect(await (await roomWith(1_000 * MiB)).has({ files: 1, database: 1e15 })).toBe(true);
  });

  it('counts only for the rows where files are on no disk of this machine', async () => {
    const room = await roomWith(1_000 * MiB, folder, null);
    expect(await room.has({ files: 1e15, database: 500 * MiB })).toBe(true);
    expect(await room.has({ database: 1_500 * MiB })).toBe(false);
    expect(await (await roomWith(1_000 * MiB, undefined, null)).has({ files: 1e15, database: 1e15 })).toBe(true);
  });

  it('may take a part of the reserve', async () => {
    const room = await roomWith(-100 * MiB);
    expect(await room.has()).toBe(false);
    expect(await room.has({ reserveShare: 0 })).toBe(true);
  });

  it('for rows of requests is looked for on the disk of PostgreSQL alone, in half of the reserve', async () => {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const rooms = [1.8, 2.2].map((times) => ({
      DATABASE_DIR: folder,
      STORAGE_RESERVE_BYTES: Math.round(free * times),
    }));
    await new DiskRoom(rooms[0]!, { disk: folder }).requireForRows();
    await expect(new DiskRoom(rooms[1]!, { disk: folder }).requireForRows()).rejects.toBeInstanceOf(StorageFull);
    await new DiskRoom({ ...rooms[1]!, DATABASE_DIR: undefined }, { disk: folder }).requireForRows();
  });

  it('for rows of requests is looked for once a second, and not required of a disk that cannot be looked at', async () => {
    vi.useFakeTimers();
    const config = { DATABASE_DIR: folder, STORAGE_RESERVE_BYTES: 1 };
    const room = new DiskRoom(config, { disk: null });
    await room.requireForRows();
    config.STORAGE_RESERVE_BYTES = 1e18;
    await room.requireForRows();
    vi.advanceTimersByTime(1_000);
    await expect(room.requireForRows()).rejects.toBeInstanceOf(StorageFull);
    vi.useRealTimers();
    await new DiskRoom({ ...config, DATABASE_DIR: join(folder, 'none') }, { disk: null }).requireForRows();
  });

  it('is not known while the folder is missing, and is known when it is there', async () => {
    await rm(folder, { recursive: true });
    const room = new DiskRoom({ DATABASE_DIR: folder, STORAGE_RESERVE_BYTES: 1 }, { disk: folder });
    await expect(room.has()).rejects.toBeInstanceOf(StorageUnavailable);
    await mkdir(folder);
    expect(await room.has()).toBe(true);
  });
});

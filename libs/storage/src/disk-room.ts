import { stat, statfs } from 'node:fs/promises';
import { CONFIG, type Config } from '@app/config';
import { StorageFull } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { storageProblem } from './storage.problems.js';

const MiB = 1024 * 1024;

/** What is about to be stored, in bytes. */
export interface NeededRoom {
  files?: number;
  /** In the tables and the write-ahead log of PostgreSQL. */
  database?: number;
  /** The part of the reserve that has to stay free, from 0 to 1. */
  reserveShare?: number;
  /** Only the disk of PostgreSQL is looked at. */
  onlyDatabase?: boolean;
}

/**
 * Rows of requests, such as tasks, may use half of the reserve, as small files do. Deletes go on for longer. A client that stores the
 * longest tasks as fast as its limit allows takes some 100 MB a minute with the write-ahead log.
 */
const ROWS_RESERVE_SHARE = 0.5;

/** How old a look at the disk may be for the rows of a request. All clients of one address store some 15 MB in that time at most. */
const LOOK_LASTS_MS = 1_000;

interface Disk {
  path: string;
  /** Whether files are stored on it, and whether PostgreSQL is. */
  holds: { files: boolean; database: boolean };
}

/**
 * The reserve of a disk of this size if STORAGE_RESERVE_BYTES does not set it. At least twice the write-ahead log that PostgreSQL has on the
 * smallest disks (64 MiB), because the log grows past its limit while a checkpoint runs.
 */
export const defaultReserve = (diskBytes: number): number =>
  Math.min(Math.max(diskBytes / 10, 128 * MiB), 1024 * MiB, diskBytes / 4);

/**
 * Tells whether the disks of the files and of PostgreSQL have room. PostgreSQL stops when it cannot write its log, and does not start
 * again before there is room, so uploads and rows leave a reserve. Several requests may count on the same room: look again while storing.
 */
@Injectable()
export class DiskRoom {
  private known: Promise<Disk[]> | undefined;
  private look: { has: Promise<boolean>; until: number } | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'DATABASE_DIR' | 'STORAGE_RESERVE_BYTES'>,
    @Inject(FileStore) private readonly store: Pick<FileStore, 'disk'>,
  ) {}

  /** Whether the reserve stays free when this much is stored. @throws StorageUnavailable if a disk cannot be looked at */
  async has(needed: NeededRoom = {}): Promise<boolean> {
    return (await this.shortage(needed)) === null;
  }

  /** @throws StorageFull if the reserve would not stay free, StorageUnavailable */
  async require(needed: NeededRoom): Promise<void> {
    if (!(await this.has(needed))) throw new StorageFull();
  }

  /**
   * Room for the rows of a request, by a look of the last second. Nothing is refused because a disk cannot be looked at.
   * @throws StorageFull
   */
  async requireForRows(): Promise<void> {
    if (!this.look || performance.now() >= this.look.until) {
      const has = this.has({ reserveShare: ROWS_RESERVE_SHARE, onlyDatabase: true }).catch(() => true);
      this.look = { has, until: performance.now() + LOOK_LASTS_MS };
    }
    if (!(await this.look.has)) throw new StorageFull();
  }

  /** The first disk that has not enough room; null if all have. */
  async shortage({ files = 0, database = 0, reserveShare = 1, onlyDatabase = false }: NeededRoom = {}): Promise<{
    path: string;
    freeBytes: number;
    reserveBytes: number;
  } | null> {
    for (const { path, holds } of await this.disks()) {
      if (onlyDatabase && !holds.database) continue;
      const { bavail, blocks, bsize } = await look(statfs(path));
      const freeBytes = bavail * bsize;
      const reserveBytes = this.config.STORAGE_RESERVE_BYTES ?? defaultReserve(blocks * bsize);
      const neededBytes = (holds.files ? files : 0) + (holds.database ? database : 0);
      if (freeBytes - neededBytes < reserveBytes * reserveShare) return { path, freeBytes, reserveBytes };
    }
    return null;
  }

  /** None, one or two; which ones, does not change while the process runs. */
  private disks(): Promise<Disk[]> {
    this.known ??= findDisks(this.store.disk, this.config.DATABASE_DIR).catch((error) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }
}

async function findDisks(filesFolder: string | null, databaseFolder: string | undefined): Promise<Disk[]> {
  const disks: Disk[] = [];
  if (filesFolder !== null) disks.push({ path: filesFolder, holds: { files: true, database: false } });
  if (databaseFolder === undefined) return disks;
  if (filesFolder !== null) {
    const [files, database] = await look(Promise.all([stat(filesFolder), stat(databaseFolder)]));
    if (files.dev === database.dev) return [{ path: filesFolder, holds: { files: true, database: true } }];
  }
  return [...disks, { path: databaseFolder, holds: { files: false, database: true } }];
}

const look = <T>(looking: Promise<T>): Promise<T> =>
  looking.catch((error) => {
    throw storageProblem(error);
  });

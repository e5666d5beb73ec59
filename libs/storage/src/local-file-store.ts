import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, opendir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { makeFolder } from '@app/config';
import { StorageFull } from '@app/problems';
import { type DraftSigns, DraftWatch, HEARTBEATS_PER_CHECK } from './draft-watch.js';
import { type FileDraft, type FileReading, FileStore, type StorageHealth, type StoredFile } from './file-store.js';
import { LocalDraft } from './local-draft.js';
import { storageProblem } from './storage.problems.js';
import { isKey, requireKey } from './storage-key.js';

const DRAFTS = '.drafts';

/** Files in one folder of a disk that the api and the workers share. */
export class LocalFileStore extends FileStore {
  private readonly drafts: string;
  private readonly ownDrafts = new Set<string>();
  private readonly watch: DraftWatch;

  private constructor(
    private readonly root: string,
    private readonly sweepMs: number,
  ) {
    super();
    this.drafts = join(root, DRAFTS);
    this.watch = new DraftWatch(
      () => this.othersDrafts(),
      (name) => rm(join(this.drafts, name), { force: true }),
    );
  }

  /**
   * The store in the folder `root`, which is created if it is missing.
   * @param sweepMs the time between two calls of `removeLeftovers`.
   */
  static async at(root: string, sweepMs: number): Promise<LocalFileStore> {
    const store = new LocalFileStore(root, sweepMs);
    makeFolder(store.drafts);
    return store;
  }

  get disk(): string {
    return this.root;
  }

  async create(key: string, expectedBytes = 0): Promise<FileDraft> {
    const finalPath = this.path(key);
    const name = `${key}.${randomUUID()}`;
    try {
      if (expectedBytes > 0 && expectedBytes > (await this.freeBytes())) throw new StorageFull();
      this.ownDrafts.add(name);
      const place = { key, draftPath: join(this.drafts, name), finalPath };
      return await LocalDraft.begin(place, this.sweepMs / HEARTBEATS_PER_CHECK, () => this.ownDrafts.delete(name));
    } catch (error) {
      this.ownDrafts.delete(name);
      throw error instanceof StorageFull ? error : storageProblem(error);
    }
  }

  createReadStream(key: string, range: { start?: number; end?: number } = {}): Readable {
    return createReadStream(this.path(key), range);
  }

  async open(key: string, start: number): Promise<FileReading> {
    const file = await open(this.path(key));
    let position = start;
    return {
      async read(memory) {
        let filled = 0;
        while (filled < memory.length) {
          const { bytesRead } = await file.read(memory, filled, memory.length - filled, position);
          if (bytesRead === 0) break;
          filled += bytesRead;
          position += bytesRead;
        }
        return filled;
      },
      close: () => file.close(),
    };
  }

  async size(key: string): Promise<number | null> {
    try {
      return (await stat(this.path(key))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  async *list(): AsyncIterable<StoredFile> {
    for await (const entry of await opendir(this.root)) {
      if (!entry.isFile() || !isKey(entry.name)) continue;
      const facts = await stat(join(this.root, entry.name)).catch(() => null);
      if (facts) yield { key: entry.name, modifiedAt: facts.mtime };
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.root);
    return bavail * bsize;
  }

  async health(): Promise<StorageHealth> {
    // Checking permissions is not enough: root has all of them, and a read-only or full disk fails only on a write.
    const probe = join(this.drafts, `probe.${randomUUID()}`);
    try {
      await writeFile(probe, 'probe');
    } finally {
      await rm(probe, { force: true });
    }
    return { freeBytes: await this.freeBytes() };
  }

  async removeLeftovers(): Promise<number> {
    return (await this.watch.removeUnchanged()).length;
  }

  /** By their modification time; see LocalDraft. */
  private async othersDrafts(): Promise<DraftSigns> {
    const found: DraftSigns = new Map();
    for (const name of await readdir(this.drafts)) {
      if (this.ownDrafts.has(name)) continue;
      const modified = await modifiedMs(join(this.drafts, name));
      if (modified !== null) found.set(name, modified);
    }
    return found;
  }

  private path(key: string): string {
    return join(this.root, requireKey(key));
  }
}

async function modifiedMs(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

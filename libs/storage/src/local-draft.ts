import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileDraft } from './file-store.js';
import { storageProblem } from './storage.problems.js';

interface DraftPlace {
  key: string;
  draftPath: string;
  finalPath: string;
}

/** A file under a temporary name beside its final one (same filesystem, so that the rename is atomic). */
export class LocalDraft implements FileDraft {
  private settled = false;
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly place: DraftPlace,
    private readonly file: FileHandle,
    heartbeatMs: number,
    private readonly onSettled: () => void,
  ) {
    // The draft of a writer that waits for its client counts as alive too; see DraftWatch.
    this.heartbeat = setInterval(() => void this.touch(), heartbeatMs).unref();
  }

  static async begin(place: DraftPlace, heartbeatMs: number, onSettled: () => void): Promise<LocalDraft> {
    const file = await open(place.draftPath, 'wx', 0o640);
    return new LocalDraft(place, file, heartbeatMs, onSettled);
  }

  get key(): string {
    return this.place.key;
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      // A disk that becomes full first writes a part and then fails on the rest.
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await this.file.write(chunk, done, chunk.length - done);
        done += bytesWritten;
      }
    } catch (error) {
      throw storageProblem(error);
    }
  }

  async commit(): Promise<void> {
    if (this.settled) return;
    try {
      await this.file.sync();
      await rename(this.place.draftPath, this.place.finalPath);
      await syncDirectory(dirname(this.place.finalPath));
      await this.settle();
    } catch (error) {
      await this.abort();
      await rm(this.place.finalPath, { force: true });
      throw storageProblem(error);
    }
  }

  async abort(): Promise<void> {
    if (this.settled) return;
    await this.settle();
    await rm(this.place.draftPath, { force: true });
  }

  private async settle(): Promise<void> {
    this.settled = true;
    clearInterval(this.heartbeat);
    this.onSettled();
    await this.file.close();
  }

  private async touch(): Promise<void> {
    const now = new Date();
    // The draft may have been settled meanwhile; then there is nothing to keep alive.
    await this.file.utimes(now, now).catch(() => {});
  }
}

/** A rename survives a power cut only when the directory is synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

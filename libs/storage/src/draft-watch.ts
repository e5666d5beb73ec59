import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the drafts of killed processes, and never one that this process or another is writing.
 *
 * The only sign of life is a draft's modification time, which its writer changes at least once per heartbeat; process ids mean
 * nothing between containers that share a disk. The time is not compared with a clock but with the time at the previous check, so
 * clock skew or a suspended machine cannot make a live draft seem old.
 */
export class DraftWatch {
  private lastSeen = new Map<string, number>();

  constructor(
    private readonly directory: string,
    private readonly isOurs: (name: string) => boolean,
  ) {}

  /**
   * One check. Removes each draft that has not changed since the previous check. The caller must leave several heartbeats between
   * two checks.
   * @returns the names of the removed drafts.
   */
  async removeUnchanged(): Promise<string[]> {
    const seen = new Map<string, number>();
    const removed: string[] = [];
    for (const name of await readdir(this.directory)) {
      if (this.isOurs(name)) continue;
      const modified = await modifiedMs(join(this.directory, name));
      if (modified === null) continue;
      if (this.lastSeen.get(name) === modified) {
        await rm(join(this.directory, name), { force: true });
        removed.push(name);
      } else {
        seen.set(name, modified);
      }
    }
    this.lastSeen = seen;
    return removed;
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

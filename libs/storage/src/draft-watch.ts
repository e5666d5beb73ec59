import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the drafts that a killed process left behind, and never one that is being written, by this process or another.
 *
 * Whether a draft lives is told by its modification time alone, which its writer moves at least every heartbeat: process ids mean
 * nothing between containers that share a disk. And it is not compared with a clock, but with itself between two looks of ours, so
 * that neither clock skew nor a machine that slept can make a live one look old.
 */
export class DraftWatch {
  private lastSeen = new Map<string, number>();

  constructor(
    private readonly directory: string,
    private readonly isOurs: (name: string) => boolean,
  ) {}

  /**
   * One look. Removes what has not moved since the look before; the caller sees to it that looks are several heartbeats apart.
   * @returns the names that were removed.
   */
  async look(): Promise<string[]> {
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

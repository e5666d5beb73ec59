import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import { PurgeRepository } from '../purge/purge.repository.js';
import { OrphansRepository } from './orphans.repository.js';

/**
 * A file stands in the store before its upload stands in the database. Far longer than that takes, and longer than the jobs that remove the
 * files of killed processes are delayed.
 */
const YOUNGEST_MS = 24 * 3_600_000;

const KEYS_PER_QUERY = 1_000;

export interface Orphans {
  files: { key: string; bytes: number }[];
  tables: { table: string; bytes: number }[];
}

/**
 * Finds and removes what no upload refers to. In ordinary operation there is none, as jobs remove what is left; there may be some after a
 * restored backup, or after dead jobs.
 */
@Injectable()
export class OrphanSweep {
  constructor(
    private readonly repository: OrphansRepository,
    private readonly purges: PurgeRepository,
    private readonly store: FileStore,
  ) {}

  async find(): Promise<Orphans> {
    return { files: await this.files(), tables: await this.repository.tables() };
  }

  /** Removes exactly these. A table that an upload has come to refer to since stays. */
  async remove({ files, tables }: Orphans): Promise<void> {
    for (const { key } of files) await this.store.delete(key);
    for (const { table } of tables) await this.purges.dropTable(table);
  }

  private async files(): Promise<Orphans['files']> {
    const found: Orphans['files'] = [];
    const youngest = Date.now() - YOUNGEST_MS;
    let keys: string[] = [];
    const look = async () => {
      for (const key of await this.repository.unknownKeys(keys)) {
        found.push({ key, bytes: (await this.store.size(key)) ?? 0 });
      }
      keys = [];
    };
    for await (const { key, modifiedAt } of this.store.list()) {
      if (modifiedAt.getTime() > youngest) continue;
      keys.push(key);
      if (keys.length === KEYS_PER_QUERY) await look();
    }
    await look();
    return found;
  }
}

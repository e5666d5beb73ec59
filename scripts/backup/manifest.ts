import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../processes/refusal.js';
import { type CopiedTree, storeFile, syncFolder } from './copied-tree.js';

/** What a backup has. It is written last, so a backup without it is not whole. */
export interface Manifest {
  format: 1;
  /** The database is restored to what it was at this time. */
  taken_at: string;
  /** Version of the service. */
  version: string;
  /** What PostgreSQL has to replay; for people who look into a backup. */
  wal: { start: string; stop: string };
  /** Each is a folder of the backup. `uploads` is missing where the files are in a bucket. */
  parts: { postgres: CopiedTree; uploads?: CopiedTree };
}

const NAME = 'backup.json';

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await storeFile(join(folder, NAME), Buffer.from(JSON.stringify(manifest)));
  await syncFolder(folder);
}

/** @throws Refusal unless the folder has a whole backup */
export async function readManifest(folder: string): Promise<Manifest> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(await readFile(join(folder, NAME), 'utf8'));
  } catch (error) {
    throw new Refusal(
      `${folder} has no whole backup: its ${NAME}, which is written last, ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read'}.`,
      { cause: error },
    );
  }
  if (manifest.format !== 1) throw new Refusal(`The backup in ${folder} was made by a later version of this service.`);
  return manifest;
}

/** Number and bytes of the files in a part. */
export function sizeOf({ files }: CopiedTree): { files: number; bytes: number } {
  const sizes = Object.values(files);
  return { files: sizes.length, bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0) };
}

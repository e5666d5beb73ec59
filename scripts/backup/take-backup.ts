import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { VERSION } from '@app/config';
import { Refusal } from '../processes/refusal.js';
import { copyTree } from './copied-tree.js';
import { copyDatabase } from './database-copy.js';
import { type Manifest, sizeOf, writeManifest } from './manifest.js';

/** What is backed up. */
export interface Source {
  dataDir: string;
  /** URL of the database for a superuser. */
  databaseUrl: string;
  /** The folder of the uploaded files; null where they are in a bucket. */
  filesDir: string | null;
}

/** Uploads that are still being sent. Nobody refers to them. */
const DRAFTS = '.drafts';

/**
 * Backs up a running service into a new folder: the database first and the files after it. So a file may have no upload, which
 * `sweep-orphans` removes; the other way round, an upload that was to be ingested would have no file.
 * @throws Refusal
 */
export async function takeBackup(source: Source, to: string): Promise<Manifest> {
  requireFit(source, to);
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    const { tree, takenAt, wal } = await copyDatabase(source.databaseUrl, join(to, 'postgres'));
    const uploads =
      source.filesDir === null
        ? undefined
        : await copyTree(source.filesDir, join(to, 'uploads'), (path) => path !== DRAFTS);
    const manifest: Manifest = {
      format: 1,
      taken_at: takenAt.toISOString(),
      version: VERSION,
      wal,
      parts: { postgres: tree, ...(uploads && { uploads }) },
    };
    await writeManifest(to, manifest);
    return manifest;
  } catch (error) {
    throw isFull(error)
      ? new Refusal(`The disk of ${to} is full: the backup is not whole; delete it and use a bigger disk.`, {
          cause: error,
        })
      : error;
  }
}

/** @throws Refusal when the backup would be mixed with something else, or lost together with what it saves */
function requireFit({ dataDir, filesDir }: Source, to: string): void {
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new Refusal(`${to} is not empty: a backup needs a new folder.`);
  for (const folder of [dataDir, filesDir]) {
    if (folder !== null && isWithin(to, folder)) {
      throw new Refusal(
        `${to} is in ${folder}, which a backup is to survive: choose a folder elsewhere, best on another disk.`,
      );
    }
  }
}

const isWithin = (path: string, folder: string): boolean => !/^\.\.(\/|$)/.test(relative(folder, path));

const isFull = (error: unknown): boolean => /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');

/** What the operator reads. */
export function describeBackup({ taken_at, parts }: Manifest): string {
  const { postgres, uploads } = parts;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const files = uploads
    ? `${sizeOf(uploads).files} uploaded files, ${megabytes(sizeOf(uploads).bytes)}`
    : 'no uploaded files, as STORAGE_URL names a bucket';
  return `the database of ${taken_at}, ${megabytes(sizeOf(postgres).bytes)} with its log; ${files}`;
}

import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ownerOf } from '../processes/process-facts.js';

/** Folders that packages install to. Outside a login shell the PATH may lack them. */
const USUAL_FOLDERS = [
  '/usr/local/bin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/opt/homebrew/bin',
  '/opt/local/bin',
];

/** The first program of these names on `path`, else in the usual folders. */
export const findOnPath = (
  names: readonly string[],
  path: string,
  usual: string[] = USUAL_FOLDERS,
): string | undefined =>
  [...path.split(delimiter).filter(Boolean), ...usual]
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return existsSync(file);
  } catch {
    return false;
  }
}

/** One folder per user, so that a package is downloaded once and not for each clone. Works without a writable home. */
export function cacheFolder(): string {
  const candidates = [
    process.env.XDG_CACHE_HOME,
    join(homedir(), '.cache'),
    join('/tmp', `cache-of-${process.getuid?.() ?? 'user'}`),
  ].filter((folder): folder is string => Boolean(folder));
  for (const candidate of candidates) {
    const folder = join(candidate, 'csv-task-service');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      // Programs in this folder are run, and in /tmp another user may have created it.
      if (ownerOf(folder) === process.getuid?.()) return folder;
    } catch {}
  }
  throw new Error(`none of ${candidates.join(', ')} can be written to`);
}

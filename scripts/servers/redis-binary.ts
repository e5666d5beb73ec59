import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ownerOf } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';
import { isDebianLike, type RedisBinary, unpackRedis } from './redis-package.js';

/** Both have the same protocol and the same options. */
const SERVERS = ['redis-server', 'valkey-server'];
/** Folders that packages install to. Outside a login shell the PATH may lack them. */
const USUAL_FOLDERS = [
  '/usr/local/bin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/opt/homebrew/bin',
  '/opt/local/bin',
];

const WHAT_TO_INSTALL =
  'install redis-server or valkey-server (macOS: brew install redis; Fedora: dnf install valkey; Alpine: apk add valkey), or set REDIS_URL to one that runs';

/**
 * Finds a Redis server program on the PATH. Otherwise, on Debian and Ubuntu, unpacks the distribution's package once into the user's
 * cache folder. It installs nothing and does not need root.
 * @param announce called before a step that takes a while.
 * @throws Refusal that says what to install.
 */
export async function redisBinary(announce: (what: string) => void): Promise<RedisBinary> {
  const installed = findOnPath(process.env.PATH ?? '');
  if (installed) return { command: installed, libraryFolders: [] };
  if (!isDebianLike()) throw new Refusal(`Redis was not found: ${WHAT_TO_INSTALL}.`);
  try {
    return await unpackRedis(cacheFolder(), announce);
  } catch (error) {
    throw new Refusal(
      `Redis was not found on the PATH, and its package could not be downloaded (${(error as Error).message}): ${WHAT_TO_INSTALL}.`,
      { cause: error },
    );
  }
}

/** The environment that the program needs. */
export const redisEnvironment = ({ libraryFolders }: RedisBinary): NodeJS.ProcessEnv =>
  libraryFolders.length === 0
    ? process.env
    : {
        ...process.env,
        LD_LIBRARY_PATH: [...libraryFolders, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
      };

/** The first server program on `path`, else in the usual folders. */
export const findOnPath = (path: string, usual: string[] = USUAL_FOLDERS): string | undefined =>
  [...path.split(delimiter).filter(Boolean), ...usual]
    .flatMap((folder) => SERVERS.map((server) => join(folder, server)))
    .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return existsSync(file);
  } catch {
    return false;
  }
}

/** One folder per user, so that the package is downloaded once and not for each clone. Works without a writable home. */
function cacheFolder(): string {
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

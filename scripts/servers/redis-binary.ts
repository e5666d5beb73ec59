import { Refusal } from '../processes/refusal.js';
import { type DebianProgram, isDebianLike, type UnpackedProgram, unpackProgram } from './debian-package.js';
import { cacheFolder, findOnPath } from './programs.js';

/** Both have the same protocol and the same options. */
export const SERVERS = ['redis-server', 'valkey-server'];
/** Newer Debian releases have both packages, the newest only valkey. */
const REDIS: DebianProgram = {
  name: 'Redis',
  packages: SERVERS,
  paths: SERVERS.map((name) => `usr/bin/${name}`),
};

const WHAT_TO_INSTALL =
  'install redis-server or valkey-server (macOS: brew install redis; Fedora: dnf install valkey; Alpine: apk add valkey), or set REDIS_URL to one that runs';

/**
 * Finds a Redis server program on the PATH. Otherwise, on Debian and Ubuntu, unpacks the distribution's package once into the user's
 * cache folder. It installs nothing and does not need root.
 * @param announce called before a step that takes a while.
 * @throws Refusal that says what to install.
 */
export async function redisBinary(announce: (what: string) => void): Promise<UnpackedProgram> {
  const installed = findOnPath(SERVERS, process.env.PATH ?? '');
  if (installed) return { command: installed, libraryFolders: [] };
  if (!isDebianLike()) throw new Refusal(`Redis was not found: ${WHAT_TO_INSTALL}.`);
  try {
    return await unpackProgram(REDIS, cacheFolder(), announce);
  } catch (error) {
    throw new Refusal(
      `Redis was not found on the PATH, and its package could not be downloaded (${(error as Error).message}): ${WHAT_TO_INSTALL}.`,
      { cause: error },
    );
  }
}

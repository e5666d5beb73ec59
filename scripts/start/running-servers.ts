import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresUrl } from '../servers/index.js';

/** The database of `npm start`. */
export const DATABASE = 'csv_tasks';

/** The line of postmaster.pid with the folder of the socket, from 0. */
const SOCKET_LINE = 4;

/** The folder with the sockets of the servers that `npm start` runs on this data folder; undefined when none has been started. */
export function socketFolderOf(dataDir: string): string | undefined {
  const lock = join(dataDir, 'postgres', 'postmaster.pid');
  if (!existsSync(lock)) return undefined;
  return readFileSync(lock, 'utf8').split('\n')[SOCKET_LINE]?.trim() || undefined;
}

/**
 * The variables that `npm start` gives to its apps for its own PostgreSQL and Redis, for another program to use the same.
 * @returns nothing for a data folder whose servers do not run
 */
export function runningServers(dataDir: string): { DATA_DIR?: string; DATABASE_URL?: string; REDIS_URL?: string } {
  const folder = socketFolderOf(dataDir);
  if (folder === undefined) return {};
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: postgresUrl(folder, DATABASE),
    REDIS_URL: `unix://${join(folder, 'redis.sock')}`,
  };
}

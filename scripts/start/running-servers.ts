import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The line of postmaster.pid with the folder of the socket, from 0. */
const SOCKET_LINE = 4;

/**
 * The variables that `npm start` gives to its apps for its own PostgreSQL and Redis, for another program to use the same.
 * @returns nothing for a data folder whose servers do not run
 */
export function runningServers(dataDir: string): { DATA_DIR?: string; DATABASE_URL?: string; REDIS_URL?: string } {
  const lock = join(dataDir, 'postgres', 'postmaster.pid');
  if (!existsSync(lock)) return {};
  const folder = readFileSync(lock, 'utf8').split('\n')[SOCKET_LINE]?.trim();
  if (!folder) return {};
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: `postgresql://app@localhost:5432/csv_tasks?host=${folder}`,
    REDIS_URL: `unix://${join(folder, 'redis.sock')}`,
  };
}

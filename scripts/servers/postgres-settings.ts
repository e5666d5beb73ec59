import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

export type PostgresSettings = Record<string, string>;

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const inMegabytes = (bytes: number) => `${Math.floor(bytes / MiB)}MB`;

/** What the settings depend on. */
export interface Machine {
  memoryBytes: number;
  /** Size of /dev/shm; undefined where there is none. */
  sharedMemoryBytes: number | undefined;
}

export const thisMachine = (): Machine => ({ memoryBytes: totalmem(), sharedMemoryBytes: sizeOf('/dev/shm') });

function sizeOf(path: string): number | undefined {
  try {
    const { blocks, bsize } = statfsSync(path);
    return blocks * bsize;
  } catch {
    return undefined;
  }
}

/**
 * For a machine that PostgreSQL shares with the rest of us, and a load of big COPY-like inserts beside small reads. Nothing here
 * trades safety for speed: fsync, full_page_writes and synchronous_commit keep their defaults.
 */
export function postgresSettings({ memoryBytes, sharedMemoryBytes }: Machine): PostgresSettings {
  return {
    shared_buffers: inMegabytes(clamp(memoryBytes / 8, 128 * MiB, GiB)),
    effective_cache_size: inMegabytes(memoryBytes / 2),
    maintenance_work_mem: inMegabytes(clamp(memoryBytes / 32, 64 * MiB, 512 * MiB)),
    work_mem: '16MB',
    max_connections: '200',
    // A million rows write about 1 GB of WAL; a checkpoint in the middle would write every page image again.
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    checkpoint_timeout: '15min',
    // The planner takes an unindexed scan over jsonb for dear enough to compile; the compiling costs more than it saves.
    jit: 'off',
    random_page_cost: '1.1',
    // Containers get 64 MB of /dev/shm, too little for one parallel hash join; System V segments do not live there.
    ...(sharedMemoryBytes !== undefined && sharedMemoryBytes < GiB ? { dynamic_shared_memory_type: 'sysv' } : {}),
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] %q%a ',
  };
}

/**
 * For databases that are thrown away: only a machine that loses power would lose them. A server that is killed recovers as ever, and
 * tests rely on that, so synchronous_commit stays on: without it the last commits would be gone.
 */
export const throwawaySettings: PostgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
};

import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

export type PostgresSettings = Record<string, string>;

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const inMegabytes = (bytes: number) => `${Math.floor(bytes / MiB)}MB`;

/** The facts that the settings depend on. */
export interface Machine {
  memoryBytes: number;
  /** Size of /dev/shm; undefined where there is none. */
  sharedMemoryBytes: number | undefined;
  /** Size of the disk with the data. */
  diskBytes: number;
}

/** @param directory the data folder, which exists */
export const thisMachine = (directory: string): Machine => ({
  memoryBytes: totalmem(),
  sharedMemoryBytes: sizeOf('/dev/shm'),
  diskBytes: sizeOf(directory) ?? Number.POSITIVE_INFINITY,
});

function sizeOf(path: string): number | undefined {
  try {
    const { blocks, bsize } = statfsSync(path);
    return blocks * bsize;
  } catch {
    return undefined;
  }
}

/**
 * Settings for a machine that PostgreSQL shares with the api and the worker, with big inserts and small reads at the same time. No
 * setting gives up safety for speed: fsync, full_page_writes and synchronous_commit keep their defaults.
 */
export function postgresSettings({ memoryBytes, sharedMemoryBytes, diskBytes }: Machine): PostgresSettings {
  const walBytes = clamp(diskBytes / 10, 64 * MiB, 4 * GiB);
  return {
    shared_buffers: inMegabytes(clamp(memoryBytes / 8, 128 * MiB, GiB)),
    effective_cache_size: inMegabytes(memoryBytes / 2),
    maintenance_work_mem: inMegabytes(clamp(memoryBytes / 32, 64 * MiB, 512 * MiB)),
    work_mem: '16MB',
    max_connections: '200',
    // A million rows write about 1 GB of WAL. After a checkpoint every changed page is written in full again, so checkpoints are rare, but
    // on a small disk the WAL must leave space for the rows.
    max_wal_size: inMegabytes(walBytes),
    min_wal_size: inMegabytes(Math.min(walBytes / 2, 256 * MiB)),
    checkpoint_timeout: '15min',
    // The longer a checkpoint takes, the more the log exceeds its limit.
    ...(walBytes < 4 * GiB ? { checkpoint_completion_target: '0.5' } : {}),
    // The planner would compile an unindexed scan, which costs more than it saves.
    jit: 'off',
    random_page_cost: '1.1',
    // Containers have 64 MB of /dev/shm, too little for one parallel hash join. System V segments do not use it.
    ...(sharedMemoryBytes !== undefined && sharedMemoryBytes < GiB ? { dynamic_shared_memory_type: 'sysv' } : {}),
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // The details of a violated constraint are values, such as e-mail addresses.
    log_error_verbosity: 'terse',
    log_line_prefix: '%m [%p] %q%a ',
  };
}

/**
 * Settings for temporary databases, which may be lost when the machine loses power. Tests need the recovery after a killed server,
 * so synchronous_commit stays on: without it the last commits would be lost.
 */
export const throwawaySettings: PostgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
};

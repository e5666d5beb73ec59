import { statfsSync } from 'node:fs';
import { Refusal } from '../processes/refusal.js';

const MiB = 1024 * 1024;
/** Recovery after a crash writes at least one file of 16 MiB, and the first checkpoint another. */
const ROOM_TO_START = 32 * MiB;

/** In what PostgreSQL prints when the disk is full. */
export const NO_SPACE = /No space left on device|Disk quota exceeded/i;

/** @throws Refusal when PostgreSQL would not start, or would stop at its first writes */
export function requireRoomToStart(directory: string): void {
  if (freeBytes(directory) < ROOM_TO_START) throw diskFull(directory);
}

/** What to do when PostgreSQL cannot start because the disk is full. */
export const diskFull = (directory: string): Refusal =>
  new Refusal(
    `The disk of ${directory} is full: ${Math.floor(freeBytes(directory) / MiB)} MiB are free, and PostgreSQL needs ${ROOM_TO_START / MiB} MiB to start. Delete other files on it (old logs, for example; nothing below ${directory}), or move DATA_DIR to a bigger disk, and start again. No data is lost.`,
  );

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

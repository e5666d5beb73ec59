import { accessSync, constants, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@app/config';
import { startTimeOf } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** The process that uses a data folder. A second process reads this from the lock file. */
interface Holder {
  pid: number;
  /** Start time of the process, because pids are reused. */
  birth: string | undefined;
  command: string;
}

/**
 * Creates the data folder and locks it for this process.
 * @returns a function that releases the lock.
 * @throws Refusal when the folder is not writable or another run uses it.
 */
export function claimDataDir(folder: string, command = 'npm start'): () => void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    makeFolder(join(folder, 'logs'));
  } catch (error) {
    requireRoom(folder, error);
    throw new Refusal(
      `DATA_DIR ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}): give this user write access, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  const file = join(folder, 'start.lock');
  const us: Holder = { pid: process.pid, birth: startTimeOf(process.pid), command };
  // Two tries: the first may find and delete the lock of a killed run.
  for (const attempt of [1, 2]) {
    try {
      writeFileSync(file, JSON.stringify(us), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      requireRoom(folder, error);
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new Refusal(`DATA_DIR ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}).`);
      }
    }
    const holder = holderOf(file);
    if (
      attempt === 2 ||
      (holder && startTimeOf(holder.pid) !== undefined && startTimeOf(holder.pid) === holder.birth)
    ) {
      throw new Refusal(
        `Another "${holder?.command ?? 'npm start'}" (process ${holder?.pid ?? 'unknown'}) already uses ${folder}: stop it first, or set another folder and port, as in "DATA_DIR=.data-2 PORT=3001 ${command}".`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Error('not reached');
}

/** @throws Refusal if the error of the file system says that the disk is full */
function requireRoom(folder: string, error: unknown): void {
  if (!FULL.has((error as NodeJS.ErrnoException).code ?? '')) return;
  throw new Refusal(
    `The disk of DATA_DIR ${folder} is full: delete other files on it, such as old logs, or set DATA_DIR to a folder on a bigger disk, and start again. No data is lost.`,
    { cause: error },
  );
}

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

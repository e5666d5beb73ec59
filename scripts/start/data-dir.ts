import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthOf } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';

/** Who runs on a data folder, for the next one who tries. */
interface Holder {
  pid: number;
  /** With the pid it names the process for good: pids are given out again. */
  birth: string | undefined;
  command: string;
}

/**
 * Makes the folder for everything that is kept, and claims it for this process.
 * @returns what gives it back.
 * @throws Refusal when it cannot be written to, or another run has it.
 */
export function claimDataDir(folder: string, command = 'npm start'): () => void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    mkdirSync(join(folder, 'logs'), { recursive: true });
  } catch (error) {
    throw new Refusal(
      `DATA_DIR ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}): give this user the right to, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  const file = join(folder, 'start.lock');
  const us: Holder = { pid: process.pid, birth: birthOf(process.pid), command };
  // Twice: the first may find what a killed run has left, and remove it.
  for (const attempt of [1, 2]) {
    try {
      writeFileSync(file, JSON.stringify(us), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new Refusal(`DATA_DIR ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}).`);
      }
    }
    const holder = holderOf(file);
    if (attempt === 2 || (holder && birthOf(holder.pid) !== undefined && birthOf(holder.pid) === holder.birth)) {
      throw new Refusal(
        `Another "${holder?.command ?? 'npm start'}" (process ${holder?.pid ?? 'unknown'}) already uses ${folder}: stop it first, or give this one a folder and a port of its own, as in "DATA_DIR=.data-2 PORT=3001 ${command}".`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Error('not reached');
}

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

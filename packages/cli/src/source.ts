import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { UsageError } from './exit-codes.js';

export interface Source {
  name: string;
  /** In bytes; undefined for a pipe. */
  size: number | undefined;
  open: () => AsyncIterable<Uint8Array>;
}

/** @throws UsageError for a file that is not there, before anything is sent */
export function sourceOf(file: string, nameOfStdin: string): Source {
  if (file === '-') return { name: nameOfStdin, size: undefined, open: () => process.stdin };
  // npm runs a script in the folder of the project; INIT_CWD is the folder in which npm was called.
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`There is no file ${file}`);
  if (stat.isDirectory()) throw new UsageError(`${file} is a folder`);
  return { name: basename(path), size: stat.size, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// sun_path has 108 bytes on Linux and 104 on macOS; the longest name below is ".s.PGSQL.5432", and ioredis adds two slashes.
const LONGEST_FOLDER = 104 - '/.s.PGSQL.5432'.length - 3;
/** Characters that need no escape in a URL, because ioredis does not decode the path of `unix://…`. */
const PLAIN = /^[\w./-]+$/;

/** Whether sockets can be created in `folder` and named in a URL. */
export const isFitForSockets = (folder: string): boolean =>
  PLAIN.test(folder) && Buffer.byteLength(folder) <= LONGEST_FOLDER;

/** A folder for sockets that only this user can enter: `preferred`, or a new temporary folder if that name is not suitable. */
export function socketFolder(preferred: string): { folder: string; temporary: boolean } {
  if (!isFitForSockets(preferred)) {
    return { folder: mkdtempSync(join(isFitForSockets(tmpdir()) ? tmpdir() : '/tmp', 'sockets-')), temporary: true };
  }
  mkdirSync(preferred, { recursive: true, mode: 0o700 });
  return { folder: preferred, temporary: false };
}

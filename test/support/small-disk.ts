import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../scripts/processes/refusal.js';

/** A disk of its own that a test can fill. */
export interface SmallDisk {
  readonly path: string;
  freeBytes(): number;
  /** Writes a file of another program, so that only this much is free. */
  fillUntil(freeBytes: number): void;
  /** Deletes that file. */
  clear(): void;
  remove(): void;
}

/**
 * Mounts a file system in memory.
 * @throws Refusal where that is not allowed: it needs root, or CAP_SYS_ADMIN in a container
 */
export function mountSmallDisk(bytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', path], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true });
    throw new Refusal(
      `The tests of full disks mount a tmpfs, which needs root (in a container: --cap-add SYS_ADMIN): ${mounted.stderr?.trim() || mounted.error?.message}`,
    );
  }
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  };
  const ballast = join(path, 'ballast');
  const BLOCK = 64 * 1024;
  return {
    path,
    freeBytes,
    fillUntil(wanted) {
      while (freeBytes() - wanted >= BLOCK) {
        writeFileSync(ballast, Buffer.alloc(Math.min(Math.floor((freeBytes() - wanted) / BLOCK) * BLOCK, 8e6)), {
          flag: 'a',
        });
      }
    },
    clear: () => rmSync(ballast, { force: true }),
    remove() {
      spawnSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

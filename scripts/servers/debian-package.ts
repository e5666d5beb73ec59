import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Packages of the distribution. */
export interface Packages {
  /** For messages and for the folder in the cache. */
  name: string;
  /** Packages that have it, the best first; a release may lack the first. */
  packages: readonly string[];
  /** More packages that are needed whichever it is, such as fonts. */
  also?: readonly string[];
}

/** A program that the distribution packages. */
export interface DebianProgram extends Packages {
  /** Where the program may lie in the unpacked packages. */
  paths: readonly string[];
  /** The option with which it prints its version, and ends; --version if not set. */
  versionOption?: string;
}

/** A program, and the folders of libraries that it needs and the system lacks. */
export interface UnpackedProgram {
  command: string;
  libraryFolders: string[];
}

const run = promisify(execFile);

/** Whether this is Debian or derived from it, by os-release and by the tools that are used here. */
export const isDebianLike = (
  osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
  hasTool = (path: string) => existsSync(path),
): boolean =>
  /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease) && hasTool('/usr/bin/apt-get') && hasTool('/usr/bin/dpkg-deb');

/**
 * The program from the distribution's package, with the missing libraries from other packages. apt downloads and dpkg-deb unpacks;
 * nothing is installed, no service is started, and no system lock is taken.
 */
export async function unpackProgram(
  program: DebianProgram,
  cache: string,
  announce: (what: string) => void,
): Promise<UnpackedProgram> {
  const known = programIn(placeOf(program, cache), program);
  if (known && (await runs(known, program))) return known;
  const place = await unpackPackages(program, cache, announce);
  const found = programIn(place, program);
  if (!found || !(await runs(found, program))) throw new Error(`the program unpacked into ${place} does not run`);
  return found;
}

const placeOf = ({ name }: Packages, cache: string) =>
  join(cache, `${name.toLowerCase()}-${releaseName()}-${process.arch}`);

/** As `unpackProgram`, of packages that are no single program. @returns the folder that is their root */
export const packagesFolder = async (
  packages: Packages,
  cache: string,
  announce: (what: string) => void,
): Promise<string> => {
  const place = placeOf(packages, cache);
  return existsSync(place) ? place : unpackPackages(packages, cache, announce);
};

async function unpackPackages(program: Packages, cache: string, announce: (what: string) => void): Promise<string> {
  const place = placeOf(program, cache);
  announce(`${program.name} is not installed: unpacking its package into ${place} (once, nothing is installed) …`);
  const workshop = mkdtempSync(join(cache, 'unpacking-'));
  try {
    const packages = await download(program, workshop);
    const unpacked = join(workshop, 'root');
    for (const file of packages) await run('dpkg-deb', ['-x', file, unpacked]);
    rmSync(place, { recursive: true, force: true });
    try {
      renameSync(unpacked, place);
    } catch (error) {
      if (!existsSync(place)) throw error; // another run was faster, and its copy is the same
    }
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
  return place;
}

/**
 * Downloads the package and its missing dependencies into `workshop`. The package lists of the system may be missing (slim images)
 * or out of date (the archive answers 404); then it downloads new lists and tries again.
 */
async function download({ packages, also = [] }: Packages, workshop: string): Promise<string[]> {
  let lastError: unknown;
  for (const lists of [undefined, join(workshop, 'lists')]) {
    try {
      if (lists) {
        mkdirSync(join(lists, 'partial'), { recursive: true });
        await apt(workshop, lists, 'update');
      }
      for (const name of packages) {
        try {
          await apt(workshop, lists, 'install', '--yes', '--download-only', '--no-install-recommends', name, ...also);
          return debsIn(workshop);
        } catch (error) {
          lastError ??= error;
        }
      }
    } catch (error) {
      lastError = error;
    }
  }
  throw new Error(aptComplaint(lastError));
}

const debsIn = (workshop: string): string[] => {
  const archives = join(workshop, 'archives');
  const files = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  if (files.length === 0) throw new Error('apt-get downloaded nothing');
  return files.map((name) => join(archives, name));
};

function apt(workshop: string, lists: string | undefined, ...args: string[]) {
  mkdirSync(join(workshop, 'archives', 'partial'), { recursive: true });
  const options = {
    'Dir::Cache': workshop,
    'Dir::Cache::archives': join(workshop, 'archives'),
    ...(lists ? { 'Dir::State::lists': lists } : {}),
    // Nothing is installed, so the system locks, which only root may take, are not needed.
    'Debug::NoLocking': '1',
    // As root, apt downloads as the user _apt, which cannot write into this folder.
    'APT::Sandbox::User': 'root',
  };
  return run('apt-get', [...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]), ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    maxBuffer: 16 * 1024 * 1024,
  });
}

/** The first error line of apt, shortened. */
export const aptComplaint = (error: unknown): string => {
  const { stderr = '', message = 'no reason given' } = (error ?? {}) as { stderr?: string; message?: string };
  const line = stderr.split('\n').find((text) => text.startsWith('E: ')) ?? message.split('\n')[0] ?? '';
  return line.replace(/^E: /, '').slice(0, 200);
};

/** Name and version of the release, because a library works only with the release that it was built for. */
const releaseName = (): string => {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key: string) => new RegExp(`^${key}="?([\\w.-]+)`, 'm').exec(text)?.[1];
  return [value('ID'), value('VERSION_CODENAME') ?? value('VERSION_ID')].filter(Boolean).join('-') || 'debian';
};

function programIn(root: string, { paths }: DebianProgram): UnpackedProgram | undefined {
  const command = paths.map((path) => join(root, path)).find((path) => existsSync(path));
  return command ? { command, libraryFolders: libraryFoldersIn(root) } : undefined;
}

const libraryFoldersIn = (root: string): string[] =>
  ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
        // Some libraries lie one folder deeper, such as libpulsecommon.
        .flatMap((entry) => [join(folder, entry.name), join(folder, entry.name, 'pulseaudio')]),
    ]);

/** The environment that an unpacked program needs; ours for an installed one. */
export const environmentOf = ({ libraryFolders }: UnpackedProgram): NodeJS.ProcessEnv =>
  libraryFolders.length === 0
    ? process.env
    : {
        ...process.env,
        LD_LIBRARY_PATH: [...libraryFolders, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      };

const runs = (unpacked: UnpackedProgram, { versionOption = '--version' }: DebianProgram): Promise<boolean> =>
  run(unpacked.command, [versionOption], { env: environmentOf(unpacked) }).then(
    () => true,
    () => false,
  );

import { Refusal } from '../processes/refusal.js';
import { type DebianProgram, isDebianLike, type UnpackedProgram, unpackProgram } from './debian-package.js';
import { cacheFolder, findOnPath } from './programs.js';

/**
 * Finds a server program on the PATH. Otherwise, on Debian and Ubuntu, unpacks the distribution's package once into the user's cache
 * folder. It installs nothing and does not need root.
 * @param names of the program, the best first.
 * @param whatToInstall ends the sentence "… was not found: ".
 * @param announce called before a step that takes a while.
 * @throws Refusal that says what to install.
 */
export async function serverBinary(
  program: DebianProgram,
  names: readonly string[],
  whatToInstall: string,
  announce: (what: string) => void,
): Promise<UnpackedProgram> {
  const installed = findOnPath(names, process.env.PATH ?? '');
  if (installed) return { command: installed, libraryFolders: [] };
  if (!isDebianLike()) throw new Refusal(`${program.name} was not found: ${whatToInstall}.`);
  try {
    return await unpackProgram(program, cacheFolder(), announce);
  } catch (error) {
    throw new Refusal(
      `${program.name} was not found on the PATH, and its package could not be downloaded (${(error as Error).message}): ${whatToInstall}.`,
      { cause: error },
    );
  }
}

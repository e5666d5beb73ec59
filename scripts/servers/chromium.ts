import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../processes/refusal.js';
import { type DebianProgram, environmentOf, isDebianLike, unpackProgram } from './debian-package.js';
import { cacheFolder, findOnPath } from './programs.js';

const NAMES = ['chromium', 'google-chrome-stable', 'google-chrome'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The program itself; `/usr/bin/chromium` is a script that looks for it in `/usr/lib`. */
const CHROMIUM: DebianProgram = {
  name: 'Chromium',
  packages: ['chromium'],
  also: ['fonts-dejavu-core'],
  paths: ['usr/lib/chromium/chromium'],
};

const WHAT_TO_INSTALL =
  'install chromium (Debian, Fedora, Alpine) or Google Chrome, or set CHROMIUM to the path of one';

/** A browser for the tests of the page, and the environment that it needs. */
interface Browser {
  command: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Finds Chromium or Chrome; CHROMIUM names another. Otherwise, on Debian, unpacks the distribution's package once into the user's cache
 * folder. It installs nothing and does not need root.
 * @param announce called before a step that takes a while.
 * @throws Refusal that says what to install.
 */
export async function chromium(announce: (what: string) => void): Promise<Browser> {
  const installed =
    process.env.CHROMIUM ?? findOnPath(NAMES, process.env.PATH ?? '') ?? (existsSync(ON_A_MAC) ? ON_A_MAC : undefined);
  if (installed) return { command: installed, env: process.env };
  if (!isDebianLike())
    throw new Refusal(`Chromium was not found, which the tests of the page need: ${WHAT_TO_INSTALL}.`);
  try {
    const cache = cacheFolder();
    const program = await unpackProgram(CHROMIUM, cache, announce);
    return { command: program.command, env: withFonts(program.command, environmentOf(program)) };
  } catch (error) {
    throw new Refusal(
      `Chromium was not found, which the tests of the page need, and its package could not be downloaded (${(error as Error).message}): ${WHAT_TO_INSTALL}.`,
      { cause: error },
    );
  }
}

/** With the unpacked fonts, and with their configuration where the system has none. */
function withFonts(command: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unpacked = join(command, '..', '..', '..', '..');
  const configuration = join(unpacked, 'etc', 'fonts');
  return {
    ...env,
    XDG_DATA_HOME: join(unpacked, 'usr', 'share'),
    ...(existsSync(configuration) && { FONTCONFIG_PATH: configuration }),
  };
}

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthOf } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { root } from '../root.js';
import { sourceHash } from './sources.js';

const APPS = ['api', 'worker'] as const;
export type App = (typeof APPS)[number];

const dist = join(root, 'dist');
/** Tells which sources an app was built from. It stands where `nest build`, run by hand, clears away first. */
const stampOf = (app: App): string => join(dist, 'apps', app, 'built-from');
const lock = join(dist, 'build.lock');
const LONGEST_BUILD_MS = 10 * 60_000;

/** The built entry of an app, for node. */
export const entryOf = (app: App): string => join(dist, 'apps', app, 'apps', app, 'src', 'main.js');
export const migrateEntry: string = join(dist, 'apps', 'api', 'libs', 'database', 'src', 'migrate.js');

const isFresh = (hash: string): boolean =>
  APPS.every(
    (app) => existsSync(stampOf(app)) && readFileSync(stampOf(app), 'utf8') === hash && existsSync(entryOf(app)),
  );

/**
 * Builds both apps with `nest build` if their sources have changed since the last time. Two processes do not build at once: the
 * second waits and then finds it done.
 * @param announce told when there is something to build.
 * @param signal breaks the build off; rejects then.
 * @throws Refusal when a source does not compile; the compiler has said why on the terminal.
 */
export async function ensureBuilt(announce: (what: string) => void = () => {}, signal?: AbortSignal): Promise<void> {
  if (isFresh(sourceHash(root))) return;
  mkdirSync(dist, { recursive: true });
  await waitUntil(takeLock, {
    timeoutMs: LONGEST_BUILD_MS,
    everyMs: 200,
    onTimeout: () =>
      new Refusal(`Another build has held ${lock} for ten minutes; remove that file if none is running.`),
  });
  try {
    // Read before the compiler does: what is edited meanwhile counts as not yet built.
    const hash = sourceHash(root);
    if (isFresh(hash)) return;
    announce('Building …');
    const faults = await Promise.all(APPS.map((app) => nestBuild(app, signal)));
    if (faults.some(Boolean)) {
      console.error([...new Set(faults.filter(Boolean))].join('\n'));
      throw new Refusal('The build failed; the compiler says why above.');
    }
    for (const app of APPS) writeFileSync(stampOf(app), hash);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Pid and birth of the builder: a lock of one that was killed is taken over. */
function takeLock(): boolean {
  const us = `${process.pid} ${birthOf(process.pid)}`;
  try {
    writeFileSync(lock, us, { flag: 'wx' });
    return true;
  } catch {
    const holder = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
    const [pid, birth] = splitOnce(holder);
    if (holder === us) return true;
    if (holder !== '' && birthOf(Number(pid)) !== birth) rmSync(lock, { force: true });
    return false;
  }
}

const splitOnce = (text: string): [string, string] => {
  const blank = text.indexOf(' ');
  return [text.slice(0, blank), text.slice(blank + 1)];
};

/** @returns what the compiler complained about, or an empty text. */
const nestBuild = (app: App, signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    const child = spawn(process.execPath, [nest, 'build', app], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? '' : output.trim() || `nest build ${app} exited with ${code}`));
  });

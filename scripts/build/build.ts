import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { slowStep } from '../install/slow-step.js';
import { startTimeOf } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { root } from '../root.js';
import { buildPage, isPageFresh } from './page.js';
import { sourceHash } from './sources.js';

const APPS = ['api', 'worker'] as const;
export type App = (typeof APPS)[number];

const dist = join(root, 'dist');
/** The file with the hash of the sources that an app was built from. `nest build` deletes it when it runs alone. */
const stampOf = (app: App): string => join(dist, 'apps', app, 'built-from');
const lock = join(dist, 'build.lock');
const LONGEST_BUILD_MS = 10 * 60_000;

/** The built entry of an app, for node. */
export const entryOf = (app: App): string => join(dist, 'apps', app, 'apps', app, 'src', 'main.js');
export const migrateEntry: string = join(dist, 'apps', 'api', 'libs', 'database', 'src', 'migrate.js');
/** The admin command; it is compiled with the api, whose services it uses. */
export const adminEntry: string = join(dist, 'apps', 'api', 'apps', 'admin', 'src', 'main.js');

const areAppsFresh = (hash: string): boolean =>
  APPS.every(
    (app) => existsSync(stampOf(app)) && readFileSync(stampOf(app), 'utf8') === hash && existsSync(entryOf(app)),
  );
const isFresh = (hash: string): boolean => areAppsFresh(hash) && isPageFresh();

/**
 * Builds both apps with `nest build`, and the page with vite, if their sources have changed since the last build. Two processes do not
 * build at the same time: the second one waits for the first.
 * @param announce called when there is something to build.
 * @param signal aborts the build, and the promise rejects.
 * @throws Refusal when a source does not compile; the compiler errors are on the terminal.
 */
export async function ensureBuilt(announce: (what: string) => void = () => {}, signal?: AbortSignal): Promise<void> {
  if (isFresh(sourceHash(root))) return;
  mkdirSync(dist, { recursive: true });
  if (!takeLock()) announce('Waiting for another build …');
  await waitUntil(takeLock, {
    timeoutMs: LONGEST_BUILD_MS,
    everyMs: 200,
    onTimeout: () =>
      new Refusal(`Another build has held ${lock} for ten minutes; delete that file if no build is running.`),
  });
  try {
    // Hashed before the compiler runs: a source that is edited during the build is built again the next time.
    const hash = sourceHash(root);
    if (isFresh(hash)) return;
    const stale = { apps: !areAppsFresh(hash), page: !isPageFresh() };
    const build = async () => {
      if (stale.apps) await buildApps(hash, signal);
      if (stale.page) await buildPage(signal);
    };
    const what = [stale.apps && 'the api and the worker', stale.page && 'the page'].filter(Boolean).join(', then ');
    await slowStep(`Building ${what} (usually under two minutes)`, build, announce);
  } finally {
    rmSync(lock, { force: true });
  }
}

async function buildApps(hash: string, signal?: AbortSignal): Promise<void> {
  const faults = await Promise.all(APPS.map((app) => nestBuild(app, signal)));
  if (faults.some(Boolean)) {
    console.error([...new Set(faults.filter(Boolean))].join('\n'));
    throw new Refusal('The build failed; the compiler errors are above.');
  }
  for (const app of APPS) writeFileSync(stampOf(app), hash);
}

/** Pid and start time of the builder, so that the lock of a killed builder can be taken over. */
function takeLock(): boolean {
  const us = `${process.pid} ${startTimeOf(process.pid)}`;
  try {
    writeFileSync(lock, us, { flag: 'wx' });
    return true;
  } catch {
    const holder = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
    const [pid, birth] = splitOnce(holder);
    if (holder === us) return true;
    if (holder !== '' && startTimeOf(Number(pid)) !== birth) rmSync(lock, { force: true });
    return false;
  }
}

const splitOnce = (text: string): [string, string] => {
  const blank = text.indexOf(' ');
  return [text.slice(0, blank), text.slice(blank + 1)];
};

/** @returns the errors of the compiler, or an empty text. */
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

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../processes/refusal.js';
import { root } from '../root.js';
import { sourceHash } from './sources.js';

/** The api finds the page beside its own folder; see apps/api/src/page.ts. */
const target = join(root, 'dist', 'apps', 'web');
const stamp = join(target, 'built-from');

const hashOfSources = (): string => sourceHash(root, ['apps/web', 'package-lock.json']);

/** Whether the built page is that of the current sources. */
export const isPageFresh = (): boolean =>
  existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources() && existsSync(join(target, 'index.html'));

/** Builds the page into static files. @throws Refusal when a source does not compile; the errors are on the terminal */
export async function buildPage(signal?: AbortSignal): Promise<void> {
  const hash = hashOfSources();
  const errors = await viteBuild(signal);
  if (errors) {
    console.error(errors);
    throw new Refusal('The page does not compile; the errors are above.');
  }
  writeFileSync(stamp, hash);
}

/** @returns the errors, or an empty text. */
const viteBuild = (signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const child = spawn(process.execPath, [vite, 'build', 'apps/web', '--outDir', target, '--logLevel', 'warn'], {
      cwd: root,
      // In any other environment, such as that of a test, React is bundled with its checks for developers.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? '' : output.trim() || `vite build exited with ${code}`));
  });

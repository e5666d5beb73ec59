import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureBuilt } from '../build/build.js';
import { root } from '../root.js';

/** Script that a browser loads before it shows a view, gzipped. */
const MOST_BYTES = 200_000;

/** A chunk in vite's manifest: its file, what it imports at once, and what it loads when it is needed. */
interface Chunk {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}
export type Manifest = Record<string, Chunk>;

/** The files of the entry and of each view, by the name of the view: everything that is loaded when the page is opened there. */
export function filesOfViews(manifest: Manifest, entry: string): Record<string, string[]> {
  const views = manifest[entry]?.dynamicImports ?? [];
  return Object.fromEntries(
    views.map((view) => [view, [...closure(manifest, [entry, view])].map((name) => manifest[name]!.file)]),
  );
}

function closure(manifest: Manifest, names: string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    closure(manifest, manifest[name]?.imports ?? [], seen);
  }
  return seen;
}

/** Fails when opening any view loads more than MOST_BYTES of script. */
export async function pageWeight(): Promise<{ passed: boolean; output: string }> {
  await ensureBuilt();
  const folder = join(root, 'dist', 'apps', 'web');
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')) as Manifest;
  const weights = Object.entries(filesOfViews(manifest, 'index.html')).map(([view, files]): [string, number] => [
    view,
    files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0),
  ]);
  const heavy = weights.filter(([, bytes]) => bytes > MOST_BYTES);
  const lines = weights.map(([view, bytes]) => `${view}: ${bytes.toLocaleString('en-US')} bytes of script, gzipped`);
  return {
    passed: weights.length > 0 && heavy.length === 0,
    output: `At most ${MOST_BYTES.toLocaleString('en-US')} are allowed.\n${lines.join('\n')}`,
  };
}

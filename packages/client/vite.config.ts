import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const dist = join(import.meta.dirname, 'dist');
const modules = join(import.meta.dirname, '..', '..', 'node_modules');

/** What is bundled, by the name that declarations import it by; null where none of them does. */
const BUNDLED = {
  'openapi-fetch': 'dist/index.d.mts',
  'openapi-typescript-helpers': 'dist/index.d.mts',
  'eventsource-parser': null,
} as const;

/** Declarations import what is bundled from beside them. */
const withOwnImports = (declarations: string): string =>
  Object.keys(BUNDLED).reduce((text, name) => text.replaceAll(`'${name}'`, `'./${name}.js'`), declarations);

/** Writes declarations beside the bundle, with those of what is bundled, and its licences. */
const declarations = (): Plugin => ({
  name: 'declarations',
  closeBundle() {
    const tsc = join(modules, 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', import.meta.dirname, '--emitDeclarationOnly'], { stdio: 'inherit' });
    const client = join(dist, 'client.d.ts');
    writeFileSync(client, withOwnImports(readFileSync(client, 'utf8')));
    const licences = Object.entries(BUNDLED).map(([name, types]) => {
      const folder = join(modules, name);
      if (types !== null)
        writeFileSync(join(dist, `${name}.d.ts`), withOwnImports(readFileSync(join(folder, types), 'utf8')));
      return `${name}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`;
    });
    writeFileSync(join(dist, 'LICENSES.txt'), licences.join('\n'));
  },
});

/** One file without dependencies, so that a project installs nothing else with it. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [declarations()],
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    minify: false,
  },
});

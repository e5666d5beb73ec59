import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const COMPRESSIBLE = /\.(js|css|svg)$/;

/** Writes `.br` and `.gz` beside each asset, so that the api serves them without compressing. */
const compressed = (): Plugin => ({
  name: 'compressed-assets',
  writeBundle({ dir }) {
    const assets = join(dir!, 'assets');
    for (const name of readdirSync(assets)) {
      if (!COMPRESSIBLE.test(name)) continue;
      const contents = readFileSync(join(assets, name));
      writeFileSync(join(assets, `${name}.gz`), gzipSync(contents, { level: 9 }));
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(contents));
    }
  },
});

/** JSX is compiled by vite itself. `--outDir` is given by scripts/build/page.ts. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [compressed()],
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // An image inlined as data: would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      // Libraries mark what a server must not render. There is no server that renders this page.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});

import { join } from 'node:path';
import { defineConfig } from 'vite';

/** One file without dependencies, so that npx starts at once. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { alias: { '@csv-tasks/client': join(import.meta.dirname, '..', 'client', 'src', 'index.ts') } },
  ssr: { noExternal: true },
  build: {
    ssr: 'src/main.ts',
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: true,
    rollupOptions: { output: { entryFileNames: 'csv-tasks.js', banner: '#!/usr/bin/env node' } },
  },
});

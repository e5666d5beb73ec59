import 'reflect-metadata';
import { ensureBuilt, entryOf, migrateEntry } from './build/build.js';
import { runLocally } from './start/local-run.js';

await runLocally({
  command: 'npm start',
  programs: { entryOf, migrate: migrateEntry },
  build: (signal) => ensureBuilt(console.log, signal),
  onAppEnd: 'restart',
  supervise: (run) => run.ends(),
});

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { adminEntry, ensureBuilt } from './build/build.js';
import { runScript } from './processes/refusal.js';
import { root } from './root.js';
import { runningServers } from './start/running-servers.js';

// `npm run admin -- <command>`: the built command, for the service of .env or of the environment; else for that of `npm start`.
await runScript(async () => {
  await ensureBuilt((what) => console.error(what));
  const dataDir = resolve(root, process.env.DATA_DIR ?? '.data');
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', adminEntry, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...runningServers(dataDir), ...process.env },
  });
  return status ?? 1;
});

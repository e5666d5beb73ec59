import 'reflect-metadata';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { filesFolder } from './backup/files-folder.js';
import { describeBackup, takeBackup } from './backup/take-backup.js';
import { Refusal, runScript } from './processes/refusal.js';
import { root } from './root.js';
import { postgresUrl } from './servers/index.js';
import { configuration } from './start/configuration.js';
import { DATABASE, socketFolderOf } from './start/running-servers.js';

const USAGE = 'Usage: npm run backup -- --to FOLDER, where FOLDER is new or empty.';

// `npm run backup`: what the running `npm start` keeps in DATA_DIR. It goes on meanwhile.
await runScript(async () => {
  const to = resolve(process.env.INIT_CWD ?? process.cwd(), folderArgument());
  process.chdir(root);
  const config = configuration();
  if (process.env.DATABASE_URL) {
    throw new Refusal(
      'DATABASE_URL names a PostgreSQL that `npm start` does not keep: back it up with pg_basebackup or pg_dump, see docs/operations.md.',
    );
  }
  const dataDir = resolve(config.DATA_DIR);
  const sockets = socketFolderOf(dataDir);
  if (sockets === undefined) {
    throw new Refusal(
      `Nothing runs on DATA_DIR ${dataDir}: start the service, or copy the folder while it is stopped, which is a backup too.`,
    );
  }
  const manifest = await takeBackup(
    { dataDir, databaseUrl: postgresUrl(sockets, DATABASE, 'superuser'), filesDir: filesFolder(config) },
    to,
  );
  console.log(`Backed up to ${to}: ${describeBackup(manifest)}.`);
  return 0;
});

function folderArgument(): string {
  try {
    const { to } = parseArgs({ options: { to: { type: 'string' } } }).values;
    if (to) return to;
  } catch {}
  throw new Refusal(USAGE);
}

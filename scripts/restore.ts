import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeRestored, restoreBackup } from './backup/restore-backup.js';
import { Refusal, runScript } from './processes/refusal.js';

const USAGE =
  'Usage: npm run restore -- --from FOLDER --data-dir NEW [--keep-sessions], where NEW is a new or empty folder.';

// `npm run restore`: makes a data folder for `npm start` from a backup of `npm run backup`.
await runScript(async () => {
  const { from, dataDir, keepSessions } = options();
  console.log(describeRestored(await restoreBackup(from, dataDir, keepSessions), dataDir));
  return 0;
});

function options(): { from: string; dataDir: string; keepSessions: boolean } {
  const absolute = (folder: string) => resolve(process.env.INIT_CWD ?? process.cwd(), folder);
  try {
    const { values } = parseArgs({
      options: {
        from: { type: 'string' },
        'data-dir': { type: 'string' },
        'keep-sessions': { type: 'boolean', default: false },
      },
    });
    const { from, 'data-dir': dataDir, 'keep-sessions': keepSessions } = values;
    if (from && dataDir) return { from: absolute(from), dataDir: absolute(dataDir), keepSessions };
  } catch {}
  throw new Refusal(USAGE);
}

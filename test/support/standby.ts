import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { throwawaySettings } from '../../scripts/servers/index.js';
import { newServerFolders, type StoppablePostgres, startInFolders } from './own-postgres.js';

/** What a standby has of its own. */
const NOT_COPIED = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal']);

/**
 * A streaming standby of a PostgreSQL of a test, made from a copy of its folder as PostgreSQL's manual says ("Making a Base Backup Using
 * the Low Level API"): the embedded server has no pg_basebackup. A long read loses against the log at once (max_standby_streaming_delay).
 */
export async function startStandby(primary: StoppablePostgres): Promise<StoppablePostgres> {
  const folders = newServerFolders();
  const directory = join(folders.folder, 'data');
  mkdirSync(directory, { mode: 0o700 });
  await copyFolder(primary, directory);
  return startInFolders(
    folders,
    {
      ...throwawaySettings,
      primary_conninfo: `host=${primary.socketFolder} port=5432 user=postgres`,
      max_standby_streaming_delay: '0',
      wal_retrieve_retry_interval: '200ms',
    },
    true,
  );
}

async function copyFolder(primary: StoppablePostgres, directory: string): Promise<void> {
  const client = new pg.Client({ connectionString: primary.superuserUrl });
  await client.connect();
  try {
    // The log from here on is kept until the standby has fetched it.
    await client.query(`ALTER SYSTEM SET wal_keep_size = '1GB'`);
    await client.query('SELECT pg_reload_conf()');
    await client.query(`SELECT pg_backup_start('standby', TRUE)`);
    const copied = readdirSync(primary.directory).filter((name) => !NOT_COPIED.has(name));
    const { status, stderr } = spawnSync('cp', ['-a', ...copied, directory], {
      cwd: primary.directory,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The folder could not be copied: ${stderr}`);
    const label = (await client.query('SELECT labelfile FROM pg_backup_stop(FALSE)')).rows[0].labelfile;
    const { uid, gid } = statSync(primary.directory);
    mkdirSync(join(directory, 'pg_wal'), { mode: 0o700 });
    writeFileSync(join(directory, 'backup_label'), label);
    writeFileSync(join(directory, 'standby.signal'), '');
    for (const name of ['', 'pg_wal', 'backup_label', 'standby.signal']) chownSync(join(directory, name), uid, gid);
  } finally {
    await client.end();
  }
}

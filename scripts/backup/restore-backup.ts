import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { Refusal } from '../processes/refusal.js';
import { giveToPostgres, socketFolder, startPostgres } from '../servers/index.js';
import { claimDataDir } from '../start/data-dir.js';
import { DATABASE } from '../start/running-servers.js';
import { type CopiedTree, copyFile, syncFolder } from './copied-tree.js';
import { type Manifest, readManifest } from './manifest.js';

/** What a restored service has. */
export interface Restored {
  manifest: Manifest;
  users: number;
  /** Number of uploads by status. */
  uploads: Record<string, number>;
  /** Uploads that are still to be ingested, and whose file is not in the backup. */
  withoutFile: string[];
}

/** The log of a long backup takes a while to replay. */
const RECOVERY_TIMEOUT_MS = 2 * 3_600_000;

/**
 * Restores a backup into a new data folder, from which `npm start` goes on, and replays the log of its database.
 * @param keepSessions leaves everybody logged in who was when the backup was taken; also those who have logged out since
 * @throws Refusal
 */
export async function restoreBackup(from: string, dataDir: string, keepSessions: boolean): Promise<Restored> {
  const manifest = await readManifest(from);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new Refusal(`${dataDir} is not empty: a backup is restored into a new folder.`);
  }
  const release = claimDataDir(dataDir, 'npm run restore');
  try {
    const { postgres, uploads } = manifest.parts;
    if (uploads) await restoreTree(uploads, join(from, 'uploads'), join(dataDir, 'uploads'));
    // Under another name until it is whole: `npm start` after a restore that was killed must not find a part of it.
    const unfinished = join(dataDir, 'postgres.unfinished');
    await restoreTree(postgres, join(from, 'postgres'), unfinished);
    giveToPostgres(unfinished);
    await rename(unfinished, join(dataDir, 'postgres'));
    await syncFolder(dataDir);
    return { manifest, ...(await finish(dataDir, keepSessions, uploads)) };
  } finally {
    release();
  }
}

/** Copies what the manifest lists. @throws Refusal for a file that is missing or is not as it was written */
async function restoreTree({ folders, files }: CopiedTree, from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const folder of folders) await mkdir(join(to, folder), { recursive: true, mode: 0o700 });
  for (const [path, expected] of Object.entries(files)) {
    const copied = await copyFile(join(from, path), join(to, path));
    if (copied?.sha256 !== expected.sha256) {
      throw new Refusal(
        `The backup is damaged: ${join(from, path)} ${copied ? 'is not as it was written' : 'is missing'}. Use another backup; delete ${dirname(to)}.`,
      );
    }
  }
  for (const folder of ['', ...folders]) await syncFolder(join(to, folder));
}

/** Starts the database once, so that a backup that cannot be recovered is found now, and looks at what it has. */
async function finish(
  dataDir: string,
  keepSessions: boolean,
  files: CopiedTree | undefined,
): Promise<Omit<Restored, 'manifest'>> {
  const server = await startPostgres({
    directory: join(dataDir, 'postgres'),
    socketFolder: socketFolder(join(dataDir, 'run')).folder,
    logFile: join(dataDir, 'logs', 'postgres.log'),
    database: DATABASE,
    startTimeoutMs: RECOVERY_TIMEOUT_MS,
  });
  const client = new pg.Client({ connectionString: server.url });
  try {
    await client.connect();
    // Who has logged out, or used a link to set a password, after the backup must not be able to go back.
    if (!keepSessions) await client.query('TRUNCATE access_tokens, password_resets');
    return await lookAt(client, files);
  } finally {
    await client.end();
    await server.stop();
  }
}

async function lookAt(client: pg.Client, files: CopiedTree | undefined): Promise<Omit<Restored, 'manifest'>> {
  const { rows: users } = await client.query('SELECT count(*)::int FROM users');
  const { rows: counts } = await client.query(
    'SELECT status, count(*)::int FROM csv_uploads GROUP BY status ORDER BY status',
  );
  const { rows: unfinished } = await client.query(
    `SELECT storage_key AS key FROM csv_uploads WHERE status NOT IN ('completed', 'failed', 'cancelled') ORDER BY id`,
  );
  return {
    users: users[0].count,
    uploads: Object.fromEntries(counts.map(({ status, count }) => [status, count])),
    withoutFile: files ? unfinished.map(({ key }) => key).filter((key) => !Object.hasOwn(files.files, key)) : [],
  };
}

/** What the operator reads. */
export function describeRestored({ manifest, users, uploads, withoutFile }: Restored, dataDir: string): string {
  const byStatus = Object.entries(uploads).map(([status, count]) => `${count} ${status}`);
  return [
    `Restored to ${dataDir}: the database of ${manifest.taken_at} with ${users} accounts and ${byStatus.join(', ') || 'no'} uploads.`,
    ...(withoutFile.length > 0
      ? [
          `These uploads will fail, as their files had been deleted when the files were copied: ${withoutFile.join(', ')}`,
        ]
      : []),
    `Start it with: DATA_DIR=${dataDir} npm start`,
  ].join('\n');
}

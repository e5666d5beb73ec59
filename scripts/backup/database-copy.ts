import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Refusal } from '../processes/refusal.js';
import { type CopiedTree, copyFile, copyTree, storeFile, syncFolder } from './copied-tree.js';

/** The copy of a database that went on meanwhile. */
export interface DatabaseCopy {
  tree: CopiedTree;
  takenAt: Date;
  wal: { start: string; stop: string };
}

/*
 * The way of "Making a Base Backup Using the Low Level API" in PostgreSQL's documentation. pg_basebackup does the same, and the embedded
 * server comes without it.
 */

/** Folders whose files a server makes anew when it starts. The write-ahead log is copied last, and only what is needed of it. */
const MADE_ANEW = /^pg_(dynshmem|notify|replslot|serial|snapshots|stat_tmp|subtrans|wal)\//;
const LEFT_OUT =
  /(^|\/)(postmaster\.(pid|opts)|pg_internal\.init[^/]*|pgsql_tmp[^/]*|postgresql\.auto\.conf\.tmp|backup_label[^/]*|tablespace_map[^/]*)(\/|$)/;
const CONTROL = 'global/pg_control';
const LOG = 'pg_wal';
const SEGMENT = /^[0-9A-F]{24}$/;

const isWanted = (path: string): boolean => !MADE_ANEW.test(path) && !LEFT_OUT.test(path) && path !== CONTROL;

/**
 * Copies the data folder of a running PostgreSQL, and the write-ahead log from the beginning to the end of the copy, with which the copy
 * becomes the state of the end. Requests and ingests go on.
 * @param url of a superuser
 * @param to a folder that does not exist
 * @throws Refusal
 */
export async function copyDatabase(url: string, to: string): Promise<DatabaseCopy> {
  // The backup is one of this session: if this process is killed, PostgreSQL ends both, and keeps no log for it.
  const client = await connect(url);
  try {
    const directory = await setting(client, 'data_directory');
    // The server keeps the log that the copy needs, however much is written meanwhile.
    await client.query(`SELECT pg_create_physical_replication_slot('backup_' || pg_backend_pid(), true, true)`);
    const { rows: begun } = await client.query(
      `SELECT lsn, pg_walfile_name(lsn) AS segment FROM pg_backup_start('npm run backup', fast => true) AS lsn`,
    );
    const tree = await copyTree(directory, to, isWanted);
    tree.files[CONTROL] = await storeFile(join(to, CONTROL), await untilUnchanged(join(directory, CONTROL)));
    const { rows: ended } = await client.query(
      `SELECT lsn, labelfile, spcmapfile, now() AS at, pg_walfile_name(lsn - 1) AS segment
         FROM pg_backup_stop(wait_for_archive => false)`,
    );
    if (ended[0].spcmapfile)
      throw new Refusal('PostgreSQL has tablespaces, and this copies one folder: use pg_basebackup.');
    tree.files.backup_label = await storeFile(join(to, 'backup_label'), Buffer.from(ended[0].labelfile));
    const log = { first: begun[0].segment, last: ended[0].segment };
    Object.assign(tree.files, await copyLog(client, join(directory, LOG), join(to, LOG), log));
    await syncFolder(to);
    return { tree, takenAt: ended[0].at, wal: { start: begun[0].lsn, stop: ended[0].lsn } };
  } finally {
    await client.end();
  }
}

/** @throws Refusal when no server answers */
async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'backup' });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Refusal(
      `PostgreSQL does not answer (${(error as Error).message}): start the service, and then back it up.`,
      {
        cause: error,
      },
    );
  }
}

async function setting(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query('SELECT current_setting($1) AS value', [name]);
  return rows[0].value;
}

/** A small file that is written in one piece, read until two readings are the same: one alone may have a part of the old and the new. */
async function untilUnchanged(path: string): Promise<Buffer> {
  for (let last = await readFile(path); ; ) {
    const content = await readFile(path);
    if (content.equals(last)) return content;
    last = content;
  }
}

/** Copies the segments of the log from the first to the last, and the histories of time lines. */
async function copyLog(
  client: pg.Client,
  from: string,
  to: string,
  { first, last }: { first: string; last: string },
): Promise<CopiedTree['files']> {
  const names = (await readdir(from)).filter((name) => SEGMENT.test(name) && name >= first && name <= last);
  const { rows } = await client.query(
    `SELECT (SELECT segment_number FROM pg_split_walfile_name($2)) - (SELECT segment_number FROM pg_split_walfile_name($1)) + 1 AS count`,
    [first, last],
  );
  if (names.length !== Number(rows[0].count)) {
    throw new Error(`Of the log from ${first} to ${last} there is only: ${names.join(', ')}`);
  }
  const histories = (await readdir(from)).filter((name) => name.endsWith('.history'));
  const files: CopiedTree['files'] = {};
  for (const name of [...names, ...histories]) {
    files[`${LOG}/${name}`] = (await copyFile(join(from, name), join(to, name)))!;
  }
  await syncFolder(to);
  return files;
}

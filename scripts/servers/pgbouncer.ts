import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { type DebianProgram, environmentOf } from './debian-package.js';
import { postgresAccount } from './postgres-account.js';
import { serverBinary } from './server-binary.js';

const PGBOUNCER: DebianProgram = { name: 'PgBouncer', packages: ['pgbouncer'], paths: ['usr/sbin/pgbouncer'] };
/** A part of the socket's name; no port is opened. */
const PORT = 6432;
const START_TIMEOUT_MS = 30_000;

export interface PgBouncerOptions {
  /** URL of a database of the server behind it, with the socket's folder as `host`. It serves all databases of that server. */
  server: string;
  /** Folder of its socket, its settings and its log; created if it does not exist. */
  folder: string;
  announce?: (what: string) => void;
  /** Folders to delete when this process ends without stopping PgBouncer. */
  remove?: string[];
}

export interface OwnPgBouncer {
  readonly pid: number;
  /** The same database and role as a URL of the server behind it, through PgBouncer. */
  through(url: string): string;
  stop(): Promise<void>;
}

/**
 * Starts a PgBouncer in transaction mode on a Unix socket: after each transaction, a connection of the server serves another client.
 * It stops when this process ends for any reason.
 * @throws Refusal when none is found, or it does not start.
 */
export async function startPgBouncer({
  server,
  folder,
  announce = () => {},
  remove,
}: PgBouncerOptions): Promise<OwnPgBouncer> {
  const binary = await serverBinary(PGBOUNCER, ['pgbouncer'], 'install pgbouncer', announce);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settings = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  const logFile = join(folder, 'pgbouncer.log');
  writeFileSync(users, ['app', 'postgres'].map((user) => `"${user}" ""\n`).join(''));
  writeFileSync(settings, settingsText(new URL(server), folder, users));
  const env = environmentOf(binary);
  // Like PostgreSQL, it refuses to run as root.
  const account = postgresAccount(binary.command, folder, env);
  account.own(users);
  account.own(settings);
  const bouncer = await startProcess({
    ...account.run(binary.command, [settings]),
    cwd: folder,
    env,
    logFile,
    removeAfterwards: remove,
  });

  const through = (url: string): string => {
    const { username, pathname } = new URL(url);
    return `postgresql://${username}@localhost:${PORT}${pathname}?host=${folder}`;
  };
  await untilAnswers(bouncer, through(server), logFile);
  return {
    pid: bouncer.pid,
    through,
    stop: async () => {
      await bouncer.stop();
    },
  };
}

/** `ignore_startup_parameters` is not needed: nothing but what PgBouncer knows is sent with DATABASE_SETTINGS=role. */
const settingsText = (server: URL, folder: string, users: string): string => `[databases]
* = host=${server.searchParams.get('host')} port=${server.port || 5432}
[pgbouncer]
pool_mode = transaction
unix_socket_dir = ${folder}
listen_port = ${PORT}
auth_type = trust
auth_file = ${users}
max_client_conn = 1000
; Fewer than the clients have, so that a connection of the server really goes from one client to another.
default_pool_size = 10
; A test deletes its database, which PostgreSQL refuses while a connection to it is open.
server_idle_timeout = 2
`;

async function untilAnswers(bouncer: OwnProcess, url: string, logFile: string): Promise<void> {
  const refusal = (what: string) => new Refusal(`PgBouncer ${what}; its log: ${logFile}`);
  try {
    await waitUntil(
      () => {
        if (bouncer.ending) throw refusal('did not start');
        return answers(url);
      },
      { timeoutMs: START_TIMEOUT_MS, everyMs: 50, onTimeout: () => refusal('did not answer within 30 s') },
    );
  } catch (error) {
    await bouncer.stop();
    throw error;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

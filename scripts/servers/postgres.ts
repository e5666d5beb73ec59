import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { commandOf, isAlive } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { diskFull, NO_SPACE, requireRoomToStart } from './full-disk.js';
import { type PostgresAccount, postgresAccount } from './postgres-account.js';
import { postgresBinaries } from './postgres-binaries.js';
import { type PostgresSettings, postgresSettings, thisMachine } from './postgres-settings.js';

const MAJOR = '18';
const SUPERUSER = 'postgres';
/** Owner of the databases, and the role of the apps. It is not a superuser, so what needs one fails here as in production. */
const OWNER = 'app';
/** A part of the socket's name; no port is opened. */
const PORT = 5432;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
/** The collector writes the last lines a moment after the server has ended. */
const COLLECTOR_ENDS_AFTER_MS = 300;

export interface PostgresOptions {
  /** The data folder. It is created by initdb if it does not exist. */
  directory: string;
  /** Folder of the socket; see `socketFolder`. */
  socketFolder: string;
  logFile: string;
  /** PostgreSQL's own collector writes the log, which begins a new file at `reopenLog`. */
  rotatesLog?: boolean;
  /** Created if it does not exist; `url` names it. */
  database: string;
  /** The folder is a copy of a primary with a `standby.signal`; nothing is created in it. */
  isStandby?: boolean;
  /** Settings that replace or extend those of `postgresSettings`. */
  settings?: PostgresSettings;
  /** How long it may take until it answers, a recovery included; a minute if not set. */
  startTimeoutMs?: number;
  /** The data is temporary: initdb does not sync, and these folders are deleted when this process ends, even by kill -9. */
  throwaway?: { remove: string[] };
}

export interface OwnPostgres {
  /** URL of `database` with the role of its owner, which is not a superuser. */
  readonly url: string;
  readonly pid: number;
  readonly ended: OwnProcess['ended'];
  /** URL of another database of this server, with the role of its owner or a superuser. */
  urlOf(database: string, role?: 'owner' | 'superuser'): string;
  /** Begins a new log file under the name of the one that was renamed; with `rotatesLog` only. */
  reopenLog(): void;
  /** `fast` ends open transactions, writes all data and stops; `immediate` stops like a crash. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/**
 * Starts a PostgreSQL on a Unix socket. It stops when this process ends for any reason.
 * @throws Refusal when it cannot run here.
 */
export async function startPostgres(options: PostgresOptions): Promise<OwnPostgres> {
  const { directory, socketFolder, logFile } = options;
  const binaries = postgresBinaries();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  requireRoomToStart(directory);
  const account = postgresAccount(binaries.postgres, directory);
  account.own(socketFolder);
  initialise(binaries.initdb, account, options);
  await endLeftover(directory, socketFolder);

  const settings = {
    ...postgresSettings(thisMachine(directory)),
    ...(options.rotatesLog && collectorSettings(logFile)),
    ...options.settings,
  };
  if (options.rotatesLog) {
    closeSync(openSync(logFile, 'a'));
    account.own(logFile);
  }
  const program = account.run(binaries.postgres, [
    ...['-D', directory, '-k', socketFolder, '-p', `${PORT}`, '-c', 'listen_addresses='],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const start = () =>
    startProcess({
      ...program,
      cwd: directory,
      env: plainEnvironment(),
      logFile,
      // A fast shutdown; SIGTERM would wait until every client has disconnected.
      stopSignal: 'SIGINT',
      graceMs: STOP_TIMEOUT_MS,
      removeAfterwards: options.throwaway?.remove,
    });

  const urlOf: OwnPostgres['urlOf'] = (database, role) => postgresUrl(socketFolder, database, role);
  const server = await untilReady(start, () => answers(urlOf('postgres', 'superuser'), directory), options);
  if (!options.isStandby) await createDatabase(urlOf('postgres', 'superuser'), options.database);

  return {
    url: urlOf(options.database),
    pid: server.pid,
    ended: server.ended,
    urlOf,
    // As `pg_ctl logrotate` does.
    reopenLog: () => {
      writeFileSync(join(directory, 'logrotate'), '');
      server.kill('SIGUSR1');
    },
    stop: async (mode = 'fast') => {
      await server.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    },
  };
}

/** The URL of a database of the server with its socket in this folder. */
export const postgresUrl = (socketFolder: string, database: string, role: 'owner' | 'superuser' = 'owner'): string =>
  `postgresql://${role === 'owner' ? OWNER : SUPERUSER}@localhost:${PORT}/${database}?host=${socketFolder}`;

/** Lets PostgreSQL read a data folder that this process has written: as root, it runs as another account. */
export const giveToPostgres = (directory: string): void =>
  postgresAccount(postgresBinaries().postgres, directory).ownTree(directory);

/** It writes to one file, and only `reopenLog` makes it begin another. It drops what it cannot write. */
const collectorSettings = (logFile: string): PostgresSettings => ({
  logging_collector: 'on',
  log_directory: dirname(logFile),
  log_filename: basename(logFile),
  log_rotation_age: '0',
  log_rotation_size: '0',
});

/** Runs initdb in another folder and renames that, so that a killed first start does not leave an incomplete cluster. */
function initialise(initdb: string, account: PostgresAccount, { directory, throwaway }: PostgresOptions): void {
  const versionFile = join(directory, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const version = readFileSync(versionFile, 'utf8').trim();
    if (version === MAJOR) return;
    throw new Refusal(
      `${directory} was created by PostgreSQL ${version}, but this is PostgreSQL ${MAJOR}: move the folder away (it holds your data), or set DATA_DIR to another folder.`,
    );
  }
  const fresh = `${directory}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  account.own(fresh);
  const { command, args, user } = account.run(initdb, [
    `--pgdata=${fresh}`,
    `--username=${SUPERUSER}`,
    // Only this account and root can enter the folder of the socket.
    '--auth=trust',
    // The same sort order on every machine, independent of its locale.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(throwaway ? ['--no-sync'] : []),
  ]);
  const made = spawnSync(command, args, { ...user, cwd: fresh, env: plainEnvironment(), encoding: 'utf8' });
  if (made.status !== 0) {
    if (NO_SPACE.test(made.stderr)) throw diskFull(directory);
    throw new Refusal(
      `PostgreSQL's initdb failed in ${fresh}: ${lastLine(made.stderr) || made.error?.message || `exit code ${made.status}`}.`,
    );
  }
  try {
    rmdirSync(directory);
  } catch {
    throw new Refusal(
      `${directory} is not empty and is not a data folder of PostgreSQL: move it away, or set DATA_DIR to another folder.`,
    );
  }
  renameSync(fresh, directory);
}

/** The environment without PG… variables (PGDATA, PGPORT, PGOPTIONS …). */
const plainEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
});

/**
 * Cleans up after a killed run. PostgreSQL believes that any process whose id is in its lock files is a postmaster, but in a
 * container ids are soon reused. A process that really is a postmaster on this folder is stopped.
 */
async function endLeftover(directory: string, socketFolder: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  const pid = pidIn(pidFile);
  if (pid !== undefined && commandOf(pid).includes(directory)) {
    process.kill(pid, 'SIGINT');
    await waitUntil(() => !isAlive(pid), {
      timeoutMs: STOP_TIMEOUT_MS,
      onTimeout: () =>
        new Refusal(`A PostgreSQL (process ${pid}) of an earlier run still uses ${directory} and does not stop.`),
    });
  }
  rmSync(pidFile, { force: true });

  const socketLock = join(socketFolder, `.s.PGSQL.${PORT}.lock`);
  const holder = pidIn(socketLock);
  if (holder !== undefined && !commandOf(holder).includes(socketFolder)) rmSync(socketLock, { force: true });
}

/** Both lock files of PostgreSQL begin with the process id. */
const pidIn = (file: string): number | undefined =>
  existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined : undefined;

async function untilReady(
  start: () => Promise<OwnProcess>,
  isReady: () => Promise<boolean>,
  { directory, logFile, rotatesLog, startTimeoutMs = START_TIMEOUT_MS }: PostgresOptions,
): Promise<OwnProcess> {
  let server = await start();
  // Backends of a killed postmaster hold its shared memory until they notice its end. Until then a new postmaster cannot start.
  let startsLeft = 20;
  return waitUntil(
    async () => {
      if (server.ending) {
        if (rotatesLog) await sleep(COLLECTOR_ENDS_AFTER_MS);
        const words = lastFault(readFileSync(logFile, 'utf8'));
        if (NO_SPACE.test(words)) throw diskFull(directory);
        if (!/shared memory block|is still in use/.test(words) || startsLeft-- === 0) {
          throw new Refusal(`PostgreSQL did not start: ${words || 'no message'} (log: ${logFile})`);
        }
        server = await start();
      }
      return (await isReady()) ? server : undefined;
    },
    {
      timeoutMs: startTimeoutMs,
      onTimeout: () =>
        new Refusal(`PostgreSQL did not become ready within ${startTimeoutMs / 1000} s; its log: ${logFile}`),
    },
  ).catch(async (error) => {
    await server.stop();
    throw error;
  });
}

/** Whether the server of `directory` answers. Another server on the same socket does not count. */
async function answers(url: string, directory: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SHOW data_directory');
    return rows[0].data_directory === directory;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(superuserUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role, EXISTS (SELECT FROM pg_database WHERE datname = $2) AS database`,
      [OWNER, database],
    );
    if (!rows[0].role) await client.query(`CREATE ROLE ${OWNER} LOGIN`);
    // On a disk that is nearly full a purge shortens the log by a checkpoint.
    await client.query(`GRANT pg_checkpoint TO ${OWNER}`);
    if (!rows[0].database) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${OWNER}`);
  } finally {
    await client.end();
  }
}

const lastLine = (text: string | null) => text?.trim().split('\n').at(-1)?.trim() ?? '';

/** The last FATAL or PANIC message in the log of PostgreSQL, without time and process. */
const lastFault = (log: string): string =>
  log
    .split('\n')
    .findLast((line) => /\b(FATAL|PANIC):/.test(line))
    ?.replace(/^.*?\b(FATAL|PANIC):\s*/, '') ?? lastLine(log);

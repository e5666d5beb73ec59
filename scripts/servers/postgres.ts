import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { commandOf, isAlive } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { type PostgresAccount, postgresAccount } from './postgres-account.js';
import { postgresBinaries } from './postgres-binaries.js';
import { type PostgresSettings, postgresSettings, thisMachine } from './postgres-settings.js';

const MAJOR = '18';
const SUPERUSER = 'postgres';
/** Owns the databases. It is what the apps connect as, so what needs a superuser fails here as it would elsewhere. */
const OWNER = 'app';
/** Part of the socket's name only; no port is opened. */
const PORT = 5432;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;

export interface PostgresOptions {
  /** PostgreSQL's own folder; made, and filled by initdb, when it is not there. */
  directory: string;
  /** Where its socket stands; see `socketFolder`. */
  socketFolder: string;
  logFile: string;
  /** Made if it is not there, and named in `url`. */
  database: string;
  /** Instead of, or beside, what `postgresSettings` chooses. */
  settings?: PostgresSettings;
  /** The data is not needed after us: no syncing at initdb, and the folders here go when we are gone, even by kill -9. */
  throwaway?: { remove: string[] };
}

export interface OwnPostgres {
  /** Address of `database`, as its owner, who is no superuser. */
  readonly url: string;
  readonly pid: number;
  readonly ended: OwnProcess['ended'];
  /** The address of another database of this server, as its owner or as superuser. */
  urlOf(database: string, role?: 'owner' | 'superuser'): string;
  /** Ends open transactions, writes everything down and stops; `immediate` pulls the plug instead, as a crash would. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on a Unix socket. It stops with us, whatever ends us.
 * @throws Refusal when it cannot run here.
 */
export async function startPostgres(options: PostgresOptions): Promise<OwnPostgres> {
  const { directory, socketFolder, logFile } = options;
  const binaries = postgresBinaries();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const account = postgresAccount(binaries.postgres, directory);
  account.own(socketFolder);
  initialise(binaries.initdb, account, options);
  await endLeftover(directory, socketFolder);

  const settings = { ...postgresSettings(thisMachine()), ...options.settings };
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
      // "Fast": SIGTERM would wait for every client to leave by itself.
      stopSignal: 'SIGINT',
      graceMs: STOP_TIMEOUT_MS,
      removeAfterwards: options.throwaway?.remove,
    });

  const urlOf = (database: string, role: 'owner' | 'superuser' = 'owner') =>
    `postgresql://${role === 'owner' ? OWNER : SUPERUSER}@localhost:${PORT}/${database}?host=${socketFolder}`;
  const server = await untilReady(start, () => answers(urlOf('postgres', 'superuser'), directory), logFile);
  await createDatabase(urlOf('postgres', 'superuser'), options.database);

  return {
    url: urlOf(options.database),
    pid: server.pid,
    ended: server.ended,
    urlOf,
    stop: async (mode = 'fast') => {
      await server.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    },
  };
}

/** initdb into a folder beside it and then a rename: a cluster that is there is whole, also when the first start was killed. */
function initialise(initdb: string, account: PostgresAccount, { directory, throwaway }: PostgresOptions): void {
  const versionFile = join(directory, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const version = readFileSync(versionFile, 'utf8').trim();
    if (version === MAJOR) return;
    throw new Refusal(
      `${directory} was made by PostgreSQL ${version} and this is ${MAJOR}: move it away (it holds your data), or set DATA_DIR to another folder.`,
    );
  }
  const fresh = `${directory}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  account.own(fresh);
  const { command, args, user } = account.run(initdb, [
    `--pgdata=${fresh}`,
    `--username=${SUPERUSER}`,
    // The socket stands in a folder that only this account (and root) can enter.
    '--auth=trust',
    // The same sort order everywhere, whatever the machine's locale is.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(throwaway ? ['--no-sync'] : []),
  ]);
  const made = spawnSync(command, args, { ...user, cwd: fresh, env: plainEnvironment(), encoding: 'utf8' });
  if (made.status !== 0) {
    throw new Refusal(
      `PostgreSQL's initdb failed in ${fresh}: ${lastLine(made.stderr) || made.error?.message || `exit code ${made.status}`}.`,
    );
  }
  try {
    rmdirSync(directory);
  } catch {
    throw new Refusal(
      `${directory} is no PostgreSQL folder and not empty: move it away, or set DATA_DIR to another folder.`,
    );
  }
  renameSync(fresh, directory);
}

/** Without the PG… variables (PGDATA, PGPORT, PGOPTIONS …) of the one who started us. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
});

/**
 * What a killed run left behind. PostgreSQL takes any living process whose id stands in its lock files for its forerunner, and in
 * a container ids come round again; one that really is a postmaster on this folder, our folder, is stopped.
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

/** Both of PostgreSQL's lock files begin with the process' id. */
const pidIn = (file: string): number | undefined =>
  existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined : undefined;

async function untilReady(
  start: () => Promise<OwnProcess>,
  isReady: () => Promise<boolean>,
  logFile: string,
): Promise<OwnProcess> {
  let server = await start();
  // Backends of a postmaster that was killed hold its shared memory until they notice; then the next one refuses to start.
  let startsLeft = 20;
  return waitUntil(
    async () => {
      if (server.ending) {
        const words = lastFault(readFileSync(logFile, 'utf8'));
        if (!/shared memory block|is still in use/.test(words) || startsLeft-- === 0) {
          throw new Refusal(`PostgreSQL did not start: ${words || 'it said nothing'} (the whole log: ${logFile})`);
        }
        server = await start();
      }
      return (await isReady()) ? server : undefined;
    },
    {
      timeoutMs: START_TIMEOUT_MS,
      onTimeout: () => new Refusal(`PostgreSQL did not become ready within a minute; its log: ${logFile}`),
    },
  ).catch(async (error) => {
    await server.stop();
    throw error;
  });
}

/** Whether the server on `directory` answers; another one on the same socket would not count. */
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
    if (!rows[0].database) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${OWNER}`);
  } finally {
    await client.end();
  }
}

const lastLine = (text: string | null) => text?.trim().split('\n').at(-1)?.trim() ?? '';

/** What PostgreSQL last complained about: the words behind FATAL or PANIC, without time and process. */
const lastFault = (log: string): string =>
  log
    .split('\n')
    .findLast((line) => /\b(FATAL|PANIC):/.test(line))
    ?.replace(/^.*?\b(FATAL|PANIC):\s*/, '') ?? lastLine(log);

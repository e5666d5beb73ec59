import type { Config } from '@app/config';
import { DataSource, MigrationExecutor } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';
import { alterRole, sessionSettings } from './server-settings.js';

/** The database does not work with this release. The message is one sentence for the operator. */
export class IncompatibleDatabase extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IncompatibleDatabase';
  }
}

const OLDEST_POSTGRESQL = 17;

/**
 * Rejects a PostgreSQL before 17, which lacks the builtin collations, and a database that is not UTF-8.
 * @throws IncompatibleDatabase
 */
export async function requireCompatibleServer(dataSource: DataSource): Promise<void> {
  const [server] = await dataSource.query(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding`,
  );
  if (server.major < OLDEST_POSTGRESQL) {
    throw new IncompatibleDatabase(
      `PostgreSQL ${OLDEST_POSTGRESQL} or newer is needed; this is version ${server.major}.`,
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new IncompatibleDatabase(`The encoding of the database must be UTF8; it is ${server.encoding}.`);
  }
}

/** Rejects a schema that lacks a migration of this release. */
async function requireCurrentSchema(dataSource: DataSource): Promise<void> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  if (pending.length > 0) {
    throw new IncompatibleDatabase(
      `The database schema is ${pending.length} migration(s) behind this release: run "npm run db:migrate" first.`,
    );
  }
}

/** With DATABASE_SETTINGS=role, rejects a session that lacks a setting of the service. */
async function requireRoleSettings(dataSource: DataSource, config: Config): Promise<void> {
  if (config.DATABASE_SETTINGS !== 'role') return;
  const wanted = sessionSettings(config);
  const found: { name: string; setting: string }[] = await dataSource.query(
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
    [Object.keys(wanted)],
  );
  const settings = new Map(found.map(({ name, setting }) => [name, setting]));
  const missing = Object.entries(wanted).filter(([name, value]) => settings.get(name) !== String(value));
  if (missing.length === 0) return;
  throw new IncompatibleDatabase(
    `DATABASE_SETTINGS=role, and the role lacks settings: run "${alterRole('CURRENT_USER', Object.fromEntries(missing))}" as that role first.`,
  );
}

/** The address of the server without its user and password. */
const databaseAddress = (url: string): string => {
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? (hostname || 'localhost')}:${port || 5432}${pathname}`;
};

const connect = async (source: DataSource, url: string): Promise<void> => {
  try {
    await source.initialize();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new IncompatibleDatabase(`Could not connect to PostgreSQL at ${databaseAddress(url)}: ${message || code}.`, {
      cause: error,
    });
  }
};

/**
 * Checks before the start that the database can be reached, is new enough, and has the schema of this release.
 * @throws IncompatibleDatabase
 */
export async function requireCompatibleDatabase(config: Config): Promise<void> {
  const source = new DataSource(dataSourceOptions(config, 'boot'));
  await connect(source, config.DATABASE_URL);
  try {
    await requireCompatibleServer(source);
    await requireRoleSettings(source, config);
    await requireCurrentSchema(source);
  } finally {
    await source.destroy();
  }
}

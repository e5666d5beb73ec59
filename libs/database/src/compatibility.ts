import type { Config } from '@app/config';
import { DataSource, MigrationExecutor } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';

/** The database cannot serve this release. The message is one sentence for whoever starts the process. */
export class IncompatibleDatabase extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IncompatibleDatabase';
  }
}

const OLDEST_POSTGRESQL = 17;

/**
 * Refuses a PostgreSQL below 17 (the builtin collations came with it) and a database that is not UTF-8.
 * @throws IncompatibleDatabase
 */
export async function requireFitServer(dataSource: DataSource): Promise<void> {
  const [server] = await dataSource.query(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding`,
  );
  if (server.major < OLDEST_POSTGRESQL) {
    throw new IncompatibleDatabase(`PostgreSQL ${OLDEST_POSTGRESQL} or newer is needed, and this is ${server.major}.`);
  }
  if (server.encoding !== 'UTF8') {
    throw new IncompatibleDatabase(`The database must be encoded in UTF8, and this one is in ${server.encoding}.`);
  }
}

/** Refuses a schema that lacks a migration of this release. */
async function requireCurrentSchema(dataSource: DataSource): Promise<void> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  if (pending.length > 0) {
    throw new IncompatibleDatabase(
      `The database schema is ${pending.length} migration(s) behind this release: run "npm run db:migrate" first.`,
    );
  }
}

/** Names the server without the password that its address may carry. */
const databaseAddress = (url: string): string => {
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? (hostname || 'localhost')}:${port || 5432}${pathname}`;
};

const connect = async (source: DataSource, url: string): Promise<void> => {
  try {
    await source.initialize();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new IncompatibleDatabase(`PostgreSQL at ${databaseAddress(url)} cannot be reached: ${message || code}.`, {
      cause: error,
    });
  }
};

/**
 * For before the start: whether the database can be reached, is new enough, and has this release's schema.
 * @throws IncompatibleDatabase
 */
export async function requireCompatibleDatabase(config: Config): Promise<void> {
  const source = new DataSource(dataSourceOptions(config, 'boot'));
  await connect(source, config.DATABASE_URL);
  try {
    await requireFitServer(source);
    await requireCurrentSchema(source);
  } finally {
    await source.destroy();
  }
}

import type { DataSource } from 'typeorm';
import { MigrationExecutor } from 'typeorm';

/** The database cannot serve this release. The message is one sentence for whoever starts the process. */
export class UnfitDatabase extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnfitDatabase';
  }
}

const OLDEST_POSTGRESQL = 17;

/**
 * Refuses a PostgreSQL below 17 (the builtin collations came with it) and a database that is not UTF-8.
 * @throws UnfitDatabase
 */
export async function requireFitServer(dataSource: DataSource): Promise<void> {
  const [server] = await dataSource.query(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding`,
  );
  if (server.major < OLDEST_POSTGRESQL) {
    throw new UnfitDatabase(`PostgreSQL ${OLDEST_POSTGRESQL} or newer is needed, and this is ${server.major}.`);
  }
  if (server.encoding !== 'UTF8') {
    throw new UnfitDatabase(`The database must be encoded in UTF8, and this one is in ${server.encoding}.`);
  }
}

/**
 * Refuses a schema that lacks a migration of this release.
 * @throws UnfitDatabase
 */
export async function requireCurrentSchema(dataSource: DataSource): Promise<void> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  if (pending.length > 0) {
    throw new UnfitDatabase(
      `The database schema is ${pending.length} migration(s) behind this release: run "npm run db:migrate" first.`,
    );
  }
}

/** Names the server without the password that its address may carry. */
export const databaseAddress = (url: string): string => {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
};

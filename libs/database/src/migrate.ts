import { pathToFileURL } from 'node:url';
import { type Config, loadConfig, loadConfigFromProcess } from '@app/config';
import { DataSource } from 'typeorm';
import { requireCompatibleServer } from './compatibility.js';
import { dataSourceOptions } from './data-source-options.js';

/** Any number, but the same in every release: it makes two processes that migrate at the same time take turns. */
const MIGRATION_LOCK = 7_219_004_311;

/**
 * Migrates the database at `url` to the newest schema, each migration in its own transaction and without a time limit.
 * @returns the names of the applied migrations, oldest first.
 */
export async function migrate(url: string): Promise<string[]> {
  const config = loadConfig({ DATABASE_URL: url, DATABASE_STATEMENT_TIMEOUT_MS: '0' });
  const dataSource = await new DataSource(dataSourceOptions(config, 'migrate')).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await requireCompatibleServer(dataSource);
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    return applied.map((migration) => migration.name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}

/** Where migrations go: not through a PgBouncer in transaction mode, which keeps neither a session's lock nor its settings. */
export const migrationUrl = ({ DATABASE_DIRECT_URL, DATABASE_URL }: Config): string =>
  DATABASE_DIRECT_URL ?? DATABASE_URL;

/** One sentence for the operator. */
function complaintOf({ message, code }: NodeJS.ErrnoException): string {
  // PgBouncer, and not PostgreSQL, refuses the settings of a session.
  const hint = /unsupported startup parameter/i.test(message)
    ? '; set DATABASE_DIRECT_URL to the address of PostgreSQL itself'
    : '';
  return `Could not migrate the database: ${message || code}${hint}`;
}

async function main(): Promise<void> {
  const applied = await migrate(migrationUrl(loadConfigFromProcess()));
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: Error) => {
    console.error(complaintOf(error));
    process.exitCode = 1;
  });
}

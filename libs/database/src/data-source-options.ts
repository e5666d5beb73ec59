import type { Config } from '@app/config';
import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';

/**
 * How every process of ours talks to PostgreSQL. Times are UTC, an abandoned transaction is ended by the server, and the
 * schema comes from migrations only: `synchronize` does not appear here, and must not.
 */
export const dataSourceOptions = (config: Config, applicationName: string): DataSourceOptions => ({
  type: 'postgres',
  url: config.DATABASE_URL,
  applicationName,
  poolSize: config.DATABASE_POOL_SIZE,
  connectTimeoutMS: config.DATABASE_CONNECT_TIMEOUT_MS,
  migrations,
  migrationsTableName: 'migrations',
  logging: false,
  extra: {
    statement_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: config.DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
    options: '-c TimeZone=UTC',
    keepAlive: true,
  },
});

import type { Config } from '@app/config';
import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';

/**
 * How every process connects to PostgreSQL. Times are UTC, and the server ends an abandoned transaction. The schema comes from
 * migrations only: never set `synchronize` here.
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

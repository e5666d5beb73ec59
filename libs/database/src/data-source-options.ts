import type { Config } from '@app/config';
import type { PoolConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';
import { sessionSettings, startupOptions } from './server-settings.js';
import { typeParsers } from './timestamps.js';

/** How every process connects to PostgreSQL. The schema comes from migrations only: never set `synchronize` here. */
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
    ...(config.DATABASE_SETTINGS === 'connection' && { options: startupOptions(sessionSettings(config)) }),
    keepAlive: true,
    types: typeParsers,
  },
});

/** How a process connects to the replica of DATABASE_READ_URL: as to PostgreSQL itself, with the same settings. */
export const replicaPoolOptions = (config: Config, applicationName: string): PoolConfig => ({
  connectionString: config.DATABASE_READ_URL,
  application_name: applicationName,
  max: config.DATABASE_POOL_SIZE,
  connectionTimeoutMillis: config.DATABASE_CONNECT_TIMEOUT_MS,
  ...(config.DATABASE_SETTINGS === 'connection' && { options: startupOptions(sessionSettings(config)) }),
  keepAlive: true,
  types: typeParsers,
});

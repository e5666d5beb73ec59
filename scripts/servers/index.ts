export { type OwnPostgres, type PostgresOptions, startPostgres } from './postgres.js';
export { type PostgresSettings, throwawaySettings } from './postgres-settings.js';
export { type OwnRedis, type RedisOptions, startRedis } from './redis.js';
export { socketFolder } from './sockets.js';

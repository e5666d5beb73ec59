export { chromium } from './chromium.js';
export { type OwnNginx, startNginx } from './nginx.js';
export { type OwnPgBouncer, startPgBouncer } from './pgbouncer.js';
export { giveToPostgres, type OwnPostgres, postgresUrl, startPostgres } from './postgres.js';
export { throwawaySettings } from './postgres-settings.js';
export { prometheus } from './prometheus.js';
export { type OwnRedis, startRedis } from './redis.js';
export { socketFolder } from './sockets.js';

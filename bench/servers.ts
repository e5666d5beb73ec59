import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../libs/database/src/migrate.js';
import { type OwnPostgres, type OwnRedis, socketFolder, startPostgres, startRedis } from '../scripts/servers/index.js';

export interface Servers {
  /** Folder for all files of this run; `stop` deletes it. */
  folder: string;
  postgres: OwnPostgres;
  redis: OwnRedis;
  /** Environment of an app that uses these servers, in production, without rate limits. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** PostgreSQL and Redis for one benchmark, with the settings of `npm start`. */
export async function startServers(bench: string): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), `bench-${bench}-`));
  const sockets = socketFolder(join(folder, 'run')).folder;
  const remove = [folder];
  const [postgres, redis] = await Promise.all([
    startPostgres({
      directory: join(folder, 'postgres'),
      socketFolder: sockets,
      logFile: join(folder, 'postgres.log'),
      database: 'bench',
      throwaway: { remove },
    }),
    startRedis({
      directory: join(folder, 'redis'),
      socketFolder: sockets,
      logFile: join(folder, 'redis.log'),
      persistent: false,
      remove,
    }),
  ]);
  await migrate(postgres.url);
  const data = join(folder, 'data');
  mkdirSync(data);
  return {
    folder,
    postgres,
    redis,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      DATA_DIR: data,
      RATE_LIMIT: 'off',
    },
    async stop() {
      await Promise.all([postgres.stop('immediate'), redis.stop('SIGKILL')]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

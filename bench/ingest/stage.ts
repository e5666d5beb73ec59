import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../libs/database/src/migrate.js';
import { appCommand } from '../../scripts/processes/app-process.js';
import { startProcess } from '../../scripts/processes/own-process.js';
import { socketFolder, startPostgres, startRedis } from '../../scripts/servers/index.js';
import { Client } from '../../test/support/client.js';
import { startSide } from '../http/side.js';

export interface Stage {
  client: Client;
  /** As superuser: COPY reads files of the server. */
  db: pg.Client;
  postgresPid: number;
  workerPid: number;
  /** Where the server can read, too. */
  folder: string;
  workerLog(): string;
  close(): Promise<void>;
}

/** PostgreSQL and Redis of our own with the settings that `npm start` gives them, the built api, and one worker. */
export async function setUpStage(ingestsAtATime: number): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
  chmodSync(folder, 0o755);
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
  mkdirSync(join(folder, 'data'));
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: join(folder, 'data'),
    RATE_LIMIT: 'off',
    MAX_UPLOAD_BYTES: `${2 ** 32}`,
    INGEST_CONCURRENCY: `${ingestsAtATime}`,
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^INGEST_(CONNECTIONS|BATCH_ROWS)$/.test(name)),
    ),
  };
  const logFile = join(folder, 'worker.log');
  const worker = await startProcess({ ...appCommand('worker', env), cwd: folder, logFile });
  const api = await startSide({ ...appCommand('api', env), cwd: folder, logFile: join(folder, 'api.log') });
  const db = new pg.Client({ connectionString: postgres.urlOf('bench', 'superuser') });
  await db.connect();
  return {
    client: await new Client(api.origin).withAccount(),
    db,
    postgresPid: postgres.pid,
    workerPid: worker.pid,
    folder,
    workerLog: () => readFileSync(logFile, 'utf8'),
    close: async () => {
      await db.end();
      await Promise.all([api.process.stop(), worker.stop()]);
      await Promise.all([postgres.stop('immediate'), redis.stop('SIGKILL')]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

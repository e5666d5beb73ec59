import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { appCommand } from '../../scripts/processes/app-process.js';
import { startProcess } from '../../scripts/processes/own-process.js';
import { Client } from '../../test/support/client.js';
import { startSide } from '../measure/side.js';
import { startServers } from '../servers.js';

export interface Stage {
  client: Client;
  /** A superuser, because COPY reads files of the server. */
  db: pg.Client;
  postgresUrl: string;
  postgresPid: number;
  workerPid: number;
  /** A folder that the server can read too. */
  folder: string;
  workerLog(): string;
  close(): Promise<void>;
}

/**
 * Starts the servers, the built api and one worker.
 * @param ingestsAtATime how many files the worker takes at the same time
 * @param oneTable all rows go to the shared table, also those of big files
 */
export async function setUpStage(ingestsAtATime: number, oneTable: boolean): Promise<Stage> {
  const servers = await startServers('ingest');
  const { folder, postgres } = servers;
  chmodSync(folder, 0o755);
  const env = {
    ...servers.env,
    MAX_UPLOAD_BYTES: `${2 ** 33}`,
    INGEST_CONCURRENCY: `${ingestsAtATime}`,
    ...(oneTable && { OWN_TABLE_BYTES: `${2 ** 33}` }),
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^INGEST_(CONNECTIONS|BATCH_ROWS)$/.test(name)),
    ),
  };
  const logFile = join(folder, 'worker.log');
  const worker = await startProcess({ ...appCommand('worker', env), cwd: folder, logFile });
  const api = await startSide({ ...appCommand('api', env), cwd: folder, logFile: join(folder, 'api.log') });
  const postgresUrl = postgres.urlOf('bench', 'superuser');
  const db = new pg.Client({ connectionString: postgresUrl });
  await db.connect();
  return {
    client: await new Client(api.origin).withAccount(),
    db,
    postgresUrl,
    postgresPid: postgres.pid,
    workerPid: worker.pid,
    folder,
    workerLog: () => readFileSync(logFile, 'utf8'),
    close: async () => {
      await db.end();
      await Promise.all([api.process.stop(), worker.stop()]);
      await servers.stop();
    },
  };
}

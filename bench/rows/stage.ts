import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { appCommand } from '../../scripts/processes/app-process.js';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { Client, type UploadView } from '../../test/support/client.js';
import { type DataSetName, writeDataSet } from '../data-sets.js';
import { type Side, startSide } from '../measure/side.js';
import { startServers } from '../servers.js';

/** Time limit for the ingest of 490 MB into an overloaded database. */
const LONGEST_INGEST_MS = 20 * 60_000;

export interface Stage {
  api: Side;
  reader: Client;
  /** Reads the index catalogue. */
  db: pg.Client;
  upload(name: DataSetName, rows: number, owner?: Client): Promise<UploadView>;
  newAccount(): Promise<Client>;
  /** Restarts the api with other settings. */
  restartApi(env: NodeJS.ProcessEnv): Promise<void>;
  close(): Promise<void>;
}

/** Starts the servers, the built api and worker, and registers one user. */
export async function setUpStage(): Promise<Stage> {
  const servers = await startServers('rows');
  const { folder, postgres } = servers;
  const environment = { ...servers.env, MAX_UPLOAD_BYTES: String(2 ** 32) };

  let start = 0;
  const startApi = (env: NodeJS.ProcessEnv) => {
    start += 1;
    const logFile = join(folder, `api-${start}.log`);
    return startSide({ ...appCommand('api', { ...environment, ...env }), cwd: folder, logFile });
  };
  const worker: OwnProcess = await startProcess({
    ...appCommand('worker', environment),
    cwd: folder,
    logFile: join(folder, 'worker.log'),
  });
  const db = new pg.Client({ connectionString: postgres.url });
  await db.connect();
  const api = await startApi({});
  const reader = await new Client(api.origin).withAccount();

  const stage: Stage = {
    api,
    reader,
    db,
    newAccount: () => new Client(stage.api.origin).withAccount(),
    async upload(name, rows, owner = stage.reader) {
      const { path } = await writeDataSet(name, join(folder, `${name}.csv`), { rows });
      const { body } = await owner.upload({ path }, `${name}.csv`);
      const upload = await owner.untilFinal(body.id, LONGEST_INGEST_MS);
      rmSync(path);
      if (upload.status === 'completed') return upload;
      throw new Error(`${name} is ${upload.status}:\n${readFileSync(join(folder, 'worker.log'), 'utf8')}`);
    },
    async restartApi(env) {
      await stage.api.process.stop();
      stage.api = await startApi(env);
      stage.reader = new Client(stage.api.origin, stage.reader.token);
    },
    async close() {
      await db.end();
      await Promise.all([stage.api.process.stop(), worker.stop()]);
      await servers.stop();
    },
  };
  return stage;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { appCommand } from '../../scripts/processes/app-process.js';
import { startProcess } from '../../scripts/processes/own-process.js';
import { Client, type UploadView } from '../../test/support/client.js';
import { type Side, startSide } from '../measure/side.js';
import { startServers } from '../servers.js';
import type { CeilingOptions } from './ceiling.js';
import { PAGE_ROWS } from './questions.js';

/** Time limit for the ingest of 490 MB into an overloaded database. */
const LONGEST_INGEST_MS = 20 * 60_000;
/** The questions ask for more indexes than one upload may have by default. */
export const ALL_INDEXES = { INDEX_MAX_COUNT: '64', INDEX_MAX_BYTES: String(2 ** 40) };
/** Connections of the bare handler: the default of the service. */
const POOL_SIZE = 10;

interface Loaded {
  upload: UploadView;
  /** Table with its key and TOAST, before any index. */
  tableBytes: number;
  walBytes: number;
}

export interface Stage {
  api: Side;
  reader: Client;
  /** Reads the catalogues. */
  db: pg.Client;
  postgresPid: number;
  folder: string;
  upload(path: string, owner?: Client): Promise<Loaded>;
  newAccount(): Promise<Client>;
  /** Restarts the api with other settings. */
  restartApi(env: NodeJS.ProcessEnv): Promise<void>;
  /** Stops the worker, so that no background work disturbs the other measurements. */
  stopWorker(): Promise<void>;
  /** A bare handler that reads the rows of an upload; see ceiling.ts. */
  startCeiling(upload: UploadView): Promise<Side>;
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
  const workerLog = join(folder, 'worker.log');
  const worker = await startProcess({
    ...appCommand('worker', { ...environment, ...ALL_INDEXES }),
    cwd: folder,
    logFile: workerLog,
  });
  const db = new pg.Client({ connectionString: postgres.url });
  await db.connect();
  const one = async (sql: string, values: unknown[]) => (await db.query(sql, values)).rows[0];
  const tableOf = async ({ id }: UploadView): Promise<string> =>
    (await one('SELECT rows_table AS name FROM csv_uploads WHERE id = $1', [id])).name;
  const api = await startApi({});
  const reader = await new Client(api.origin).withAccount();

  const stage: Stage = {
    api,
    reader,
    db,
    postgresPid: postgres.pid,
    folder,
    newAccount: () => new Client(stage.api.origin).withAccount(),
    async upload(path, owner = stage.reader) {
      const { at } = await one('SELECT pg_current_wal_lsn() AS at', []);
      const { body } = await owner.upload({ path }, 'bench.csv');
      const upload = await owner.untilFinal(body.id, LONGEST_INGEST_MS);
      if (upload.status !== 'completed')
        throw new Error(`${path} is ${upload.status}:\n${readFileSync(workerLog, 'utf8')}`);
      const { table, wal } = await one(
        'SELECT pg_total_relation_size($1::regclass)::float8 AS table, pg_wal_lsn_diff(pg_current_wal_lsn(), $2)::float8 AS wal',
        [await tableOf(upload), at],
      );
      return { upload, tableBytes: table, walBytes: wal };
    },
    async restartApi(env) {
      await stage.api.process.stop();
      stage.api = await startApi(env);
      stage.reader = new Client(stage.api.origin, stage.reader.token);
    },
    async stopWorker() {
      await worker.stop();
    },
    async startCeiling(upload) {
      const table = await tableOf(upload);
      const { shared } = await one(
        `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'upload_id') AS shared`,
        [table],
      );
      const options: CeilingOptions = {
        databaseUrl: postgres.url,
        table,
        uploadId: shared ? upload.id : null,
        columns: upload.columns,
        poolSize: POOL_SIZE,
        pageRows: PAGE_ROWS,
      };
      return startSide({
        command: process.execPath,
        args: [
          ...['--import', '@swc-node/register/esm-register'],
          ...[fileURLToPath(new URL('ceiling.ts', import.meta.url)), JSON.stringify(options)],
        ],
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        logFile: join(folder, 'ceiling.log'),
        env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      });
    },
    async close() {
      await db.end();
      await Promise.all([stage.api.process.stop(), worker.stop()]);
      await servers.stop();
    },
  };
  return stage;
}

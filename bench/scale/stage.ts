import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { appCommand, READY } from '../../scripts/processes/app-process.js';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { type OwnNginx, startNginx } from '../../scripts/servers/index.js';
import { Client } from '../../test/support/client.js';
import { type Side, startSide } from '../measure/side.js';
import { startServers } from '../servers.js';
import type { Part } from './parts-of-cpu.js';

export interface Stage {
  folder: string;
  /** A superuser. */
  db: pg.Client;
  /** Of the first api, without nginx. */
  client: Client;
  apis: Side[];
  nginx: OwnNginx;
  /** Everything that runs, but the workers. */
  parts: Part[];
  /** Starts a worker and waits until it takes jobs. */
  startWorker(): Promise<OwnProcess>;
  close(): Promise<void>;
}

/** The servers, as many built apis as are compared at most, and nginx in front of them. */
export async function setUpStage(apiCount: number): Promise<Stage> {
  const servers = await startServers('scale');
  const { folder, postgres, redis } = servers;
  const env = { ...servers.env, TRUST_PROXY: '127.0.0.1' };
  const apis: Side[] = [];
  for (let n = 1; n <= apiCount; n++) {
    apis.push(await startSide({ ...appCommand('api', env), cwd: folder, logFile: join(folder, `api-${n}.log`) }));
  }
  const nginx = await startNginx({
    folder: join(folder, 'nginx'),
    apis: apis.map(({ origin }) => ({ url: origin })),
    workers: availableParallelism(),
    announce: console.log,
  });
  const db = new pg.Client({ connectionString: postgres.urlOf('bench', 'superuser') });
  await db.connect();
  let workers = 0;
  return {
    folder,
    db,
    client: await new Client(apis[0]!.origin).withAccount(),
    apis,
    nginx,
    parts: [
      { name: 'PostgreSQL', pids: [postgres.pid], family: true },
      { name: 'apis', pids: apis.map(({ process }) => process.pid) },
      { name: 'Redis', pids: [redis.pid] },
    ],
    async startWorker() {
      workers += 1;
      const logFile = join(folder, `worker-${workers}.log`);
      const worker = await startProcess({ ...appCommand('worker', env), cwd: folder, logFile });
      await waitUntil(() => worker.ending !== null || readFileSync(logFile, 'utf8').includes(READY.worker), {
        timeoutMs: 60_000,
        onTimeout: () => new Error(`A worker takes no jobs; its log: ${logFile}`),
      });
      if (worker.ending) throw new Error(`A worker ended: ${readFileSync(logFile, 'utf8')}`);
      return worker;
    },
    async close() {
      await db.end();
      await nginx.stop();
      await Promise.all(apis.map(({ process }) => process.stop()));
      await servers.stop();
    },
  };
}

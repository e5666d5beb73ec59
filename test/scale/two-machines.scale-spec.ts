import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type WrittenDataSet, writeDataSet } from '../../bench/data-sets.js';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { freePort } from '../../scripts/processes/ports.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { environmentOf } from '../../scripts/servers/debian-package.js';
import { redisBinary } from '../../scripts/servers/redis-binary.js';
import { BatchGate } from '../support/batch-gate.js';
import type { Client } from '../support/client.js';
import { hashCsv } from '../support/csv/oracle.js';
import { connectMachines, type Network } from '../support/machines.js';
import { startStoppablePostgres } from '../support/own-postgres.js';
import type { AppProcess } from '../support/processes.js';
import { type S3Server, startS3 } from '../support/s3-server.js';
import { Service } from '../support/service.js';
import { expectExactRows } from '../support/stored-uploads.js';

// An api here and a worker on each of two machines. They share a bucket, PostgreSQL and Redis, all by TCP, and no folder.

const BATCH_ROWS = 5_000;
let network: Network;
let redis: { url: string; process: OwnProcess };
let s3: S3Server;
let service: Service;
let person: Client;
let file: WrittenDataSet;

beforeAll(async () => {
  network = connectMachines(2);
  const { address } = network;
  redis = await startTcpRedis(address);
  s3 = await startS3(address);
  const access = join(inject('runFolder'), 'pg_hba.conf');
  writeFileSync(access, `local all all trust\nhost all all ${address}/24 trust\n`, { mode: 0o644 });
  const database = await startStoppablePostgres({ listen_addresses: address, hba_file: access });
  service = await Service.start({
    database,
    workers: 0,
    env: {
      ...s3.env,
      REDIS_URL: redis.url,
      JOBS_LEASE_MS: '2000',
      INGEST_CONCURRENCY: '1',
      INGEST_BATCH_ROWS: `${BATCH_ROWS}`,
      INGEST_SMALL_BYTES: '1000',
      OWN_TABLE_BYTES: '100000',
    },
  });
  for (const [index, { through }] of network.machines.entries()) {
    await service.addWorker(
      {
        DATABASE_URL: `postgresql://app@${address}:5432/${database.name}`,
        DATA_DIR: folderOf(index),
        // Mails are written to that folder: the mail server of the test is on this machine's loopback.
        SMTP_URL: '',
      },
      through,
    );
  }
  person = await service.client.withAccount();
  file = await writeDataSet('B', join(inject('runFolder'), 'machines.csv'), { rows: 100_000 });
});
afterAll(async () => {
  for (const { mend } of network?.machines ?? []) mend();
  try {
    await service?.stop();
    await redis?.process.stop('SIGKILL');
    await s3?.stop();
  } finally {
    network?.remove();
  }
});

const folderOf = (machine: number) => join(inject('runFolder'), `machine-${machine}`);

async function startTcpRedis(address: string): Promise<{ url: string; process: OwnProcess }> {
  const binary = await redisBinary(console.log);
  const port = await freePort();
  const folder = mkdtempSync(join(inject('runFolder'), 'tcp-redis-'));
  const process = await startProcess({
    command: binary.command,
    args: [
      '--port',
      `${port}`,
      '--bind',
      address,
      '--protected-mode',
      'no',
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
    ],
    env: environmentOf(binary),
    cwd: folder,
    logFile: join(folder, 'log'),
  });
  const client = new Redis({ host: address, port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await client.ping();
  client.disconnect();
  return { url: `redis://${address}:${port}`, process };
}

/** The worker that has begun with this upload. */
const workerOf = (uploadId: string): Promise<AppProcess> =>
  waitUntil(
    () =>
      service.workers.find(({ log }) =>
        log.some((line) => line.msg === 'Ingest started' && line.upload_id === uploadId),
      ),
    { timeoutMs: 60_000, onTimeout: () => new Error('No worker took the upload.') },
  );

it('a worker on each machine ingests, and takes over what the other one has when that is cut off', async () => {
  const gate = await BatchGate.closed(service.database.url);
  await gate.openUpTo(3);
  const ids: string[] = [];
  for (const name of ['one.csv', 'two.csv']) ids.push((await person.upload({ path: file.path }, name)).body.id);
  const [first, second] = [await workerOf(ids[0]!), await workerOf(ids[1]!)];
  expect(new Set([first, second]).size).toBe(2);
  await gate.untilWaiting(2);

  const lost = network.machines[service.workers.indexOf(first)]!;
  lost.cut();
  // What it has already sent is committed, as PostgreSQL does not know better; nothing that follows arrives.
  await gate.remove();
  const hash = await hashCsv(file.path);
  for (const id of ids) await expectExactRows(service, await person.untilFinal(id), hash);
  expect(second.log.filter(({ msg }) => msg === 'Ingest started').map(({ upload_id }) => upload_id)).toContain(ids[0]);

  lost.mend();
  // It is back when it takes a job, which only it can do.
  const other = network.machines[service.workers.indexOf(second)]!;
  other.cut();
  const { body } = await person.upload({ path: file.path }, 'three.csv');
  await expectExactRows(service, await person.untilFinal(body.id), hash);
  expect(await workerOf(body.id)).toBe(first);
  other.mend();
  for (const id of ids) await expectExactRows(service, await person.untilFinal(id), hash);
});

it('neither machine has a file of the other, nor of the api', () => {
  for (const machine of [0, 1]) expect(existsSync(join(folderOf(machine), 'uploads'))).toBe(false);
  expect(existsSync(join(service.env.DATA_DIR!, 'uploads'))).toBe(false);
});

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { BatchGate } from '../support/batch-gate.js';
import type { Client } from '../support/client.js';
import { hashCsv } from '../support/csv/oracle.js';
import type { ApiProcess } from '../support/processes.js';
import { type S3Server, startS3 } from '../support/s3-server.js';
import { Service } from '../support/service.js';
import { expectExactRows, untilBatches } from '../support/stored-uploads.js';

// An api and workers that share no folder: each process has a DATA_DIR of its own, and all files are in a bucket.

let s3: S3Server;
let service: Service;
let person: Client;

beforeAll(async () => {
  s3 = await startS3();
  service = await Service.start({
    workers: 0,
    env: {
      ...s3.env,
      JOBS_LEASE_MS: '600',
      JOBS_SWEEP_MS: '100',
      STORAGE_SWEEP_MS: '2000',
      INGEST_BATCH_ROWS: '5000',
      OWN_TABLE_BYTES: '1000000',
    },
  });
  person = await service.client.withAccount();
});
afterAll(async () => {
  await service?.stop();
  await s3?.stop();
});

/** The file has 30 batches. */
const LAST_BATCH = 16;

const folderOf = (process: string) => join(inject('runFolder'), `s3-${process}`);
const signsOfLife = () => s3.objects().filter((name) => name.startsWith('.drafts/') && !name.includes('probe.'));

it('an upload in a bucket survives a killed worker, and the next one reads only what is not committed', async () => {
  const file = await writeDataSet('B', join(inject('runFolder'), 's3.csv'), { rows: 150_000 });
  const gate = await BatchGate.closed(service.database.url);
  const { body } = await person.upload({ path: file.path }, 's3.csv');
  expect(s3.objects()).toContain(body.id);
  await gate.openUpTo(LAST_BATCH);
  const killed = await service.addWorker({ DATA_DIR: folderOf('worker-1') });
  const inFlight = await gate.untilWaiting(3);
  await untilBatches(service, body.id, LAST_BATCH + 1);
  await killed.stop('SIGKILL');
  await gate.lose(inFlight);
  const [{ byte_end }] = await service.sql.query(
    'SELECT byte_end FROM csv_batches WHERE upload_id = $1 AND batch_no = $2',
    [body.id, LAST_BATCH],
  );

  const from = s3.requests.length;
  await gate.remove();
  await service.addWorker({ DATA_DIR: folderOf('worker-2') });
  await expectExactRows(service, await person.untilFinal(body.id), await hashCsv(file.path));
  const reads = s3.requests.slice(from).filter(({ method, url }) => method === 'GET' && url.includes(body.id));
  // More than one if the machine is so busy that the worker lost its lease.
  const starts = reads.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
  expect(starts[0]).toBe(Number(byte_end));
  for (const start of starts) expect(start).toBeGreaterThanOrEqual(Number(byte_end));
  expect(existsSync(join(folderOf('worker-2'), 'uploads'))).toBe(false);
});

it('has the sha256 of the file that was sent, and deletes the object with the upload', async () => {
  const text = 'name,city\n"Ada","Paris"\nBob,Rome,surplus\n';
  const upload = await person.ingest(text, 'small.csv');
  const digest = createHash('sha256').update(text).digest('hex');
  expect(upload).toMatchObject({ sha256: digest, processed_rows: 1, rejected_rows: 1 });
  expect((await person.get(`/csv-data/uploads/${upload.id}/rejects/?format=csv`)).status).toBe(200);
  expect((await person.send('DELETE', `/csv-data/uploads/${upload.id}/`)).status).toBe(204);
  await expect.poll(() => s3.objects(), { timeout: 30_000 }).not.toContain(upload.id);
});

/** Sends the beginning of a file, and keeps the connection. */
async function beginUpload(api: ApiProcess): Promise<Socket> {
  const socket = connect(api.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    [
      'POST /api/v1/csv-data/uploads/?filename=half.csv HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${person.token}`,
      'Content-Type: text/csv',
      'Content-Length: 50000000',
      '',
      'a,b\r\n',
    ].join('\r\n'),
  );
  socket.write('1,2\r\n'.repeat(2_400_000));
  await expect.poll(() => s3.parts().sort(), { timeout: 30_000 }).toEqual(['1', '2']);
  return socket;
}

async function expectNoTrace(): Promise<void> {
  await expect.poll(() => [...s3.parts(), ...signsOfLife()], { timeout: 30_000 }).toEqual([]);
  const names = await service.sql.query(`SELECT id FROM csv_uploads WHERE original_filename = 'half.csv'`);
  expect(names).toEqual([]);
}

it('has no part of a file whose client leaves while it sends', async () => {
  const socket = await beginUpload(service.api);
  socket.destroy();
  await expectNoTrace();
  expect(service.api.ending).toBeNull();
});

it('has no part of a file whose api was killed, after another process has looked', async () => {
  const api = await service.addApi();
  const socket = await beginUpload(api);
  await api.stop('SIGKILL');
  socket.destroy();
  expect(s3.parts()).toHaveLength(2);
  await expectNoTrace();
});

it('is healthy, tells no free bytes, and is down when the bucket cannot be reached', async () => {
  const storage = async () => (await person.get('/health-check/')).body.checks.storage;
  await expect.poll(async () => (await storage()).status, { timeout: 30_000 }).toBe('up');
  expect((await storage()).details).not.toHaveProperty('free_bytes');
  expect(await (await fetch(`${service.api.url}/metrics`)).text()).not.toMatch(/^storage_free_bytes /m);
  await s3.stop();
  await expect.poll(async () => (await storage()).status, { timeout: 30_000 }).toBe('down');
  const refused = await person.upload('a,b\n1,2\n', 'late.csv');
  expect(refused).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
  expect(`${service.api.logText()}`).not.toContain(s3.env.AWS_SECRET_ACCESS_KEY);
});

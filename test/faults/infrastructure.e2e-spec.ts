import { readdir, readFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import type { Client } from '../support/client.js';
import { hashCsv, type RowsHash } from '../support/csv/oracle.js';
import { type CutOffProxy, startCutOffProxy } from '../support/cut-off-proxy.js';
import type { ApiProcess, AppProcess } from '../support/processes.js';
import { Service } from '../support/service.js';
import {
  expectExactRows,
  expectNothingLeft,
  expectOneMail,
  orphanedFiles,
  remainsOf,
  untilBatches,
} from '../support/stored-uploads.js';

const ROWS = 150_000;

let service: Service;
let way: CutOffProxy;
let worker: AppProcess;
let path: string;
let expected: RowsHash;
let person: Client & { email: string };

beforeAll(async () => {
  service = await Service.start({
    workers: 0,
    env: {
      // Small batches make the ingest slow enough to disturb it. Its own table adds something to delete.
      INGEST_BATCH_ROWS: '1000',
      OWN_TABLE_BYTES: '1000000',
      // A file being written shows that it is alive each 500 ms. With 125 ms a busy machine was late, and the file was deleted.
      STORAGE_SWEEP_MS: '2000',
      UPLOAD_IDLE_TIMEOUT_MS: '20000',
    },
  });
  way = await startCutOffProxy(service.database.url);
  // Only the worker connects to PostgreSQL through a proxy that can be cut off.
  worker = await service.addWorker({ DATABASE_URL: way.url });
  path = (await writeDataSet('B', join(inject('runFolder'), 'infrastructure.csv'), { rows: ROWS })).path;
  expected = await hashCsv(path);
});
afterAll(async () => {
  await service?.stop();
  await way?.stop();
});
beforeEach(async () => {
  person = await service.client.withAccount();
});

async function uploadBig(filename: string, batches = 5): Promise<string> {
  const { status, body } = await person.upload({ path }, filename);
  expect(status).toBe(201);
  await untilBatches(service, body.id, batches);
  return body.id;
}

async function expectWhole(id: string, filename: string): Promise<void> {
  await expectExactRows(service, await person.untilFinal(id), expected);
  await expectOneMail(service, person.email, filename);
  expect(worker.ending).toBeNull();
}

const isProcessing = async (id: string) =>
  expect((await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body.status).toBe('processing');

describe('an upload completes with exactly its rows when', () => {
  it('Redis is flushed during its ingest', async () => {
    const id = await uploadBig('flushed.csv');
    const redis = new Redis(service.redis.url);
    await redis.flushall();
    await redis.quit();
    await isProcessing(id);
    await expectWhole(id, 'flushed.csv');
  });

  it('Redis is killed during its ingest and restarts empty', async () => {
    const id = await uploadBig('killed.csv');
    await service.redis.stop('SIGKILL');
    await sleep(1_000);
    await service.redis.start();
    await expectWhole(id, 'killed.csv');
  });

  it('Redis is down when its last byte arrives, and restarts empty', async () => {
    await service.redis.stop('SIGKILL');
    const { status, body } = await person.upload({ path }, 'away.csv');
    expect(status).toBe(201);
    await sleep(1_000);
    expect((await person.get(`/csv-data/uploads/${body.id}/`)).body.status).toBe('pending');
    await service.redis.start();
    await expectWhole(body.id, 'away.csv');
  });

  it('Redis is flushed after its last byte arrived, and its queued job is lost', async () => {
    worker.kill('SIGSTOP');
    const { body } = await person.upload({ path }, 'not-enqueued.csv');
    const redis = new Redis(service.redis.url);
    await redis.flushall();
    await redis.quit();
    worker.kill('SIGCONT');
    await expectWhole(body.id, 'not-enqueued.csv');
  });

  it('PostgreSQL cannot be reached by the worker for a while', async () => {
    const id = await uploadBig('cut-off.csv');
    await way.cut();
    await isProcessing(id);
    // Longer than the lease, so that no worker holds the job meanwhile.
    await sleep(3_000);
    await isProcessing(id);
    await way.restore();
    await expectWhole(id, 'cut-off.csv');
  });
});

describe('an upload that is being processed', () => {
  it('leaves nothing when it is deleted', async () => {
    const id = await uploadBig('deleted.csv');
    expect((await person.send('DELETE', `/csv-data/uploads/${id}/`)).status).toBe(204);
    expect((await person.get(`/csv-data/uploads/${id}/`)).status).toBe(404);
    await expectNothingLeft(service, id);
    // A batch in flight does not restore any row either.
    await sleep(1_000);
    await expectNothingLeft(service, id);
    expect(service.inbox.messages.filter(({ text }) => text.includes('deleted.csv'))).toEqual([]);
  });

  it('leaves its file and no rows when it is cancelled, and completes after a retry', async () => {
    const id = await uploadBig('cancelled.csv');
    const cancelled = await person.post(`/csv-data/uploads/${id}/cancel/`);
    expect(cancelled).toMatchObject({ status: 202, body: { status: 'cancelled', processed_rows: 0 } });
    await expect
      .poll(() => remainsOf(service, id), { timeout: 30_000 })
      .toEqual({ rows: 0, batches: 0, rejects: 0, jobs: [], orphanedTables: [], orphanedFiles: [], locks: [] });
    expect((await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body.status).toBe('cancelled');
    expect((await person.post(`/csv-data/uploads/${id}/retry/`)).status).toBe(202);
    await expectWhole(id, 'cancelled.csv');
  });
});

describe('an upload that is sent twice at once with one Idempotency-Key', () => {
  it('is stored once', async () => {
    const send = () => {
      const form = new FormData();
      form.append('file', new Blob(['a,b\n1,2\n'.repeat(10_000)]), 'twice.csv');
      return person.send('POST', '/csv-data/uploads/', { body: form, headers: { 'idempotency-key': 'the-same' } });
    };
    const answers = await Promise.all([send(), send(), send()]);
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length).toBeGreaterThan(0);
    expect(new Set(created.map(({ body }) => body.id)).size).toBe(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const again = await send();
    expect(again).toMatchObject({ status: 201, body: { id: created[0]!.body.id } });
    expect((await person.get('/csv-data/uploads/?nocache=true')).body.count).toBe(1);
    await expect.poll(() => orphanedFiles(service), { timeout: 15_000 }).toEqual([]);
  });
});

describe('an unfinished upload', () => {
  /** Sends the head of a form and some of its file, and keeps the connection. */
  const beginUpload = async (api: ApiProcess): Promise<Socket> => {
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      [
        'POST /api/v1/csv-data/uploads/ HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${person.token}`,
        'Content-Type: multipart/form-data; boundary=edge',
        'Content-Length: 50000000',
        '',
        '--edge',
        'Content-Disposition: form-data; name="file"; filename="half.csv"',
        '',
        'a,b\r\n',
      ].join('\r\n'),
    );
    socket.write('1,2\r\n'.repeat(200_000));
    await expect.poll(drafts, { timeout: 15_000 }).toHaveLength(1);
    return socket;
  };
  const drafts = async () =>
    (await readdir(join(service.env.DATA_DIR!, 'uploads', '.drafts'))).filter((name) => !name.startsWith('probe.'));
  const expectNoTrace = async () => {
    await expect.poll(() => orphanedFiles(service), { timeout: 30_000 }).toEqual([]);
    expect(await service.sql.query(`SELECT id FROM csv_uploads WHERE original_filename = 'half.csv'`)).toEqual([]);
    expect(await service.sql.query(`SELECT job FROM outbox WHERE job = 'csv.purge'`)).toEqual([]);
  };

  it('leaves no upload and no file when its client disconnects', async () => {
    const socket = await beginUpload(service.api);
    socket.destroy();
    await expectNoTrace();
    expect(service.api.ending).toBeNull();
  });

  it('leaves no upload when the api is killed, and its unfinished file is deleted', async () => {
    const api = await service.addApi();
    const socket = await beginUpload(api);
    await api.stop('SIGKILL');
    socket.destroy();
    expect(await drafts()).toHaveLength(1);
    await expectNoTrace();
  });

  const answerTo = (sent: ClientRequest): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      sent.on('response', (response) =>
        textOf(response).then((body) => resolve({ status: response.statusCode!, body }), reject),
      );
      sent.on('error', reject);
    });

  /** Sends a part of a file as the body. */
  const beginBody = async (api: ApiProcess, file: Buffer, share: number): Promise<ClientRequest> => {
    const sent = request(`${api.url}/api/v1/csv-data/uploads/?filename=half.csv`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'text/csv', 'content-length': file.length },
    });
    sent.on('error', () => {});
    sent.write(file.subarray(0, Math.floor(file.length * share)));
    await expect.poll(drafts, { timeout: 15_000 }).toHaveLength(1);
    return sent;
  };

  it('is stored whole or not at all when its api is frozen, briefly or until others delete its unfinished file', async () => {
    const api = await service.addApi();
    const small = await writeDataSet('B', join(inject('runFolder'), 'frozen.csv'), { rows: 20_000 });
    const [file, rows] = [await readFile(small.path), await hashCsv(small.path)];
    for (const [share, frozenMs] of [
      [0.5, 300],
      [0.5, 6_000],
      [1, 300],
      [1, 6_000],
    ] as const) {
      const sent = await beginBody(api, file, share);
      const answered = answerTo(sent);
      api.kill('SIGSTOP');
      sent.end(file.subarray(Math.floor(file.length * share)));
      await sleep(frozenMs);
      api.kill('SIGCONT');
      const { status, body } = await answered;
      const stored = await service.sql.query(`SELECT id FROM csv_uploads WHERE original_filename = 'half.csv'`);
      if (status === 201) {
        const { id } = JSON.parse(body);
        expect(stored).toEqual([{ id }]);
        await expectExactRows(service, await person.untilFinal(id), rows);
        expect((await person.send('DELETE', `/csv-data/uploads/${id}/`)).status).toBe(204);
        await expectNothingLeft(service, id);
      } else {
        // Its file is gone. The job that would have deleted one remains, and will find nothing.
        expect([status, JSON.parse(body).code, stored]).toEqual([503, 'storage_unavailable', []]);
        await expect.poll(() => orphanedFiles(service), { timeout: 30_000 }).toEqual([]);
      }
      expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    }
    await api.stop();
  });
});

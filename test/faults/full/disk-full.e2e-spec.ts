import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../../bench/data-sets.js';
import { migrate } from '../../../libs/database/src/migrate.js';
import { Refusal } from '../../../scripts/processes/refusal.js';
import { type OwnPostgres, startPostgres } from '../../../scripts/servers/index.js';
import type { Client } from '../../support/client.js';
import { hashCsv } from '../../support/csv/oracle.js';
import { rawAnswer, statusOf } from '../../support/raw-answer.js';
import { Service } from '../../support/service.js';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.js';
import { expectExactRows, expectOneMail, remainsOf } from '../../support/stored-uploads.js';

// Real: api, worker, and a PostgreSQL of its own, whose data lies on one small disk with the files, as with `npm start`.

const MB = 1_000_000;
const DISK = 600 * MB;
/** The default of a disk of this size. */
const RESERVE = 128 * 1024 * 1024;

let disk: SmallDisk;
let postgres: OwnPostgres;
let service: Service;
let person: Client & { email: string };
let logFile: string;

const startDatabase = () =>
  startPostgres({
    directory: join(disk.path, 'postgres'),
    socketFolder: join(disk.path, 'run'),
    logFile,
    database: 'small',
    throwaway: { remove: [] },
  });

beforeAll(async () => {
  disk = mountSmallDisk(DISK);
  mkdirSync(join(disk.path, 'run'));
  logFile = join(inject('runFolder'), 'small-disk.log');
  postgres = await startDatabase();
  await migrate(postgres.url);
  service = await Service.start({
    workers: 0,
    database: { url: postgres.url, name: 'small', drop: async () => {} },
    env: { DATA_DIR: disk.path, DATABASE_DIR: join(disk.path, 'postgres'), STORAGE_SWEEP_MS: '3000' },
  });
  person = await service.client.withAccount();
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
  disk?.remove();
});
beforeEach(() => disk.clear());
afterEach(async () => {
  await Promise.all(service.workers.filter(({ ending }) => ending === null).map((worker) => worker.stop()));
});

/** Fills the disk, and again whenever PostgreSQL gives room of its log back. @returns a function that makes room */
function keepFilled(freeBytes: number): () => void {
  disk.fillUntil(freeBytes);
  const timer = setInterval(() => disk.fillUntil(freeBytes), 10);
  return () => {
    clearInterval(timer);
    disk.clear();
  };
}

const upload = async (content: string | { path: string }, name: string): Promise<string> => {
  const { status, body } = await person.upload(content, name);
  expect([status, body.code]).toEqual([201, undefined]);
  return body.id;
};

describe('a disk that fills', { timeout: 300_000 }, () => {
  it('refuses files with 507 before their body and while it comes, and goes on with everything else', async () => {
    const worker = await service.addWorker();
    disk.fillUntil(RESERVE + 10 * MB);
    const before = await remainsOf(service, crypto.randomUUID());
    const head = (length: string) =>
      `POST /api/v1/csv-data/uploads/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${person.token}\r\nContent-Type: text/csv\r\n${length}\r\n\r\n`;
    expect(statusOf(await rawAnswer(service.api.port, head(`Content-Length: ${30 * MB}`)))).toBe(507);
    const chunk = 'a,b\n1,2\n'.repeat(8_192);
    const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(460);
    expect(statusOf(await rawAnswer(service.api.port, head('Transfer-Encoding: chunked') + chunks))).toBe(507);
    expect(await remainsOf(service, crypto.randomUUID())).toEqual(before);
    expect((await person.post('/tasks/', { title: 'Water the plants' })).status).toBe(201);
    expect(await person.ingest('a,b\n1,2\n', 'small.csv')).toMatchObject({ processed_rows: 1 });
    disk.fillUntil(RESERVE - 5 * MB);
    await worker.logged('less than the reserve');
    expect((await person.get('/health-check/')).body).toMatchObject({
      status: 'degraded',
      checks: { storage: { status: 'down' } },
    });
    disk.clear();
    await worker.logged('The disk has room again');
  });

  it('fails an upload whose rows do not fit; its rows are purged, small ones go on, and PostgreSQL lives', async () => {
    const worker = await service.addWorker();
    // Each line of two bytes takes some 40 bytes in its table: more than the intake expects, and more than there is room for.
    const id = await upload('7\n'.repeat(10_000_000), 'narrow.csv');
    let failed = (await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body;
    for (let small = 0; !['completed', 'failed'].includes(failed.status); small += 1) {
      expect(await person.ingest('a,b\n1,2\n', `small-${small}.csv`)).toMatchObject({ processed_rows: 1 });
      failed = (await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body;
    }
    expect(failed).toMatchObject({ status: 'failed', processed_rows: 0, errors: [{ code: 'storage_full' }] });
    await expect
      .poll(() => remainsOf(service, id), { timeout: 200_000, interval: 1_000 })
      .toMatchObject({ rows: 0, batches: 0, jobs: [], orphanedTables: [], locks: [] });
    await expectOneMail(service, person.email, 'narrow.csv');
    expect(await person.ingest('a,b\n1,2\n', 'afterwards.csv')).toMatchObject({ processed_rows: 1 });
    expect(readFileSync(logFile, 'utf8')).not.toMatch(/PANIC|No space left/);
    expect(worker.ending).toBeNull();
    expect((await person.send('DELETE', `/csv-data/uploads/${id}/`)).status).toBe(204);
  });

  it('completes a failed upload after a retry when there is room again', async () => {
    const file = await writeDataSet('B', join(inject('runFolder'), 'retry-room.csv'), { rows: 60_000 });
    const expected = await hashCsv(file.path);
    const id = await upload(file, 'retry-room.csv');
    // A small file may use half of the reserve.
    const makeRoom = keepFilled(RESERVE / 2 - 5 * MB);
    try {
      await service.addWorker();
      expect(await person.untilFinal(id)).toMatchObject({ status: 'failed', errors: [{ code: 'storage_full' }] });
      expect(await person.post(`/csv-data/uploads/${id}/retry/`)).toMatchObject({
        status: 507,
        body: { code: 'storage_full' },
      });
    } finally {
      makeRoom();
    }
    expect((await person.post(`/csv-data/uploads/${id}/retry/`)).status).toBe(202);
    await expectExactRows(service, await person.untilFinal(id), expected);
  });

  it('fails an upload whose rows fit and whose key does not', async () => {
    await service.addWorker();
    const id = await upload('7\n'.repeat(5_000_000), 'narrow-key.csv');
    const rowsOf = async () =>
      (await service.sql.query('SELECT max(row_end)::int AS rows FROM csv_batches WHERE upload_id = $1', [id]))[0].rows;
    await expect.poll(rowsOf, { timeout: 100_000, interval: 20 }).toBeGreaterThan(3_500_000);
    // The other rows take 60 MB; the key of all, 110 MB and as much while it is sorted.
    disk.fillUntil(RESERVE + 150 * MB);
    const failed = await person.untilFinal(id);
    expect(failed).toMatchObject({ status: 'failed', errors: [{ code: 'storage_full' }] });
    expect(await service.sql.query('SELECT bytes_done::int FROM csv_uploads WHERE id = $1', [id])).toEqual([
      { bytes_done: 10_000_000 },
    ]);
    await expect
      .poll(() => remainsOf(service, id), { timeout: 200_000, interval: 1_000 })
      .toMatchObject({ rows: 0, batches: 0, jobs: [], orphanedTables: [], locks: [] });
    expect(readFileSync(logFile, 'utf8')).not.toMatch(/PANIC|No space left/);
  });

  it('purges rows of the shared table, whose deletes write to the log, until nothing is left', async () => {
    const worker = await service.addWorker({ OWN_TABLE_BYTES: `${2 ** 40}` });
    const id = await upload('7\n'.repeat(5_000_000), 'narrow-shared.csv');
    expect(await person.untilFinal(id)).toMatchObject({ status: 'failed', errors: [{ code: 'storage_full' }] });
    await expect
      .poll(() => remainsOf(service, id), { timeout: 200_000, interval: 1_000 })
      .toMatchObject({ rows: 0, batches: 0, jobs: [] });
    expect(readFileSync(logFile, 'utf8')).not.toMatch(/PANIC|No space left/);
    // Tasks are 507 while less than half of the reserve is free, until a checkpoint has freed the log of the deletes.
    await expect
      .poll(async () => (await person.post('/tasks/', { title: 'Water the plants' })).status, { timeout: 120_000 })
      .toBe(201);
    expect(worker.ending).toBeNull();
  });

  it('keeps PostgreSQL from starting with a sentence that says what to do, and nothing is lost', async () => {
    const before = (await person.get('/csv-data/uploads/?nocache=true')).body.count;
    await postgres.stop('immediate');
    disk.fillUntil(0);
    const refusal = await startDatabase().then(
      (server) => server.stop(),
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).message).toMatch(/^The disk of .* is full: .* start again\. No data is lost\.$/);
    const { status, headers } = await person.get('/csv-data/uploads/?nocache=true');
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    disk.clear();
    postgres = await startDatabase();
    await expect
      .poll(async () => (await person.get('/csv-data/uploads/?nocache=true')).body.count, { timeout: 30_000 })
      .toBe(before);
  });
});

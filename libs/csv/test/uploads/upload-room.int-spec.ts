import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IngestBench } from '../ingest/ingest-bench.js';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP, PostgreSQL and the disk. A full disk is one whose reserve is larger than what is free.

const MORE_THAN_ANY_DISK = String(2 ** 52);
const CSV = 'a,b\n1,2\n';
const NO_TRACES = { stored: 0, drafts: 0, uploads: 0, jobs: 0 };

const problemOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>;

describe('an api whose disk has only the reserve left', () => {
  let api: UploadsApi;
  let user: string;
  beforeAll(async () => {
    api = await UploadsApi.start({ STORAGE_RESERVE_BYTES: MORE_THAN_ANY_DISK, INGEST_SMALL_BYTES: '1000' });
    user = await api.newUser();
  });
  afterAll(() => api?.stop());

  it('answers 507 before it reads the body, and nothing of it stays', async () => {
    const { socket, answer } = await api.rawPost(user, { 'Content-Type': 'text/csv', 'Content-Length': '500000' });
    await expect.poll(answer).toMatch(/ 507 [\s\S]*storage_full/);
    socket.destroy();
    await expect.poll(() => api.traces(user)).toEqual(NO_TRACES);
  });

  it('answers 507 to a body without Content-Length', async () => {
    const { socket, answer } = await api.rawPost(user, { 'Content-Type': 'text/csv', 'Transfer-Encoding': 'chunked' });
    socket.write(`${CSV.length.toString(16)}\r\n${CSV}\r\n0\r\n\r\n`);
    await expect.poll(answer).toMatch(/ 507 [\s\S]*storage_full/);
    socket.destroy();
    await expect.poll(() => api.traces(user)).toEqual(NO_TRACES);
  });

  it('goes on to answer other requests', async () => {
    expect((await api.call(user, 'GET', '')).status).toBe(200);
  });
});

describe('an api with room for a file, and none for its rows', () => {
  it('answers 507', async () => {
    const { bavail, bsize } = await statfs(tmpdir());
    const left = 1_000_000_000;
    const api = await UploadsApi.start({
      STORAGE_RESERVE_BYTES: String(bavail * bsize - left),
      DATABASE_DIR: tmpdir(),
      MAX_UPLOAD_BYTES: '1e12',
      INGEST_SMALL_BYTES: '0',
    });
    try {
      const user = await api.newUser();
      const length = String(Math.floor(left / 3));
      const { socket, answer } = await api.rawPost(user, { 'Content-Type': 'text/csv', 'Content-Length': length });
      await expect.poll(answer).toMatch(/ 507 [\s\S]*storage_full/);
      socket.destroy();
    } finally {
      await api.stop();
    }
  });
});

describe('a user with a quota', () => {
  const QUOTA = 1_000;
  let api: UploadsApi;
  let user: string;
  beforeAll(async () => {
    api = await UploadsApi.start({ USER_QUOTA_BYTES: String(QUOTA), UPLOADS_PER_USER: '20' });
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    await api.db.query('DELETE FROM outbox');
    user = await api.newUser();
  });
  afterEach(async () => {
    await api.db.query('DELETE FROM csv_uploads');
    await api.removeStoredFiles();
  });

  const file = (bytes: number) => 'a\n'.repeat(bytes / 2);

  it('fills it to the last byte, and gets 413 for one more, which leaves nothing', async () => {
    expect((await api.post(user, file(600))).status).toBe(201);
    expect((await api.post(user, file(400))).status).toBe(201);
    const before = await api.traces(user);
    const refused = await api.post(user, file(2));
    expect(await problemOf(refused)).toMatchObject({
      status: 413,
      code: 'quota_exceeded',
      limit_bytes: QUOTA,
      used_bytes: QUOTA,
    });
    expect(await api.traces(user)).toEqual(before);
  });

  it('gets 413 before the body is read when its length alone is too much', async () => {
    const { socket, answer } = await api.rawPost(user, { 'Content-Type': 'text/csv', 'Content-Length': '1001' });
    await expect.poll(answer).toMatch(/ 413 [\s\S]*quota_exceeded/);
    socket.destroy();
  });

  it('does not exceed it by uploads at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => api.post(user, file(300))));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(3).fill(201), ...Array(13).fill(413)]);
    expect(await api.traces(user)).toMatchObject({ stored: 3, drafts: 0, uploads: 3 });
  });

  it('gets room back by deleting, and does not use the room of another user', async () => {
    const { id } = (await (await api.post(user, file(1_000))).json()) as { id: string };
    expect((await api.post(user, file(2))).status).toBe(413);
    expect((await api.post(await api.newUser(), file(1_000))).status).toBe(201);
    expect((await api.call(user, 'DELETE', `${id}/`)).status).toBe(204);
    expect((await api.post(user, file(1_000))).status).toBe(201);
  });
});

describe('an ingest that reaches the reserve of the disk', () => {
  let bench: IngestBench;
  beforeAll(async () => {
    bench = await IngestBench.start({ INGEST_BATCH_ROWS: '2', INGEST_SMALL_BYTES: '8', OWN_TABLE_BYTES: '8' });
  });
  afterAll(() => bench?.stop());

  const LINES = 'a,b\n1,2\n3,4\n5,6\n7,8\n';
  const ingest = async (id: string, environment: Record<string, unknown>) => {
    await bench.worker({}, { ...bench.config, ...environment }).ingest(id, { signal: new AbortController().signal });
    return bench.find(id);
  };

  it('fails with storage_full, a mail and a purge, and completes when there is room again', async () => {
    const id = await bench.upload(LINES);
    const failed = await ingest(id, { STORAGE_RESERVE_BYTES: 2 ** 52 });
    expect(failed).toMatchObject({ status: 'failed', processed_rows: 0, rows_table: 'csv_rows', cells: [] });
    expect(failed.errors).toMatchObject([{ code: 'storage_full' }]);
    expect(failed.mails).toMatchObject([{ template: 'csv-failed' }]);
    expect(await bench.db.query(`SELECT job FROM outbox WHERE payload->>'upload_id' = $1`, [id])).toContainEqual({
      job: 'csv.purge',
    });
    await bench.db.query(`UPDATE csv_uploads SET status = 'pending', stage = 'queued' WHERE id = $1`, [id]);
    expect(await ingest(id, {})).toMatchObject({ status: 'completed', processed_rows: 4, numbers: [1, 2, 3, 4] });
  });

  it('goes on with a small file until half of the reserve is gone', async () => {
    const { bavail, bsize } = await statfs(bench.folder);
    const reserve = { STORAGE_RESERVE_BYTES: Math.floor(bavail * bsize * 1.5) };
    expect(await ingest(await bench.upload(LINES), reserve)).toMatchObject({ status: 'failed' });
    expect(await ingest(await bench.upload('a\n1\n2\n'), reserve)).toMatchObject({ status: 'completed' });
  });

  it('fails with storage_full when PostgreSQL says that its own disk is full', async () => {
    const id = await bench.upload(LINES);
    const worker = bench.worker({
      beforeBatch: () => {
        throw Object.assign(new Error('could not extend file'), { driverError: { code: '53100' } });
      },
    });
    await worker.ingest(id, { signal: new AbortController().signal });
    expect((await bench.find(id)).errors).toMatchObject([{ code: 'storage_full' }]);
  });
});

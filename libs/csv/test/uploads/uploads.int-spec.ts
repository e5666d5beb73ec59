import { setTimeout as sleep } from 'node:timers/promises';
import { newId, Transactions } from '@app/database';
import type { PayloadOf } from '@app/jobs';
import { FileStore } from '@app/storage';
import type { QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UploadPageDto } from '../../src/uploads/dto/list-uploads.dto.js';
import type { UploadDto } from '../../src/uploads/dto/upload.dto.js';
import { PurgeRepository } from '../../src/uploads/purge/purge.repository.js';
import { UploadPurge } from '../../src/uploads/purge/upload-purge.js';
import type { CsvUpload, UploadStatus } from '../../src/uploads/upload.entity.js';
import { UploadRoom } from '../../src/uploads/upload-room.js';
import { newColumn } from '../rows/store-upload.js';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: the identity of the caller, and the workers, whose statements the tests run.

let api: UploadsApi;
let user: string;
let purge: UploadPurge;

beforeAll(async () => {
  api = await UploadsApi.start();
  purge = new UploadPurge(
    new PurgeRepository(api.db, api.app.get(Transactions)),
    api.app.get(FileStore),
    api.app.get(UploadRoom),
  );
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.db.query('DELETE FROM outbox');
  user = await api.newUser();
});
afterEach(async () => {
  await api.db.query('DELETE FROM csv_uploads');
});

const newUpload = async (facts: Partial<CsvUpload> = {}): Promise<UploadDto> => {
  const upload = (await (await api.post(user, 'a,b\n1,2\n')).json()) as UploadDto;
  const columns = Object.keys(facts);
  if (columns.length > 0) {
    const assignments = columns.map((column, at) => `${column} = $${at + 2}`).join(', ');
    await api.db.query(`UPDATE csv_uploads SET ${assignments} WHERE id = $1`, [
      upload.id,
      ...Object.values(facts).map((value) => (Array.isArray(value) ? JSON.stringify(value) : value)),
    ]);
  }
  await api.db.query('DELETE FROM outbox');
  return upload;
};
const newOwnTable = async (): Promise<string> => {
  const [{ number }] = await api.db.query(`SELECT nextval('csv_part_numbers') AS number`);
  await api.db.query(`CREATE TABLE csv_parts.rows_${number} (LIKE csv_own_rows INCLUDING ALL)`);
  return `csv_parts.rows_${number}`;
};
const fill = async (uploadId: string, { table = 'csv_rows', rows = 3 } = {}) => {
  const key = table === 'csv_rows' ? `'${uploadId}', n` : 'n';
  await api.db.query(`INSERT INTO ${table} SELECT ${key}, 'x' FROM generate_series(1, $1::int) n`, [rows]);
  await api.db.query(
    `INSERT INTO csv_rejects SELECT $1, n, n, n, 'long_record', 'm', 'raw' FROM generate_series(1, 2) n`,
    [uploadId],
  );
  await api.db.query(
    `INSERT INTO csv_batches (upload_id, batch_no, byte_end, line_end, record_end, row_end, row_count, reject_count, column_types)
     VALUES ($1, 0, 5, 1, 1, 1, 1, 0, '{}')`,
    [uploadId],
  );
  await api.db.query(
    `INSERT INTO csv_indexes (upload_id, kind, column_key, status) VALUES ($1, 'order_asc', 'a', 'ready')`,
    [uploadId],
  );
  await api.db.query(`INSERT INTO csv_profiles (upload_id, columns) VALUES ($1, '[]')`, [uploadId]);
};
const left = async (uploadId: string) => {
  const found: Record<string, number> = {};
  for (const table of ['csv_rows', 'csv_rejects', 'csv_batches', 'csv_indexes', 'csv_profiles']) {
    const [{ n }] = await api.db.query(`SELECT count(*)::int AS n FROM ${table} WHERE upload_id = $1`, [uploadId]);
    if (n > 0) found[table] = n;
  }
  return found;
};
const tableExists = async (name: string) =>
  (await api.db.query('SELECT to_regclass($1) IS NOT NULL AS found', [name]))[0].found;
const stored = async (uploadId: string) => (await api.files()).stored.includes(uploadId);
const row = async (uploadId: string): Promise<CsvUpload> =>
  (await api.db.query('SELECT * FROM csv_uploads WHERE id = $1', [uploadId]))[0];
const runPurge = (payload: PayloadOf<'csv.purge'>) => purge.purge(payload, new AbortController().signal);
/** Runs the purge jobs that a call has enqueued, as the worker does. */
const runPurges = async () => {
  for (const { job, payload } of await api.jobs()) {
    if (job === 'csv.purge') await runPurge(payload as never);
  }
};
const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T;

describe('uploads', () => {
  it('are listed newest first, by page and by status, to their owner only', async () => {
    const mine = [await newUpload(), await newUpload({ status: 'failed' }), await newUpload()];
    const owner = user;
    user = await api.newUser();
    await newUpload();
    const page = await json<UploadPageDto>(api.call(owner, 'GET', '?page_size=2'));
    expect(page.count).toBe(3);
    expect(page.results.map(({ id }) => id)).toEqual([mine[2]!.id, mine[1]!.id]);
    expect(page.next).toContain('page=2');
    const second = await json<UploadPageDto>(api.call(owner, 'GET', '?page_size=2&page=2'));
    expect(second.results.map(({ id }) => id)).toEqual([mine[0]!.id]);
    const failed = await json<UploadPageDto>(api.call(owner, 'GET', '?status=failed'));
    expect(failed.results.map(({ id }) => id)).toEqual([mine[1]!.id]);
  });

  it.each(['status=done', 'page=0', 'page=2', 'page_size=101', 'page=x'])('return 400 for ?%s', async (query) => {
    expect((await api.call(user, 'GET', `?${query}`)).status).toBe(400);
  });

  it('are listed whole on a page that is longer than what is read at once', async () => {
    const owner = await api.newUser();
    const ids: string[] = [];
    for (let n = 0; n < 45; n++) ids.unshift(((await (await api.post(owner, `a\n${n}\n`)).json()) as UploadDto).id);
    const list = async (query: string) => (await (await api.call(owner, 'GET', query)).json()) as UploadPageDto;
    const whole = await list('?page_size=100');
    expect([whole.count, whole.results.map(({ id }) => id)]).toEqual([45, ids]);
    const second = await list('?page_size=22&page=2');
    expect([second.count, second.results.map(({ id }) => id)]).toEqual([45, ids.slice(22, 44)]);
    expect((await list('?page_size=44&page=2')).results.map(({ id }) => id)).toEqual(ids.slice(44));
    expect((await list('?page_size=40')).results.map(({ id }) => id)).toEqual(ids.slice(0, 40));
  });

  it('are listed with a warning about parameters that are not known', async () => {
    await newUpload();
    const page = await json<UploadPageDto>(api.call(user, 'GET', '?stauts=failed&per_page=1'));
    expect([page.count, page.warnings]).toMatchObject([
      1,
      [
        { parameter: 'stauts', nearest: 'status' },
        { parameter: 'per_page', nearest: 'page_size' },
      ],
    ]);
    expect(await json(api.call(user, 'GET', '?status=failed'))).not.toHaveProperty('warnings');
  });

  it('show their times and their results', async () => {
    const { id } = await newUpload({
      status: 'completed',
      stage: 'done',
      processed_rows: 98,
      rejected_rows: 2,
      bytes_done: 8,
      started_at: new Date('2026-11-01T10:00:00.000Z'),
      completed_at: new Date('2026-11-01T10:00:02.500Z'),
      columns: [newColumn({ key: 'a', name: 'A', type: 'integer' })],
    });
    expect(await json(api.call(user, 'GET', `${id}/`))).toMatchObject({
      status: 'completed',
      progress: 100,
      total_rows: 100,
      total_rows_is_estimate: false,
      processed_rows: 98,
      rejected_rows: 2,
      started_at: '2026-11-01T10:00:00.000Z',
      duration: 2.5,
      columns: [newColumn({ key: 'a', name: 'A', type: 'integer' })],
    });
  });

  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['DELETE', 'delete/'],
    ['POST', 'cancel/'],
    ['POST', 'retry/'],
  ])('return 404 to %s %s for another user, an unknown id and a malformed id', async (method, path) => {
    const { id } = await newUpload();
    const stranger = await api.newUser();
    for (const [caller, name] of [
      [stranger, id],
      [user, newId()],
      [user, 'x'],
      [user, `${id}0`],
    ]) {
      const answer = await api.call(caller!, method, `${name}/${path}`);
      expect(answer.status).toBe(404);
      expect(((await answer.json()) as { code: string }).code).toBe('not_found');
    }
    expect(await row(id)).toMatchObject({ status: 'pending', lease_epoch: 0 });
    expect(await api.jobs()).toEqual([]);
  });
});

describe('cached answers about uploads', () => {
  const cacheOf = async (path: string) => (await api.call(user, 'GET', path)).headers.get('x-cache');

  it.each<UploadStatus>(['completed', 'failed', 'cancelled'])('are cached while the upload is %s', async (status) => {
    const { id } = await newUpload({ status });
    for (const path of ['', `?status=${status}`, `${id}/`]) {
      expect(await cacheOf(path)).toBe('MISS');
      expect(await cacheOf(path)).toBe('HIT');
    }
  });

  it.each<UploadStatus>(['pending', 'processing'])('are not cached while the upload is %s', async (status) => {
    const { id } = await newUpload({ status });
    for (const path of ['', `?status=${status}`, `${id}/`]) {
      expect(await cacheOf(path)).toBe('MISS');
      expect(await cacheOf(path)).toBe('MISS');
    }
  });

  it('are not cached if the list is empty, because a worker may change that at any time', async () => {
    await cacheOf('?status=processing');
    expect(await cacheOf('?status=processing')).toBe('MISS');
  });

  it('are invalidated by each call that changes an upload, for each spelling of its id', async () => {
    const { id } = await newUpload({ status: 'completed' });
    const { id: failed } = await newUpload({ status: 'failed' });
    const paths = ['?status=completed', '?page_size=7&status=failed'];
    const ask = async () => {
      for (const path of paths) await cacheOf(path);
      return Promise.all(paths.map(cacheOf));
    };
    expect(await ask()).toEqual(['HIT', 'HIT']);
    await newUpload();
    expect(await Promise.all(paths.map(cacheOf))).toEqual(['MISS', 'MISS']);

    for (const name of [id, id.toUpperCase()]) await cacheOf(`${name}/`);
    expect(await cacheOf(`${id.toUpperCase()}/`)).toBe('HIT');
    await api.call(user, 'DELETE', `${id}/`);
    for (const name of [id, id.toUpperCase()]) expect((await api.call(user, 'GET', `${name}/`)).status).toBe(404);
    expect((await json<UploadPageDto>(api.call(user, 'GET', paths[0]!))).count).toBe(0);

    await cacheOf(`${failed}/`);
    await api.call(user, 'POST', `${failed}/retry/`);
    expect(await json(api.call(user, 'GET', `${failed}/`))).toMatchObject({ status: 'pending' });
    expect((await json<UploadPageDto>(api.call(user, 'GET', paths[1]!))).count).toBe(0);
  });

  it('have an ETag and return 304 if it matches', async () => {
    const { id } = await newUpload({ status: 'completed' });
    const etag = (await api.call(user, 'GET', `${id}/`)).headers.get('etag')!;
    expect((await api.call(user, 'GET', `${id}/`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('cancelling', () => {
  it.each<UploadStatus>(['pending', 'processing'])('stops a %s upload', async (status) => {
    const table = await newOwnTable();
    const { id } = await newUpload({ status, rows_table: table, lease_epoch: 4, bytes_done: 4 });
    await fill(id, { table });
    const answer = await api.call(user, 'POST', `${id}/cancel/`);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/csv-data/uploads/${id}/`);
    expect(await answer.json()).toMatchObject({
      status: 'cancelled',
      progress: 62,
      processed_rows: 0,
      rejected_rows: 2,
      total_rows: 2,
    });
    expect(await row(id)).toMatchObject({ lease_epoch: 5, rows_table: 'csv_rows' });
    expect(await api.jobs()).toEqual([
      { job: 'csv.purge', payload: { upload_id: id, rows_table: table, storage_key: null } },
    ]);

    await runPurges();
    expect(await left(id)).toEqual({ csv_rejects: 2 });
    expect(await tableExists(table)).toBe(false);
    expect(await stored(id)).toBe(true);
  });

  it.each<UploadStatus>(['completed', 'failed', 'cancelled'])('returns 409 for a %s upload', async (status) => {
    const { id } = await newUpload({ status });
    const answer = await api.call(user, 'POST', `${id}/cancel/`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'upload_not_cancellable', upload_status: status });
    expect(await api.jobs()).toEqual([]);
  });

  it('succeeds once for several calls at once', async () => {
    const { id } = await newUpload();
    const answers = await Promise.all([1, 2, 3].map(() => api.call(user, 'POST', `${id}/cancel/`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    expect(await api.jobs()).toHaveLength(1);
    expect(await row(id)).toMatchObject({ lease_epoch: 1 });
  });
});

describe('retrying', () => {
  it.each<UploadStatus>(['failed', 'cancelled'])('restarts a %s upload', async (status) => {
    const { id } = await newUpload({
      status,
      stage: 'loading',
      lease_epoch: 2,
      bytes_done: 8,
      processed_rows: 3,
      rejected_rows: 2,
      started_at: new Date(),
      completed_at: new Date(),
      errors: [{ code: 'too_many_rejects', message: 'm' }],
      columns: [newColumn({ key: 'a', name: 'A' })],
      options: { delimiter: ',', skip: 1 },
    });
    await fill(id);
    const answer = await api.call(user, 'POST', `${id}/retry/?skip=auto&delimiter=semicolon&header=false`);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/csv-data/uploads/${id}/`);
    expect(await answer.json()).toMatchObject({
      status: 'pending',
      stage: 'queued',
      progress: 0,
      processed_rows: 0,
      rejected_rows: 0,
      total_rows: null,
      errors: [],
      columns: [],
      started_at: null,
      completed_at: null,
    });
    expect(await row(id)).toMatchObject({
      lease_epoch: 3,
      rows_table: 'csv_rows',
      dialect: null,
      options: { delimiter: ';', header: 'false' },
    });
    // The next ingest deletes the old rows: they lie behind the last checkpoint, and there is none left.
    expect(await left(id)).toEqual({ csv_rows: 3 });
    expect(await api.jobs()).toEqual([{ job: 'csv.ingest-small', payload: { upload_id: id } }]);
  });

  it.each<UploadStatus>(['pending', 'processing', 'completed'])('returns 409 for a %s upload', async (status) => {
    const { id } = await newUpload({ status });
    const answer = await api.call(user, 'POST', `${id}/retry/`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'upload_not_retryable', upload_status: status });
    expect(await api.jobs()).toEqual([]);
  });

  it('returns 400 for options in the body', async () => {
    const { id } = await newUpload({ status: 'failed' });
    const answer = await api.call(user, 'POST', `${id}/retry/`, {
      headers: { 'content-type': 'application/json' },
      body: '{"delimiter":";"}',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '#/delimiter' }] });
    expect(await row(id)).toMatchObject({ status: 'failed', lease_epoch: 0 });
  });

  it('returns 400 for invalid options and changes nothing', async () => {
    const { id } = await newUpload({ status: 'failed' });
    const answer = await api.call(user, 'POST', `${id}/retry/?skip=x`);
    expect(answer.status).toBe(400);
    expect(await row(id)).toMatchObject({ status: 'failed', lease_epoch: 0 });
  });

  it('is not undone by a late purge of the earlier run', async () => {
    const { id } = await newUpload({ status: 'processing' });
    await api.call(user, 'POST', `${id}/cancel/`);
    const payload = (await api.jobs())[0]!.payload as PayloadOf<'csv.purge'>;
    await api.call(user, 'POST', `${id}/retry/`);
    await fill(id);
    for (const status of ['pending', 'processing', 'completed']) {
      await api.db.query('UPDATE csv_uploads SET status = $2 WHERE id = $1', [id, status]);
      await runPurge(payload);
      expect(await left(id)).toMatchObject({ csv_rows: 3, csv_batches: 1, csv_profiles: 1 });
    }
  });
});

describe('deleting', () => {
  it.each([
    ['', 'pending'],
    ['', 'processing'],
    ['delete/', 'completed'],
    ['', 'failed'],
    ['delete/', 'cancelled'],
  ] as [string, UploadStatus][])('through %j removes a %s upload and all its data', async (path, status) => {
    const table = await newOwnTable();
    const { id } = await newUpload({ status, rows_table: table });
    await fill(id, { table });
    const answer = await api.call(user, 'DELETE', `${id}/${path}`);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe('');
    expect((await api.call(user, 'GET', `${id}/`)).status).toBe(404);
    expect((await json<UploadPageDto>(api.call(user, 'GET', ''))).count).toBe(0);
    expect((await api.call(user, 'DELETE', `${id}/`)).status).toBe(404);
    expect(await api.jobs()).toEqual([
      { job: 'csv.purge', payload: { upload_id: id, rows_table: table, storage_key: id } },
    ]);

    await runPurges();
    await runPurges();
    expect(await left(id)).toEqual({});
    expect(await tableExists(table)).toBe(false);
    expect(await stored(id)).toBe(false);
  });

  it('removes the rows of the upload from the shared table in slices', async () => {
    const { id: other } = await newUpload({ status: 'completed' });
    await fill(other);
    const { id } = await newUpload({ status: 'completed' });
    await fill(id, { rows: 45_000 });
    await api.call(user, 'DELETE', `${id}/`);
    await runPurges();
    expect(await left(id)).toEqual({});
    expect(await left(other)).toMatchObject({ csv_rows: 3, csv_rejects: 2 });
    expect(await stored(other)).toBe(true);
  });

  it('stops between two slices when the worker stops, and continues later', async () => {
    const { id } = await newUpload();
    await fill(id, { rows: 45_000 });
    await api.call(user, 'DELETE', `${id}/`);
    const payload = (await api.jobs())[0]!.payload as PayloadOf<'csv.purge'>;
    const stopping = new AbortController();
    stopping.abort(new Error('stopping'));
    await expect(purge.purge(payload, stopping.signal)).rejects.toThrow('stopping');
    expect(await left(id)).toMatchObject({ csv_rows: 45_000 });
    await runPurge(payload);
    expect(await left(id)).toEqual({});
  });
});

/** Commits batches as a worker does: fenced, on three connections, and without a pause. */
const startWorker = async (uploadId: string, table: string) => {
  const epoch = (await row(uploadId)).lease_epoch;
  let number = 1000;
  const writer = async (delayMs: number) => {
    await sleep(delayMs);
    let fenced = 0;
    while (fenced === 0) {
      number += 1;
      const inserted = await api.db.query(
        `WITH fence AS MATERIALIZED (SELECT id FROM csv_uploads WHERE id = $1 AND lease_epoch = $2 FOR SHARE),
              pause AS MATERIALIZED (SELECT pg_sleep(0.15) FROM fence)
         INSERT INTO ${table} SELECT $3::bigint, 'x' FROM fence, pause RETURNING 1`,
        [uploadId, epoch, number],
      );
      if (inserted.length === 0) fenced = number;
    }
  };
  const writers = Promise.all([0, 50, 100].map(writer));
  await sleep(300);
  return writers;
};

describe('an upload that three connections are writing', () => {
  it.each([
    ['cancelled', 'POST', 'cancel/', 202],
    ['deleted', 'DELETE', '', 204],
  ])('is %s within a second, and no further batch is committed', async (_, method, path, status) => {
    const table = await newOwnTable();
    const { id } = await newUpload({ status: 'processing', rows_table: table, lease_epoch: 1 });
    const writers = startWorker(id, table);
    await sleep(400);
    const startedAt = Date.now();
    expect((await api.call(user, method, `${id}/${path}`)).status).toBe(status);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    const [{ n: atOnce }] = await api.db.query(`SELECT count(*)::int AS n FROM ${table}`);
    await await writers;
    const [{ n: afterwards }] = await api.db.query(`SELECT count(*)::int AS n FROM ${table}`);
    expect(afterwards).toBe(atOnce);
    await runPurges();
    expect(await tableExists(table)).toBe(false);
  });
});

describe('dropping the table of an upload', () => {
  let reader: QueryRunner;
  beforeAll(() =>
    api.db.query(`CREATE FUNCTION slow(cells text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
                  'BEGIN PERFORM pg_sleep(60); RETURN cells; END'`),
  );
  beforeEach(async () => {
    reader = api.db.createQueryRunner();
    await reader.connect();
  });
  afterEach(() => reader.release());

  it.each([
    ['the build of an index', (table: string) => `CREATE INDEX ON ${table} (slow(cells))`],
    ['a long query', (table: string) => `SELECT slow(cells) FROM ${table}`],
    ['a count in the blocks of its texts', (table: string) => `SELECT slow(cells) FROM ${table}_text_blocks_1_0`],
  ])('cancels a statement that uses it: %s', async (_, statementOn) => {
    const table = await newOwnTable();
    const { id } = await newUpload({ status: 'completed', rows_table: table });
    await fill(id, { table });
    await api.db.query(`CREATE MATERIALIZED VIEW ${table}_text_blocks_1_0 AS SELECT cells FROM ${table}`);
    const outcome = reader.query(statementOn(table)).catch((error) => error.message);
    await sleep(100);
    await api.call(user, 'DELETE', `${id}/`);
    await runPurges();
    expect(await tableExists(table)).toBe(false);
    expect(await tableExists(`${table}_text_blocks_1_0`)).toBe(false);
    expect(await outcome).toMatch(/canceling statement due to user request/);
  });

  it.each<UploadStatus>(['pending', 'processing', 'completed'])(
    'is refused while a %s upload refers to it',
    async (status) => {
      const table = await newOwnTable();
      const { id } = await newUpload({ status, rows_table: table });
      await fill(id, { table });
      await runPurge({ upload_id: newId(), rows_table: table, storage_key: null });
      await runPurge({ upload_id: id, rows_table: table, storage_key: id });
      expect(await tableExists(table)).toBe(true);
      expect(await left(id)).toEqual({ csv_rejects: 2, csv_batches: 1, csv_indexes: 1, csv_profiles: 1 });
      expect(await stored(id)).toBe(true);
      await api.db.query(`DROP TABLE ${table}`);
    },
  );

  it('refuses any other name', async () => {
    for (const name of ['csv_uploads', 'csv_parts.rows_1; DROP TABLE users', 'csv_parts.rows_', 'public.csv_rows']) {
      await expect(runPurge({ upload_id: newId(), rows_table: name, storage_key: null })).rejects.toThrow(
        'Not the name',
      );
    }
  });
});

describe('the cleanup of a file whose upload was never recorded', () => {
  const cleanupOf = (id: string) => ({ upload_id: id, rows_table: 'csv_rows', storage_key: id });

  it('removes the file if there is no upload', async () => {
    const draft = await api.app.get(FileStore).create(newId());
    await draft.commit();
    await runPurge(cleanupOf(draft.key));
    expect(await stored(draft.key)).toBe(false);
  });

  it('keeps the file if there is an upload', async () => {
    const { id } = await newUpload();
    await runPurge(cleanupOf(id));
    expect(await stored(id)).toBe(true);
    await api.db.query(`UPDATE csv_uploads SET status = 'failed' WHERE id = $1`, [id]);
    await runPurge(cleanupOf(id));
    expect(await stored(id)).toBe(true);
  });
});

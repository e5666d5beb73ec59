import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UploadDto } from '../../src/uploads/dto/upload.dto.js';
import type { UploadProgressDto } from '../../src/uploads/dto/upload-progress.dto.js';
import { UploadsRepository } from '../../src/uploads/uploads.repository.js';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: the identity of the caller, and the worker, whose statements the tests run.

let api: UploadsApi;
let user: string;
let id: string;

beforeAll(async () => {
  api = await UploadsApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  user = await api.newUser();
  id = ((await (await api.post(user, 'x'.repeat(1000))).json()) as UploadDto).id;
});

const set = (assignments: string) => api.db.query(`UPDATE csv_uploads SET ${assignments} WHERE id = $1`, [id]);
const start = (secondsAgo = 20) =>
  set(`status = 'processing', stage = 'reading', started_at = now() - interval '${secondsAgo} s'`);
const commit = (batch: number, { rows = 10, rejects = 0, secondsAgo = 1 } = {}) =>
  api.db.query(
    `INSERT INTO csv_batches (upload_id, batch_no, byte_end, line_end, record_end, row_end, row_count, reject_count,
                              column_types, committed_at)
     VALUES ($1, $2, $3, 0, 0, 0, $4, $5, '{}', now() - $6 * interval '1 s')`,
    [id, batch, (batch + 1) * 100, rows, rejects, secondsAgo],
  );
const progress = async () => {
  const answer = await api.call(user, 'GET', `${id}/progress/`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return (await answer.json()) as UploadProgressDto;
};

describe('the progress of an upload', () => {
  it('is 0 before the ingest begins', async () => {
    expect(await progress()).toEqual({
      status: 'pending',
      stage: 'queued',
      progress: 0,
      processed_rows: 0,
      rejected_rows: 0,
      total_rows: null,
      total_rows_is_estimate: false,
      rows_per_second: null,
      eta_seconds: null,
    });
  });

  it('grows with each committed batch', async () => {
    await start();
    await commit(0, { secondsAgo: 15, rejects: 2 });
    await commit(1);
    expect(await progress()).toEqual({
      status: 'processing',
      stage: 'reading',
      progress: 20,
      processed_rows: 20,
      rejected_rows: 2,
      total_rows: 110,
      total_rows_is_estimate: true,
      rows_per_second: 1,
      eta_seconds: 80,
    });
    await commit(2);
    expect(await progress()).toMatchObject({ progress: 30, processed_rows: 30, rows_per_second: 2, eta_seconds: 35 });
  });

  it('does not count batches behind a gap, because a takeover repeats them', async () => {
    await start();
    await commit(0);
    await commit(2);
    await commit(3);
    expect(await progress()).toMatchObject({ progress: 10, processed_rows: 10 });
    await commit(1);
    expect(await progress()).toMatchObject({ progress: 40, processed_rows: 40 });
  });

  it('is also part of the list and of the upload', async () => {
    await start();
    await commit(0);
    const expected = { progress: 10, processed_rows: 10, total_rows: 100, total_rows_is_estimate: true };
    expect(await (await api.call(user, 'GET', `${id}/`)).json()).toMatchObject(expected);
    expect(await (await api.call(user, 'GET', '')).json()).toMatchObject({ results: [expected] });
  });

  it('is 404 to another user', async () => {
    const stranger = await api.newUser();
    for (const path of ['progress', 'events']) {
      expect((await api.call(stranger, 'GET', `${id}/${path}/`)).status).toBe(404);
      expect((await api.call(user, 'GET', `x/${path}/`)).status).toBe(404);
    }
  });
});

describe('the events of an upload', () => {
  const listen = async (headers: Record<string, string> = {}) => {
    const answer = await api.call(user, 'GET', `${id}/events/`, { headers });
    return { answer, text: answer.text() };
  };
  const dataOf = (text: string) =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as UploadProgressDto);

  it('are sent until the upload is completed', async () => {
    const { answer, text } = await listen();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    await sleep(100);
    await start();
    await commit(0);
    await sleep(1_500);
    await set(`status = 'completed', stage = 'done', processed_rows = 10`);
    const events = dataOf(await text);
    expect(events.map(({ status }) => status)).toEqual(['pending', 'processing', 'completed']);
    expect(events.at(-1)).toMatchObject({ progress: 100, processed_rows: 10, total_rows: 10 });
  });

  it.each(['failed', 'cancelled'])('end at once for an upload that is %s', async (status) => {
    await set(`status = '${status}'`);
    expect(dataOf(await (await listen()).text)).toMatchObject([{ status }]);
  });

  it('end when the upload is deleted', async () => {
    const { text } = await listen();
    await api.call(user, 'DELETE', `${id}/`);
    expect(await text).toMatch(/event: deleted\ndata: \{\}\n\n$/);
    expect((await api.call(user, 'GET', `${id}/events/`)).status).toBe(404);
  });

  it('are not sent again to a client that has received the last one', async () => {
    await set(`status = 'completed'`);
    const [, last] = /^id: (.*)$/m.exec(await (await listen()).text)!;
    expect((await listen({ 'last-event-id': last! })).answer.status).toBe(204);
    expect(dataOf(await (await listen({ 'last-event-id': 'nonsense' })).text)).toHaveLength(1);
  });

  it('stop the reads when the client has disconnected', async () => {
    const reads = vi.spyOn(api.app.get(UploadsRepository), 'findAll');
    const gone = new AbortController();
    const answer = await api.call(user, 'GET', `${id}/events/`, { signal: gone.signal });
    await answer.body!.getReader().read();
    await vi.waitFor(() => expect(reads.mock.calls.length).toBeGreaterThan(1), { timeout: 5_000 });
    gone.abort();
    await sleep(500);
    reads.mockClear();
    await sleep(2_500);
    expect(reads).not.toHaveBeenCalled();
  });

  it('are read from the database once for all watchers', async () => {
    const reads = vi.spyOn(api.app.get(UploadsRepository), 'findAll');
    reads.mockClear();
    const gone = new AbortController();
    const streams = await Promise.all(
      Array.from({ length: 15 }, () => api.call(user, 'GET', `${id}/events/`, { signal: gone.signal })),
    );
    for (const { body } of streams) void body!.pipeTo(new WritableStream()).catch(() => {});
    await sleep(3_000);
    gone.abort();
    // 15 streams that each read once a second would have read 45 times.
    expect(reads.mock.calls.length).toBeGreaterThan(1);
    expect(reads.mock.calls.length).toBeLessThan(15);
  });

  it('have a limit per user', async () => {
    const gone = new AbortController();
    const listenTo = (who: string, path = id) => api.call(who, 'GET', `${path}/events/`, { signal: gone.signal });
    const open = await Promise.all(Array.from({ length: 20 }, () => listenTo(user)));
    expect(open.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const refused = await listenTo(user);
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too_many_streams', limit: 20 }]);
    expect(refused.headers.get('retry-after')).toBe('5');
    gone.abort();
    await vi.waitFor(async () => expect((await api.call(user, 'GET', `${id}/events/`)).status).toBe(200), 5_000);
  });

  it('do not count when only their head is asked for', async () => {
    for (let times = 0; times < 21; times += 1)
      expect((await api.call(user, 'HEAD', `${id}/events/`)).status).toBe(200);
    expect((await api.call(user, 'GET', `${id}/events/`)).status).toBe(200);
  });

  it('are those of the upload whose id is written in capitals', async () => {
    await set(`status = 'completed'`);
    const answer = await api.call(user, 'GET', `${id.toUpperCase()}/events/`);
    expect(dataOf(await answer.text())).toMatchObject([{ status: 'completed' }]);
  });

  it('end when the process stops and do not delay it', async () => {
    const other = await UploadsApi.start();
    const caller = await other.newUser();
    const upload = (await (await other.post(caller, 'a\n1\n')).json()) as UploadDto;
    const answer = await other.call(caller, 'GET', `${upload.id}/events/`);
    const text = answer.text();
    await other.stop();
    expect(dataOf(await text)).toHaveLength(1);
  });
});

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { newId } from '@app/database';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UploadDto } from '../../src/uploads/dto/upload.dto.js';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: the identity of the caller.

const LIMIT = 100_000;
const IDLE_MS = 400;
const CSV = 'id,name\n1,Zoë\n2,"a, b"\n';
const NO_TRACES = { stored: 0, drafts: 0, uploads: 0, jobs: 0 };

let api: UploadsApi;
let user: string;

beforeAll(async () => {
  api = await UploadsApi.start({ MAX_UPLOAD_BYTES: String(LIMIT), UPLOAD_IDLE_TIMEOUT_MS: String(IDLE_MS) });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.db.query('DELETE FROM outbox');
  user = await api.newUser();
});
afterEach(async () => {
  await api.db.query('DELETE FROM csv_uploads');
  await api.removeStoredFiles();
});

type Body = string | Uint8Array;
const post = (body: Body, headers: Record<string, string> = {}, query = '') =>
  api.call(user, 'POST', query, {
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': 'text/csv', ...headers },
  });
const uploadOf = async (answer: Response) => {
  expect(answer.status).toBe(201);
  return (await answer.json()) as UploadDto;
};
const problemOf = async (answer: Response) => (await answer.json()) as { status: number; code: string; detail: string };
const storedOf = async ({ id }: UploadDto) => (await readFile(join(api.folder, 'uploads', id))).toString();
const FACTS = {
  size_bytes: Buffer.byteLength(CSV),
  sha256: createHash('sha256').update(CSV).digest('hex'),
  status: 'pending',
};

const rawPost = (headers: Record<string, string>) => api.rawPost(user, { 'Content-Type': 'text/csv', ...headers });
const eventually = async (expected: unknown, actual: () => Promise<unknown>) =>
  vi.waitFor(async () => expect(await actual()).toEqual(expected), { timeout: 5_000, interval: 20 });

describe('a file that is the body', () => {
  it.each([
    'text/csv',
    'text/plain',
    'text/tab-separated-values',
    'application/octet-stream',
    'text/csv; charset=utf-8; header=present',
    'Text/CSV;',
  ])('is taken as %s', async (type) => {
    const answer = await post(CSV, { 'content-type': type });
    const upload = await uploadOf(answer);
    expect(answer.headers.get('location')).toBe(`/api/v1/csv-data/uploads/${upload.id}/`);
    expect(upload).toMatchObject({ ...FACTS, original_filename: 'upload.csv', dialect: { delimiter: ',' } });
    expect(await storedOf(upload)).toBe(CSV);
  });

  it.each([
    ['?filename=../a%20b.csv', {}, 'a b.csv'],
    ['?filename=', {}, 'upload.csv'],
    ['', { 'content-disposition': 'attachment; filename="sales.csv"' }, 'sales.csv'],
    ['?filename=b.csv', { 'content-disposition': "attachment; filename=x; filename*=UTF-8''%C3%A4.csv" }, 'ä.csv'],
    ['?filename=b.csv', { 'content-disposition': 'inline' }, 'b.csv'],
  ])('is named by %s and %j', async (query, headers, name) => {
    expect((await uploadOf(await post(CSV, headers, query))).original_filename).toBe(name);
  });

  it('is read by the options in the query', async () => {
    const { dialect } = await uploadOf(await post(CSV, {}, '?delimiter=semicolon&filename=a.csv'));
    expect(dialect).toMatchObject({ delimiter: ';' });
  });

  it('is stored once under one Idempotency-Key', async () => {
    const first = await post(CSV, { 'idempotency-key': 'k' });
    const again = await post(CSV, { 'idempotency-key': 'k' });
    expect(await again.text()).toBe(await first.text());
    expect((await post(`${CSV}3,c\n`, { 'idempotency-key': 'k' })).status).toBe(422);
    expect(await api.traces(user)).toEqual({ stored: 1, drafts: 0, uploads: 1, jobs: 1 });
  });

  it('is taken in chunks, without a Content-Length', async () => {
    const { socket, answer } = await rawPost({ 'Transfer-Encoding': 'chunked' });
    for (const line of ['id,name\n', '1,a\n']) socket.write(`${line.length.toString(16)}\r\n${line}\r\n`);
    socket.write('0\r\n\r\n');
    await eventually(true, async () => answer().includes(' 201 '));
    socket.destroy();
  });
});

describe('a compressed file', () => {
  const form = (content: Uint8Array, name: string) => api.post(user, content, { name });
  const packed = gzipSync(CSV);
  it.each([
    ['the body, by content', () => post(packed, {}, '?filename=t.csv.gz'), 't.csv'],
    ['the body, by Content-Encoding', () => post(packed, { 'content-encoding': 'GZIP' }, '?filename=t.csv'), 't.csv'],
    ['the body, by both', () => post(gzipSync(packed), { 'content-encoding': 'gzip' }, '?filename=t.csv.gz'), 't.csv'],
    ['a part', () => form(packed, 't.csv.gz'), 't.csv'],
    ['a part named .csv', () => form(packed, 't.csv'), 't.csv'],
    ['two members', () => form(Buffer.concat([gzipSync(CSV.slice(0, 9)), gzipSync(CSV.slice(9))]), 't.gz'), 't'],
    ['padded with zero bytes', () => form(Buffer.concat([packed, Buffer.alloc(512)]), 't.csv.gz'), 't.csv'],
  ])('is stored unpacked (%s)', async (_, send, name) => {
    const upload = await uploadOf(await send());
    expect(upload).toMatchObject({ ...FACTS, original_filename: name });
    expect(await storedOf(upload)).toBe(CSV);
  });

  it('keeps its name where it is not compressed', async () => {
    expect((await uploadOf(await form(Buffer.from(CSV), 't.csv.gz'))).original_filename).toBe('t.csv.gz');
  });
});

describe('a refused body leaves nothing and returns', () => {
  afterEach(async () => {
    await eventually(NO_TRACES, () => api.traces(user));
  });
  const packed = gzipSync('id,name\n1,Zoë\n'.repeat(2_000));

  it.each([
    ['a gzip stream that is cut', packed.subarray(0, -4), {}],
    ['half a gzip stream', packed.subarray(0, packed.length / 2), {}],
    ['bytes behind gzip', Buffer.concat([packed, Buffer.from('more')]), {}],
    ['plain text under Content-Encoding: gzip', Buffer.from(CSV), { 'content-encoding': 'gzip' }],
  ])('422 for %s', async (_, body, headers) => {
    expect(await problemOf(await post(body, headers))).toMatchObject({ status: 422, code: 'gzip_malformed' });
    if (!('content-encoding' in headers)) {
      expect(await problemOf(await api.post(user, body))).toMatchObject({ status: 422, code: 'gzip_malformed' });
    }
  });

  it('413 for gzip from which too much comes out', async () => {
    const bomb = gzipSync('a,b\n'.repeat(LIMIT / 2));
    expect(await problemOf(await post(bomb))).toMatchObject({ status: 413, code: 'upload_too_large' });
    expect(await problemOf(await api.post(user, bomb))).toMatchObject({ status: 413, code: 'upload_too_large' });
  });

  it('422 for gzip in gzip, an archive in gzip and nothing in gzip', async () => {
    expect(await problemOf(await post(gzipSync(packed)))).toMatchObject({ status: 422, code: 'csv_not_text' });
    expect(await problemOf(await post(gzipSync(Buffer.from('PK\x03\x04', 'latin1'))))).toMatchObject({
      status: 422,
      code: 'csv_not_text',
    });
    expect(await problemOf(await post(gzipSync('')))).toMatchObject({ status: 422, code: 'csv_empty' });
  });

  it.each(['br', 'deflate', 'gzip, gzip', 'zstd'])('415 for Content-Encoding: %s', async (coding) => {
    const answer = await post(CSV, { 'content-encoding': coding });
    expect(answer.headers.get('accept-encoding')).toBe('gzip, identity');
    expect(await problemOf(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it('415 for multipart under Content-Encoding: gzip', async () => {
    const answer = await api.post(user, CSV, { headers: { 'content-encoding': 'gzip' } });
    expect(await problemOf(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it('422 for an empty body and for a picture', async () => {
    expect(await problemOf(await post(''))).toMatchObject({ status: 422, code: 'csv_empty' });
    const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    expect(await problemOf(await post(png))).toMatchObject({ status: 422, code: 'csv_not_text' });
  });

  it('400 for a name that is no text', async () => {
    const problem = await problemOf(await post(CSV, {}, '?filename=a&filename=b'));
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '#/filename' }] });
  });

  it('413 for a Content-Length that is too large, before the body is sent', async () => {
    const { socket, answer } = await rawPost({ 'Content-Length': String(LIMIT + 1), Expect: '100-continue' });
    await eventually(true, async () => answer().includes(' 413 ') && answer().includes('upload_too_large'));
    socket.destroy();
  });

  it.each(['keep-alive', 'close'])(
    '413 to a client that reads only after it has sent everything (Connection: %s)',
    async (connection) => {
      const body = 'x'.repeat(20_000_000);
      const { socket, answer, fault } = await rawPost({ 'Transfer-Encoding': 'chunked', Connection: connection });
      socket.pause();
      const sent = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(sent, () => resolve()));
      socket.resume();
      await eventually(true, async () => answer().includes('upload_too_large'));
      if (connection === 'keep-alive') {
        socket.write('GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await eventually(true, async () => answer().includes('route_not_found'));
        socket.end();
      }
      expect(await fault).toBeNull();
    },
  );

  it('408 to a client that stops in the middle of the file', async () => {
    const { socket, answer } = await rawPost({ 'Content-Length': '5000' });
    socket.write(CSV);
    await eventually(true, async () => answer().includes(' 408 ') && answer().includes('upload_stalled'));
    socket.destroy();
  });

  it.each(['text/csv', 'application/gzip'])('nothing to a client that disconnects (%s)', async (kind) => {
    const isText = kind === 'text/csv';
    const { socket } = await rawPost({ 'Content-Length': '90000' });
    socket.write(isText ? CSV : packed.subarray(0, 100));
    await eventually(1, async () => (await api.files()).drafts.length);
    socket.destroy();
  });

  it('415 where no file is taken', async () => {
    const answer = await post(CSV, {}, `${newId()}/cancel/`);
    expect(await problemOf(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});

describe('the same file again', () => {
  const view = async (id: string) => (await (await api.call(user, 'GET', `${id}/`)).json()) as UploadDto;

  it('is taken and says which upload it equals', async () => {
    const first = await uploadOf(await api.post(user, CSV, { name: 'a.csv' }));
    const second = await uploadOf(await post(gzipSync(CSV)));
    const other = await uploadOf(await post(`${CSV}3,c\n`));
    expect([first.same_as, second.same_as, other.same_as]).toEqual([null, first.id, null]);
    expect((await view(second.id)).same_as).toBe(first.id);
    const { results } = (await (await api.call(user, 'GET', '')).json()) as { results: UploadDto[] };
    expect(results.map(({ same_as }) => same_as)).toEqual([null, first.id, null]);
  });

  it('says nothing about the files of other users', async () => {
    await api.post(user, CSV);
    user = await api.newUser();
    expect((await uploadOf(await api.post(user, CSV))).same_as).toBeNull();
  });

  it('names the next upload once the first one is deleted, also in cached answers', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await uploadOf(await post(CSV))).id);
    await api.db.query(`UPDATE csv_uploads SET status = 'completed', completed_at = now()`);
    expect((await view(ids[2]!)).same_as).toBe(ids[0]);
    expect((await api.call(user, 'DELETE', `${ids[0]}/`)).status).toBe(204);
    expect([(await view(ids[1]!)).same_as, (await view(ids[2]!)).same_as]).toEqual([null, ids[1]]);
  });

  it('can be deleted in a few commands to Redis when it has thousands of copies', async () => {
    const [first, second] = [(await uploadOf(await post(CSV))).id, (await uploadOf(await post(CSV))).id];
    await api.db.query(`UPDATE csv_uploads SET status = 'completed', completed_at = now()`);
    await api.db.query(
      `INSERT INTO csv_uploads
       SELECT (jsonb_populate_record(u, jsonb_build_object('id', copy, 'storage_key', copy))).*
         FROM csv_uploads u,
              (SELECT 'ffffffff-ffff-7fff-8fff-' || lpad(n::text, 12, '0') AS copy FROM generate_series(1, 3000) n) AS copies
        WHERE u.id = $1`,
      [second],
    );
    expect((await view(second)).same_as).toBe(first);
    const sent = vi.spyOn(Redis.prototype, 'sendCommand');
    expect((await api.call(user, 'DELETE', `${first}/`)).status).toBe(204);
    expect(sent.mock.calls.length).toBeLessThan(50);
    sent.mockRestore();
    expect((await view(second)).same_as).toBeNull();
  });
});

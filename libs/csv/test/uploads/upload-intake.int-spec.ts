import { createHash, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@app/config';
import { newId, Transactions } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { FileStore } from '@app/storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UploadDto } from '../../src/uploads/dto/upload.dto.js';
import { UploadIntake } from '../../src/uploads/intake/upload-intake.js';
import { UserQuota } from '../../src/uploads/intake/user-quota.js';
import { UploadEffects } from '../../src/uploads/upload-effects.js';
import { UploadRoom } from '../../src/uploads/upload-room.js';
import { UploadsRepository } from '../../src/uploads/uploads.repository.js';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: the identity of the caller.

const LIMIT = 100_000;
const IDLE_MS = 400;
const CSV = 'id,name\n1,Zoë\n2,"a, b"\n';
const NO_TRACES = { stored: 0, drafts: 0, uploads: 0, jobs: 0 };

let api: UploadsApi;
let user: string;

beforeAll(async () => {
  api = await UploadsApi.start({
    MAX_UPLOAD_BYTES: String(LIMIT),
    UPLOAD_IDLE_TIMEOUT_MS: String(IDLE_MS),
    INGEST_SMALL_BYTES: '1000',
  });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.db.query('DELETE FROM outbox');
  user = await api.newUser();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await api.db.query('DELETE FROM csv_uploads');
  await api.removeStoredFiles();
});

const uploadOf = async (answer: Response) => (await answer.json()) as UploadDto;
const problemOf = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return (await answer.json()) as { status: number; code: string; [extension: string]: unknown };
};
const eventually = async (expected: unknown, actual: () => Promise<unknown>) =>
  vi.waitFor(async () => expect(await actual()).toEqual(expected), { timeout: 5_000, interval: 20 });

const BOUNDARY = 'a-boundary';
const part = (name: string, content: string, filename?: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--\r\n`;
const postBody = (body: string, contentType = `multipart/form-data; boundary=${BOUNDARY}`) =>
  api.call(user, 'POST', '', { body, headers: { 'content-type': contentType } });

const rawPost = (headers: Record<string, string>) =>
  api.rawPost(user, { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, ...headers });

describe('an upload', () => {
  it('returns 201 with its URL and the facts about the file', async () => {
    const answer = await api.post(user, CSV, { name: 'kunden – 2026.csv' });
    expect(answer.status).toBe(201);
    const upload = await uploadOf(answer);
    expect(answer.headers.get('location')).toBe(`/api/v1/csv-data/uploads/${upload.id}/`);
    expect(upload).toMatchObject({
      original_filename: 'kunden – 2026.csv',
      size_bytes: Buffer.byteLength(CSV),
      sha256: createHash('sha256').update(CSV).digest('hex'),
      status: 'pending',
      stage: 'queued',
      progress: 0,
      total_rows: null,
      total_rows_is_estimate: false,
      processed_rows: 0,
      rejected_rows: 0,
      errors: [],
      started_at: null,
      completed_at: null,
      duration: null,
    });
    expect((await readFile(join(api.folder, 'uploads', upload.id))).toString()).toBe(CSV);
  });

  it('enqueues one job, for a small file in a queue of its own', async () => {
    const small = await uploadOf(await api.post(user, 'a\n'.repeat(500)));
    const big = await uploadOf(await api.post(user, 'a\n'.repeat(501)));
    expect(await api.jobs()).toEqual([
      { job: 'csv.ingest-small', payload: { upload_id: small.id } },
      { job: 'csv.ingest', payload: { upload_id: big.id } },
    ]);
  });

  it('returns the dialect detected from the head of the file', async () => {
    const content = Buffer.from('Name;Preis\r\nM\xfcller;1,5\r\nSch\xf6n;2,25\r\n', 'latin1');
    expect((await uploadOf(await api.post(user, content))).dialect).toMatchObject({
      delimiter: ';',
      encoding: 'windows-1252',
      newline: 'crlf',
      has_header: true,
      preamble_lines: 0,
      decimal: ',',
      confidence: expect.any(Number),
    });
    const declared = await uploadOf(await api.post(user, content, { query: 'delimiter=comma&encoding=latin1&skip=1' }));
    expect(declared.dialect).toMatchObject({ delimiter: ',', encoding: 'iso-8859-1', preamble_lines: 1 });
  });

  it('refuses a parameter that is no option, before the body is read', async () => {
    const problem = await problemOf(await api.post(user, CSV, { query: 'delimeter=tab' }));
    expect(problem).toMatchObject({ status: 400, code: 'unknown_option', option: 'delimeter', nearest: 'delimiter' });
    expect((await api.traces(user)).uploads).toBe(0);
  });

  it('stores the encoding of the whole file, not of its beginning', async () => {
    const content = Buffer.concat([Buffer.from('name\n'.repeat(15_000)), Buffer.from('Z\xfcrich\n', 'latin1')]);
    const { id } = await uploadOf(await api.post(user, content));
    const [{ encoding }] = await api.db.query('SELECT encoding FROM csv_uploads WHERE id = $1', [id]);
    expect(encoding).toMatchObject({ encoding: 'windows-1252', bom: false });
  });

  it('stores the given options in their normal form', async () => {
    const query =
      'delimiter=tab&quote=none&decimal=,&skip=2&header=auto&max_rejects=0&encoding=latin1&trim=false&comment=%23&skip_after_header=1&skip_footer=2&names=a,%22b,c%22&types=a:number&null_values=NA,-&thousands=.&date_format=dd.mm.yyyy';
    const { id } = await uploadOf(await api.post(user, 'x\ny\na\tb\n-\t-\n1\t2\n3\t4\n5\t6\n7\t8\n', { query }));
    const [{ options }] = await api.db.query('SELECT options FROM csv_uploads WHERE id = $1', [id]);
    expect(options).toEqual({
      delimiter: '\t',
      quote: '',
      decimal: ',',
      skip: 2,
      max_rejects: 0,
      encoding: 'iso-8859-1',
      trim: 'false',
      comment: '#',
      skip_after_header: 1,
      skip_footer: 2,
      names: ['a', 'b,c'],
      types: { a: 'number' },
      null_values: ['NA', '-'],
      thousands: '.',
      date_format: 'DD.MM.YYYY',
    });
  });

  it('accepts a file of exactly the maximum size', async () => {
    expect((await api.post(user, 'x'.repeat(LIMIT))).status).toBe(201);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['a\tb\u0007.csv', 'ab.csv'],
    ['', 'upload.csv'],
    ['C:\\Users\\ann\\a.csv', 'a.csv'],
    ['a_.csv"; filename*=UTF-8\'\'a%E8%A1%A8.csv; x="', 'a表.csv'],
    ['=?utf-8?B?R3LDtsOfZS5jc3Y=?=', 'Größe.csv'],
    ['a%22b.csv', 'a"b.csv'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('sent as %j gets the name %j', async (sent, shown) => {
    const upload = await uploadOf(await postBody(part('file', CSV, sent) + END));
    expect(upload.original_filename).toBe(shown);
  });

  it('accepts a part without a file name if its content type says that it is a file', async () => {
    const body = part('file', CSV).replace('\r\n\r\n', '\r\nContent-Type: application/octet-stream\r\n\r\n') + END;
    expect((await uploadOf(await postBody(body))).original_filename).toBe('upload.csv');
  });
});

describe('a refused upload leaves nothing and returns', () => {
  afterEach(async () => {
    expect(await api.traces(user)).toEqual(NO_TRACES);
  });

  it.each([
    ['delimiter=ab', '#/delimiter'],
    ['delimiter=;&delimiter=,', '#/delimiter'],
    ['delimiter=', '#/delimiter'],
    ['delimiter=%0A', '#/delimiter'],
    ['quote=ab', '#/quote'],
    ['delimiter=;&quote=;', '#/quote'],
    ['escape=', '#/escape'],
    ['encoding=klingon', '#/encoding'],
    ['decimal=x', '#/decimal'],
    ['skip=-1', '#/skip'],
    ['skip=x', '#/skip'],
    ['header=maybe', '#/header'],
    ['max_rejects=1.5', '#/max_rejects'],
  ])('400 with the field for ?%s', async (query, pointer) => {
    const problem = await problemOf(await api.post(user, CSV, { query }));
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed', errors: [{ pointer }] });
  });

  it.each([
    ['JSON', 'application/json', '{"file":"a,b"}'],
    ['a form', 'application/x-www-form-urlencoded', 'file=a'],
    ['XML', 'text/xml', '<a/>'],
    ['another multipart', `multipart/mixed; boundary=${BOUNDARY}`, part('file', CSV, 'a.csv') + END],
  ])('415 that says what is taken for %s', async (_, contentType, body) => {
    const answer = await postBody(body, contentType);
    expect(answer.headers.get('accept')).toContain('text/csv');
    expect(await problemOf(answer)).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      detail: expect.stringMatching(/multipart\/form-data.*text\/csv.*octet-stream/),
    });
  });

  it.each(['base64', 'Quoted-Printable', 'x-uuencode'])('415 for a part in %s', async (encoding) => {
    const body = part('file', 'aWQsbmFtZQoxLGEK', 'a.csv').replace(
      '\r\n\r\n',
      `\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
    );
    expect(await problemOf(await postBody(body + END))).toMatchObject({
      status: 415,
      detail: expect.stringContaining(`Content-Transfer-Encoding ${encoding.toLowerCase()}`),
    });
  });

  it.each([
    ['nothing in the body', END, 'upload_file_missing', {}],
    ['a field named file', part('file', CSV) + END, 'upload_file_missing', {}],
    ['a file by another name', part('data', CSV, 'a.csv') + END, 'upload_part_unexpected', { part: 'data' }],
    [
      'a field first',
      part('delimiter', ';') + part('file', CSV, 'a.csv') + END,
      'upload_part_unexpected',
      { part: 'delimiter' },
    ],
    [
      'a field after the file',
      part('file', CSV, 'a.csv') + part('skip', '1') + END,
      'upload_part_unexpected',
      { part: 'skip' },
    ],
    [
      'two files',
      part('file', CSV, 'a.csv') + part('file', CSV, 'b.csv') + END,
      'upload_part_unexpected',
      { part: 'file' },
    ],
    ['a body cut in the file', part('file', CSV, 'a.csv').slice(0, -10), 'multipart_malformed', {}],
    ['a body cut before its end', part('file', CSV, 'a.csv'), 'multipart_malformed', {}],
    ['a body cut in the header', part('file', CSV, 'a.csv').slice(0, 30), 'multipart_malformed', {}],
    ['no multipart at all', CSV, 'multipart_malformed', {}],
  ])('400 for %s', async (_, body, code, extensions) => {
    expect(await problemOf(await postBody(body))).toMatchObject({ status: 400, code, ...extensions });
  });

  it('400 for multipart without a boundary', async () => {
    const answer = await postBody(part('file', CSV, 'a.csv') + END, 'multipart/form-data');
    const detail = expect.stringContaining('no boundary');
    expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'multipart_malformed', detail });
  });

  it.each([
    ['an empty file', '', 'csv_empty'],
    ['blank lines', '\r\n\n\n', 'csv_empty'],
    ['a byte order mark alone', '\ufeff', 'csv_empty'],
    ['a byte order mark and blank lines', '\ufeff\n\n', 'csv_empty'],
    ['more blank lines than the head holds', '\n'.repeat(90_000), 'csv_empty'],
  ])('422 for %s', async (_, content, code) => {
    expect(await problemOf(await api.post(user, content))).toMatchObject({ status: 422, code });
  });

  it('422 for a file that ends before its first record', async () => {
    const problem = await problemOf(await api.post(user, CSV, { query: 'skip=3' }));
    expect(problem).toMatchObject({ status: 422, code: 'csv_no_columns' });
  });

  it('422 for an image that is named .csv, before all of it is received', async () => {
    const { socket, answer } = await rawPost({ 'Content-Length': '90000' });
    const image = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(70_000)]);
    socket.write(part('file', '', 'table.csv').slice(0, -2));
    socket.write(image);
    await eventually(true, async () => answer().includes('csv_not_text') && answer().includes('PNG'));
    socket.destroy();
  });

  it('422 for random bytes', async () => {
    const problem = await problemOf(await api.post(user, randomBytes(50_000)));
    expect(problem).toMatchObject({ status: 422, code: 'csv_not_text' });
  });

  it('413 with the limit for a file that is one byte too large', async () => {
    const problem = await problemOf(await api.post(user, 'x'.repeat(LIMIT + 1)));
    expect(problem).toMatchObject({ status: 413, code: 'upload_too_large', limit_bytes: LIMIT });
  });

  it('413 for a Content-Length that is too large, before the body is sent', async () => {
    const { socket, answer } = await rawPost({ 'Content-Length': String(LIMIT * 100), Expect: '100-continue' });
    await eventually(true, async () => answer().includes(' 413 ') && answer().includes('upload_too_large'));
    socket.destroy();
  });

  it('413 without a Content-Length as soon as the body is too large', async () => {
    const { socket, answer } = await rawPost({ 'Transfer-Encoding': 'chunked' });
    const send = (text: string) => socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
    send(part('file', '', 'a.csv').slice(0, -2));
    for (let sent = 0; sent <= LIMIT; sent += 10_000) send('x'.repeat(10_000));
    await eventually(true, async () => answer().includes('upload_too_large'));
    socket.destroy();
  });

  it.each([
    ['Content-Length', 'keep-alive'],
    ['Content-Length', 'close'],
    ['Transfer-Encoding', 'keep-alive'],
    ['Transfer-Encoding', 'close'],
  ])(
    '413 to a client that reads only after it has sent everything (%s, Connection: %s)',
    async (length, connection) => {
      const body = part('file', 'x'.repeat(20_000_000), 'a.csv') + END;
      const announced = length === 'Content-Length';
      const { socket, answer, fault } = await rawPost({
        [length]: announced ? String(body.length) : 'chunked',
        Connection: connection,
      });
      socket.pause();
      const sent = announced ? body : `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
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
    socket.write(part('file', CSV, 'a.csv'));
    await eventually(true, async () => answer().includes(' 408 ') && answer().includes('upload_stalled'));
    socket.destroy();
  });

  it('507 if the disk is full, and keeps serving requests', async () => {
    const handle = await open(api.folder, 'r');
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const write = vi.spyOn(prototype, 'write').mockRejectedValue(full);
    const problem = await problemOf(await api.post(user, CSV));
    expect(problem).toMatchObject({ status: 507, code: 'storage_full' });
    write.mockRestore();
    expect((await api.call(user, 'GET', '')).status).toBe(200);
  });

  it('the error of its precondition, which receives the digest of the content', async () => {
    const seen: string[] = [];
    const file = { filename: 'a.csv', content: chunks(CSV), announcedBytes: 0 };
    const received = api.app.get(UploadIntake).receive(user, file, {}, async (sha256) => {
      seen.push(sha256.toString('hex'));
      throw new Error('no');
    });
    await expect(received).rejects.toThrow('no');
    expect(seen).toEqual([createHash('sha256').update(CSV).digest('hex')]);
  });
});

describe('an upload that cannot be recorded', () => {
  it('leaves no file, and keeps the job that would remove one', async () => {
    const nobody = newId();
    const file = { filename: 'a.csv', content: chunks(CSV), announcedBytes: 0 };
    await expect(api.app.get(UploadIntake).receive(nobody, file, {}, async () => {})).rejects.toMatchObject({
      code: '23503',
    });
    expect(await api.files()).toEqual({ stored: [], drafts: [] });
    const cleanups = await api.db.query(`SELECT job, run_at > now() + interval '10 min' AS later FROM outbox`);
    expect(cleanups).toEqual([{ job: 'csv.purge', later: true }]);
  });
});

describe('an upload with an Idempotency-Key', () => {
  const sendAs = (key: string, content: string, query = '') =>
    api.post(user, content, { query, headers: { 'idempotency-key': key } });

  it('is stored once and gets the same answer when it is sent again', async () => {
    const first = await sendAs('k', CSV, 'skip=1&header=true');
    const again = await sendAs('k', CSV, 'header=true&skip=1');
    expect(again.status).toBe(201);
    expect(await again.text()).toBe(await first.text());
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await api.traces(user)).toEqual({ stored: 1, drafts: 0, uploads: 1, jobs: 1 });
  });

  it('is stored once when it is sent several times at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => sendAs('twice', CSV)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(201);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(await api.traces(user)).toEqual({ stored: 1, drafts: 0, uploads: 1, jobs: 1 });
  });

  it.each([
    ['another file', `${CSV}3,c\n`, ''],
    ['other options', CSV, 'skip=1'],
  ])('returns 422 for %s under the same key', async (_, content, query) => {
    await sendAs('k', CSV);
    expect(await problemOf(await sendAs('k', content, query))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect(await api.traces(user)).toEqual({ stored: 1, drafts: 0, uploads: 1, jobs: 1 });
  });

  it('may be corrected under the same key after a refusal', async () => {
    expect((await sendAs('k', CSV, 'skip=x')).status).toBe(400);
    expect((await sendAs('k', '')).status).toBe(422);
    expect((await sendAs('k', CSV)).status).toBe(201);
  });
});

describe('a client that disconnects in the middle of a file', () => {
  it.each(['Content-Length', 'Transfer-Encoding'])('leaves nothing behind (%s)', async (header) => {
    const { socket } = await rawPost({ [header]: header === 'Content-Length' ? '90000' : 'chunked' });
    const text = part('file', 'x'.repeat(5_000), 'a.csv');
    socket.write(header === 'Content-Length' ? text : `${text.length.toString(16)}\r\n${text}\r\n`);
    await eventually(1, async () => (await api.files()).drafts.length);
    socket.destroy();
    await eventually(NO_TRACES, () => api.traces(user));
  });
});

describe('a multipart body', () => {
  const send = (path: string) =>
    api.call(user, 'POST', path, {
      body: part('file', CSV, 'a.csv') + END,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });

  it('is refused with 415 by an endpoint that takes no file', async () => {
    expect(await problemOf(await send(`${newId()}/cancel/`))).toMatchObject({ status: 415 });
  });

  it('does not hide 404 and 405', async () => {
    expect(await problemOf(await send('a/b/c/'))).toMatchObject({ status: 404, code: 'route_not_found' });
    expect(await problemOf(await send(`${newId()}/`))).toMatchObject({ status: 405 });
  });
});

describe('memory of an intake', () => {
  it('does not grow with the file', async () => {
    const intake = new UploadIntake(
      api.app.get(UploadsRepository),
      api.app.get(FileStore),
      api.app.get(Transactions),
      api.app.get(JobOutbox),
      api.app.get(UploadEffects),
      api.app.get(UploadRoom),
      api.app.get(UserQuota),
      { MAX_UPLOAD_BYTES: 1e9 } as Config,
    );
    const line = Buffer.from(`${'x'.repeat(63)},\n`.repeat(1000));
    let peak = 0;
    async function* content() {
      for (let sent = 0; sent < 300_000_000; sent += line.length) {
        if (sent % 10_000_000 < line.length) peak = Math.max(peak, process.memoryUsage().arrayBuffers);
        yield line;
      }
    }
    const before = process.memoryUsage().arrayBuffers;
    await intake.receive(user, { filename: 'big.csv', content: content(), announcedBytes: 0 }, {}, async () => {});
    expect(peak - before).toBeLessThan(20_000_000);
  });
});

async function* chunks(text: string): AsyncGenerator<Buffer> {
  await sleep(0);
  yield Buffer.from(text);
}

describe('many small files of one user at once', () => {
  it('are all received', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => api.post(user, `id\n${i}\n`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(201));
    expect(await api.traces(user)).toMatchObject({ stored: 200, drafts: 0, uploads: 200 });
  }, 180_000);

  it('leave no file when the database is away before the commit', async () => {
    vi.spyOn(api.app.get(UploadsRepository), 'insert').mockRejectedValue(
      Object.assign(new Error('terminating connection'), { code: '57P01' }),
    );
    expect((await api.post(user, CSV)).status).toBe(503);
    expect(await api.files()).toEqual({ stored: [], drafts: [] });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: the identity of the caller.

const UPLOADS_PER_USER = 3;
const FILE = 'id,name\n1,Zoë\n';

let api: UploadsApi;
let user: string;
let other: string;

beforeAll(async () => {
  api = await UploadsApi.start({ UPLOADS_PER_USER: String(UPLOADS_PER_USER) });
});
afterAll(() => api.stop());
beforeEach(async () => {
  [user, other] = [await api.newUser(), await api.newUser()];
});
afterEach(async () => {
  await api.db.query('DELETE FROM csv_uploads');
  await api.removeStoredFiles();
});

/** A file whose last byte is sent by `end`. */
async function unfinished(who: string) {
  const bytes = Buffer.from(FILE);
  const { socket, answer } = await api.rawPost(who, {
    'Content-Type': 'text/csv',
    'Content-Length': String(bytes.length),
  });
  socket.write(bytes.subarray(0, -1));
  return { answer, end: () => socket.write(bytes.subarray(-1)), leave: () => socket.destroy() };
}

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const drafts = async () => (await api.files()).drafts.length;

it('a user sends a few files at a time, the next one waits before its body is read, and others do not wait for it', async () => {
  const running = await Promise.all(Array.from({ length: UPLOADS_PER_USER }, () => unfinished(user)));
  await eventually(async () => expect(await drafts()).toBe(UPLOADS_PER_USER));
  const waiting = await unfinished(user);
  waiting.end();
  // Long enough for the one that waits: these arrive later and are answered.
  for (let i = 0; i < 3; i += 1) expect((await api.post(other, FILE)).status).toBe(201);
  expect(waiting.answer()).toBe('');
  expect(await drafts()).toBe(UPLOADS_PER_USER);

  running[0]!.end();
  await eventually(() => expect(waiting.answer()).toContain(' 201 '));
  running[1]!.leave();
  running[2]!.end();
  await eventually(async () => expect(await api.traces(user)).toMatchObject({ stored: 6, drafts: 0, uploads: 3 }));
});

it('a preview takes a turn as an upload does', async () => {
  const running = await Promise.all(Array.from({ length: UPLOADS_PER_USER }, () => unfinished(user)));
  await eventually(async () => expect(await drafts()).toBe(UPLOADS_PER_USER));
  let answered = 0;
  const preview = fetch(`${api.base}/api/v1/csv-data/previews/`, {
    method: 'POST',
    body: FILE,
    headers: { 'x-user': user, 'content-type': 'text/csv' },
  }).finally(() => {
    answered += 1;
  });
  for (let i = 0; i < 3; i += 1) expect((await api.post(other, FILE)).status).toBe(201);
  expect(answered).toBe(0);
  for (const { end } of running) end();
  expect((await preview).status).toBe(200);
});

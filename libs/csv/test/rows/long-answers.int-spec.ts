import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { UploadsApi } from '../uploads/uploads-api.js';
import { newColumns, storeMadeUpload, storeUpload } from './store-upload.js';

// Real: the csv part of the api over HTTP, PostgreSQL, Redis. Fake: the guard (X-User names the user).

let api: UploadsApi;
let user: string;
let upload: CsvUpload;
const open: Socket[] = [];
async function start(idleMs: number): Promise<void> {
  api = await UploadsApi.start({ LONG_ANSWERS_PER_USER: '2', ANSWER_IDLE_TIMEOUT_MS: String(idleMs) });
  user = await api.newUser();
  // More than two sockets take before anybody reads.
  upload = await storeUpload(
    api.db,
    user,
    newColumns({ a: 'text' }),
    Array.from({ length: 30 }, () => ['x'.repeat(1_000_000)]),
  );
}
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await api.stop();
});

/** Asks, and reads nothing of the answer but its first bytes. */
async function ask(path: string): Promise<Socket> {
  const socket = await api.connect();
  open.push(socket);
  socket.on('error', () => {});
  socket.on('readable', () => {});
  socket.write(`GET /api/v1/csv-data/uploads/${upload.id}/${path} HTTP/1.1\r\nHost: a\r\nX-User: ${user}\r\n\r\n`);
  return socket;
}

async function askAndWait(path: string): Promise<Socket> {
  const socket = await ask(path);
  await once(socket, 'readable');
  return socket;
}

const isAnswered = (answer: Promise<Response>) =>
  Promise.race([answer.then(({ status }) => status), sleep(1_000, 'waits')]);
const small = 'data/?nocache=true&page_size=1&values=text';

describe('long answers that their user does not read', () => {
  it.each(['data/?nocache=true', 'export/?format=ndjson'])(
    'keep a third one waiting until one has ended: %s',
    async (path) => {
      await start(60_000);
      await askAndWait(path);
      const second = await askAndWait(path);
      const third = api.call(user, 'GET', `${upload.id}/${small}`);
      expect(await isAnswered(third)).toBe('waits');
      // Other users and short answers do not wait.
      expect((await api.call(user, 'GET', `${upload.id}/progress/`)).status).toBe(200);
      expect((await api.call(await api.newUser(), 'GET', '')).status).toBe(200);
      second.destroy();
      expect((await third).status).toBe(200);
    },
  );

  it('count each for itself when they are one page that is read once', async () => {
    await start(60_000);
    const sockets = await Promise.all(Array.from({ length: 5 }, () => ask('data/')));
    const begun = () => sockets.filter(({ readableLength }) => readableLength > 0).length;
    await expect.poll(begun, { timeout: 20_000 }).toBe(2);
    await sleep(1_000);
    expect(begun()).toBe(2);
  });

  it('end by themselves, so that the user is served again', async () => {
    await start(2_000);
    const sockets = [await askAndWait('data/?nocache=true'), await askAndWait('data/?nocache=true')];
    expect((await api.call(user, 'GET', `${upload.id}/${small}`)).status).toBe(200);
    // This end has not closed them.
    expect(sockets.some((socket) => socket.destroyed)).toBe(false);
  });
});

describe('scans of a user that wait for each other', () => {
  it('keep no page of the same user waiting', async () => {
    await start(60_000);
    const locked = await storeMadeUpload(api.db, user, newColumns({ a: 'text' }), 10, [`'x' || n`]);
    const runner = api.db.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`LOCK TABLE ${locked.rows_table} IN ACCESS EXCLUSIVE MODE`);
    // Sorted without an index, so they begin with their scan.
    const scans = Array.from({ length: 4 }, () =>
      api.call(user, 'GET', `${locked.id}/data/?nocache=true&sort_by=a&count=none`),
    );
    expect(await isAnswered(scans[3]!)).toBe('waits');
    expect((await api.call(user, 'GET', `${upload.id}/${small}`)).status).toBe(200);
    await runner.rollbackTransaction();
    await runner.release();
    expect((await Promise.all(scans)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});

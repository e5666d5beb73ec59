import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TasksApi, type TestUser } from './tasks-api.js';

// Real: HTTP, PostgreSQL, Redis, cache. A lock on the table stands for searches that take long.
const TIMEOUT_MS = 4_000;
let api: TasksApi;
let ada: TestUser;
let unlock: () => Promise<void>;
beforeAll(async () => {
  api = await TasksApi.start({ ROWS_QUERY_TIMEOUT_MS: String(TIMEOUT_MS) });
});
afterAll(() => api.stop());
beforeEach(async () => {
  ada = await api.newUser();
  await api.newTask(ada, { title: 'Note G' });
  await lock();
});
afterEach(() => unlock());

async function lock(): Promise<void> {
  const runner = api.database.createQueryRunner();
  await runner.startTransaction();
  await runner.query('LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE');
  let locked = true;
  unlock = async () => {
    if (!locked) return;
    locked = false;
    await runner.rollbackTransaction();
    await runner.release();
  };
}

/** When the searches began that PostgreSQL executes. */
const searches = async (): Promise<string[]> => {
  const rows: { began: string }[] = await api.database.query(
    `SELECT query_start::text AS began FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND query LIKE '%FROM tasks%LIKE%' AND pid <> pg_backend_pid()`,
  );
  return rows.map(({ began }) => began);
};
const running = async (): Promise<number> => (await searches()).length;

const search = (user: TestUser, text: string, signal?: AbortSignal) =>
  fetch(`${api.url}/api/v1/tasks/?search=${text}`, { headers: { 'x-user': user.id }, signal: signal ?? null });

describe('searches in tasks', () => {
  it('run two at a time for each user, so that one user leaves connections to all others', async () => {
    const bob = await api.newUser();
    const all = Array.from({ length: 10 }, (_, n) => search(ada, `note+${n}`));
    await expect.poll(running).toBe(2);
    all.push(search(bob, 'note'));
    await expect.poll(running).toBe(3);
    await unlock();
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(Array(11).fill(200));
  });

  it('end in PostgreSQL when their clients leave, while they run and while they wait', async () => {
    const client = new AbortController();
    const all = Array.from({ length: 5 }, (_, n) => search(ada, `g${n}`, client.signal));
    await expect.poll(running).toBe(2);
    client.abort();
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    await expect.poll(running).toBe(0);
    const next = search(ada, 'note');
    await expect.poll(running).toBe(1);
    await unlock();
    expect(await (await next).json()).toMatchObject({ count: 1 });
  });

  it('are answered to the other clients when one of several that ask the same leaves', async () => {
    const first = new AbortController();
    const left = search(ada, 'note', first.signal);
    await expect.poll(running).toBe(1);
    const staying = search(ada, 'note');
    // The second request is not seen from outside; a request that comes after it on the same event loop is answered behind it.
    await fetch(`${api.url}/api/v1/tasks/?page=x`, { headers: { 'x-user': ada.id } });
    const before = await searches();
    first.abort();
    await expect(left).rejects.toThrow();
    const begunAnew = async () => (await searches()).filter((began) => !before.includes(began)).length;
    await expect.poll(begunAnew).toBe(1);
    await unlock();
    expect((await staying).status).toBe(200);
  });

  it('that take too long are 503 with Retry-After, those that wait for their turn too', async () => {
    const all = await Promise.all(Array.from({ length: 3 }, (_, n) => search(ada, `n${n}`)));
    for (const answer of all) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await answer.json()).toMatchObject({ code: 'query_timeout' });
    }
    expect(await running()).toBe(0);
  });
});

import { tmpdir } from 'node:os';
import { newId } from '@app/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TasksApi, type TestUser } from './tasks-api.js';

// Real: HTTP, PostgreSQL, Redis, cache, the look at the disk.
const DESCRIPTION = 'Note G. '.repeat(8_000);

describe('on a disk that is short of room', () => {
  let api: TasksApi;
  let ada: TestUser;
  let task: string;
  beforeAll(async () => {
    api = await TasksApi.start({ DATABASE_DIR: tmpdir(), STORAGE_RESERVE_BYTES: String(2 ** 52) });
    ada = await api.newUser();
    task = newId();
    await api.database.query(`INSERT INTO tasks (id, user_id, title) VALUES ($1, $2, 'Note G')`, [task, ada.id]);
  });
  afterAll(() => api.stop());

  it.each([
    ['POST', '/tasks/', { title: 'Note H' }],
    ['PUT', '/tasks/:id/', { title: 'Note H' }],
    ['PATCH', '/tasks/:id/', { description: 'Note H' }],
    ['POST', '/tasks/:id/complete/', undefined],
  ])('%s %s is 507, and stores neither a task nor a key', async (method, path, body) => {
    const keyed: Record<string, string>[] = [{}, { 'idempotency-key': newId() }];
    for (const headers of keyed) {
      const answer = await api.ask(ada, method, path.replace(':id', task), { body, headers });
      expect(answer).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    }
    expect(await api.database.query('SELECT title, version FROM tasks')).toEqual([{ title: 'Note G', version: 1 }]);
    expect(await api.database.query('SELECT FROM idempotency_keys')).toEqual([]);
  });

  it('tasks are read and deleted', async () => {
    expect((await api.ask(ada, 'GET', '/tasks/')).body).toMatchObject({ count: 1 });
    expect((await api.ask(ada, 'DELETE', `/tasks/${task}/`)).status).toBe(204);
  });
});

describe('the answer to an Idempotency-Key', () => {
  let api: TasksApi;
  beforeAll(async () => {
    api = await TasksApi.start();
  });
  afterAll(() => api.stop());

  it.each([
    ['short', 'Note G'],
    ['long', DESCRIPTION],
  ])('is the first one about a %s task that has changed since', async (_, description) => {
    const ada = await api.newUser();
    const headers = { 'idempotency-key': newId() };
    const create = () => api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note G', description }, headers });
    const first = await create();
    await api.ask(ada, 'PATCH', `/tasks/${first.body.id}/`, { body: { title: 'Note H' } });
    expect((await create()).body).toEqual(first.body);
  });
});

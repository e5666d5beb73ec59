import { tmpdir } from 'node:os';
import { newId } from '@app/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe('the answer to an Idempotency-Key about a long task', () => {
  let api: TasksApi;
  let ada: TestUser;
  let headers: Record<string, string>;
  beforeAll(async () => {
    api = await TasksApi.start();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    ada = await api.newUser();
    headers = { 'idempotency-key': newId() };
  });

  const storedCharacters = async () => {
    const [{ characters }] = await api.database.query(
      'SELECT coalesce(sum(length(body)), 0)::int AS characters FROM idempotency_keys WHERE scope = $1',
      [`user:${ada.id}`],
    );
    return characters;
  };
  const create = () =>
    api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note G', description: DESCRIPTION }, headers });

  it('is the same again for a created task, though its texts are stored once', async () => {
    const first = await create();
    const again = await create();
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({
      location: first.headers.location,
      etag: first.headers.etag,
      'idempotency-replayed': 'true',
    });
    expect((await api.ask(ada, 'GET', '/tasks/')).body.count).toBe(1);
    expect(await storedCharacters()).toBeLessThan(4_097);
  });

  it('shows the task as it is by then, and says that it is lost when the task was deleted', async () => {
    const { id } = (await create()).body;
    await api.ask(ada, 'PATCH', `/tasks/${id}/`, { body: { title: 'Note H' } });
    expect((await create()).body).toMatchObject({ id, title: 'Note H' });
    await api.ask(ada, 'DELETE', `/tasks/${id}/`);
    expect(await create()).toMatchObject({ status: 409, body: { code: 'idempotency_answer_lost' } });
    expect((await api.ask(ada, 'GET', '/tasks/')).body.count).toBe(0);
  });

  it('does not complete a task again', async () => {
    const { id } = await api.newTask(ada, { description: DESCRIPTION });
    const complete = () => api.ask(ada, 'POST', `/tasks/${id}/complete/`, { headers });
    const first = await complete();
    expect((await complete()).body).toEqual(first.body);
    await api.ask(ada, 'PATCH', `/tasks/${id}/`, { body: { status: 'pending' } });
    expect(await complete()).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(await api.mailsOf(ada)).toHaveLength(1);
    expect(await storedCharacters()).toBeLessThan(4_097);
  });

  it('is kept as it was for a short task', async () => {
    const short = () => api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note G' }, headers });
    const first = await short();
    await api.ask(ada, 'PATCH', `/tasks/${first.body.id}/`, { body: { title: 'Note H' } });
    expect((await short()).body).toEqual(first.body);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TasksApi, type TestUser } from './tasks-api.js';

// Real: HTTP, PostgreSQL, Redis, cache. Fake: the guard. No worker.
let api: TasksApi;
let ada: TestUser;
beforeAll(async () => {
  api = await TasksApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  ada = await api.newUser();
});

const UNKNOWN_ID = '0199a000-0000-7000-8000-000000000001';
const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('creating a task', () => {
  it('answers 201 with the task, its Location and its ETag', async () => {
    const { status, body, headers } = await api.ask(ada, 'POST', '/tasks/', {
      body: { title: ' Note G ', priority: 'high', due_date: '2026-12-24T19:00:00+01:00' },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      title: 'Note G',
      description: '',
      status: 'pending',
      priority: 'high',
      due_date: '2026-12-24T18:00:00.000Z',
      completed_at: null,
      version: 1,
      created_at: expect.stringMatching(RFC_3339_UTC),
      updated_at: body.created_at,
    });
    expect(headers.location).toBe(`/api/v1/tasks/${body.id}/`);
    expect(headers.etag).toBe('"1"');
    expect((await api.ask(ada, 'GET', `/tasks/${body.id}/`)).body).toEqual(body);
  });

  it('names every invalid field', async () => {
    const { status, body } = await api.ask(ada, 'POST', '/tasks/', {
      body: { title: '', status: 'done', due_date: 'soon', colour: 'red' },
    });
    expect(status).toBe(400);
    expect(body.code).toBe('validation_failed');
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '#/colour',
      '#/due_date',
      '#/status',
      '#/title',
    ]);
  });

  it.each([undefined, null, [], 'text', 5])('rejects the body %j with 400', async (body) => {
    expect((await api.ask(ada, 'POST', '/tasks/', { body })).status).toBe(400);
  });

  it('accepts a title of 255 characters outside the basic plane', async () => {
    const title = '🚀'.repeat(255);
    expect((await api.newTask(ada, { title })).title).toBe(title);
  });
});

describe('an unknown task, or a task of another user', () => {
  it.each([
    ['GET', '', undefined],
    ['PUT', '', { title: 'mine' }],
    ['PATCH', '', { title: 'mine' }],
    ['DELETE', '', undefined],
    ['POST', 'complete/', undefined],
  ])('is not found by %s %s, and does not change', async (method, action, body) => {
    const task = await api.newTask(ada);
    const eve = await api.newUser();
    for (const id of [task.id, UNKNOWN_ID, 'no-id-at-all', '%00']) {
      const answer = await api.ask(eve, method, `/tasks/${id}/${action}`, { body, headers: { 'if-match': '"9"' } });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await api.ask(ada, 'GET', `/tasks/${task.id}/`)).body).toEqual(task);
  });
});

describe('a request with an Idempotency-Key', () => {
  it('creates one task when it is repeated, and completes it with one mail', async () => {
    const headers = { 'idempotency-key': 'the-first' };
    const made = await Promise.all(
      [1, 2, 3].map(() => api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note G' }, headers })),
    );
    const first = made.find(({ status }) => status === 201)!;
    for (const { status, body } of made) expect(status === 409 || body.id === first.body.id).toBe(true);
    const again = await api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note G' }, headers });
    expect(again).toMatchObject({
      status: 201,
      body: first.body,
      headers: { location: first.headers.location, etag: '"1"' },
    });
    expect((await api.ask(ada, 'GET', '/tasks/')).body.count).toBe(1);

    const complete = () =>
      api.ask(ada, 'POST', `/tasks/${first.body.id}/complete/`, { headers: { 'idempotency-key': 'done' } });
    expect((await complete()).body).toEqual((await complete()).body);
    expect(await api.mailsOf(ada)).toHaveLength(1);
  });

  it('is rejected with 422 when the body differs', async () => {
    const headers = { 'idempotency-key': 'the-second' };
    await api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note G' }, headers });
    expect((await api.ask(ada, 'POST', '/tasks/', { body: { title: 'Note H' }, headers })).status).toBe(422);
  });
});

describe('reading a task', () => {
  it('gives the same ETag from the cache, and 304 for that ETag until the task changes', async () => {
    const { id } = await api.newTask(ada);
    const read = (headers?: Record<string, string>) => api.ask(ada, 'GET', `/tasks/${id}/`, { headers });
    expect((await read()).headers).toMatchObject({ 'x-cache': 'MISS', etag: '"1"' });
    expect((await read()).headers).toMatchObject({ 'x-cache': 'HIT', etag: '"1"' });
    expect(await read({ 'if-none-match': '"1"' })).toMatchObject({ status: 304, body: undefined });
    await api.ask(ada, 'PATCH', `/tasks/${id}/`, { body: { priority: 'low' } });
    expect(await read({ 'if-none-match': '"1"' })).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  });
});

describe('replacing a task', () => {
  it('gives absent fields their defaults, and ignores fields that the service sets', async () => {
    const task = await api.newTask(ada, { description: 'all of it', priority: 'high', due_date: '2026-12-24' });
    const { status, body } = await api.ask(ada, 'PUT', `/tasks/${task.id}/`, {
      body: { id: UNKNOWN_ID, title: 'Note H', completed_at: '2020-01-01T00:00:00Z', created_at: null, version: 50 },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...task,
      title: 'Note H',
      description: '',
      priority: 'medium',
      due_date: null,
      version: 2,
      updated_at: expect.stringMatching(RFC_3339_UTC),
    });
  });

  it('changes nothing when all values are the same', async () => {
    const task = await api.newTask(ada, { description: 'all of it' });
    expect(await api.ask(ada, 'PUT', `/tasks/${task.id}/`, { body: task })).toMatchObject({ status: 200, body: task });
  });

  it('needs the title', async () => {
    const task = await api.newTask(ada);
    const { status, body } = await api.ask(ada, 'PUT', `/tasks/${task.id}/`, { body: { priority: 'low' } });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ pointer: '#/title', detail: 'must be a text' }]);
  });
});

describe('patching a task', () => {
  it.each(['application/merge-patch+json', 'application/json', 'application/merge-patch+json; charset=utf-8'])(
    'as %s keeps absent fields and clears null ones',
    async (type) => {
      const task = await api.newTask(ada, { description: 'all of it', priority: 'high', due_date: '2026-12-24' });
      const { status, body, headers } = await api.ask(ada, 'PATCH', `/tasks/${task.id}/`, {
        body: { title: 'Note H', due_date: null },
        headers: { 'content-type': type },
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        title: 'Note H',
        description: 'all of it',
        priority: 'high',
        due_date: null,
        version: 2,
      });
      expect(headers.etag).toBe('"2"');
    },
  );

  it('changes nothing with an empty object', async () => {
    const task = await api.newTask(ada);
    expect((await api.ask(ada, 'PATCH', `/tasks/${task.id}/`, { body: {} })).body).toEqual(task);
  });

  it.each([{ title: null }, { status: null }, { completed_at: '2026-12-24T00:00:00Z' }, { id: UNKNOWN_ID }, []])(
    'rejects %j with 400, and changes nothing',
    async (patch) => {
      const task = await api.newTask(ada);
      expect((await api.ask(ada, 'PATCH', `/tasks/${task.id}/`, { body: patch })).status).toBe(400);
      expect((await api.ask(ada, 'GET', `/tasks/${task.id}/`)).body).toEqual(task);
    },
  );
});

describe('deleting a task', () => {
  it('answers 204 once, and 404 after that', async () => {
    const { id } = await api.newTask(ada);
    expect(await api.ask(ada, 'DELETE', `/tasks/${id}/`)).toMatchObject({ status: 204, body: undefined });
    expect((await api.ask(ada, 'GET', `/tasks/${id}/`)).status).toBe(404);
    expect((await api.ask(ada, 'DELETE', `/tasks/${id}/`)).status).toBe(404);
    expect((await api.ask(ada, 'GET', '/tasks/')).body.count).toBe(0);
  });
});

describe('a change under a precondition', () => {
  const changes = [
    ['PUT', '', { title: 'Note H' }],
    ['PATCH', '', { title: 'Note H' }],
    ['DELETE', '', undefined],
    ['POST', 'complete/', undefined],
  ] as const;

  it.each(changes)('%s %s is rejected with 412 when the task was changed', async (method, action, body) => {
    const task = await api.newTask(ada);
    await api.ask(ada, 'PATCH', `/tasks/${task.id}/`, { body: { priority: 'low' } });
    const answer = await api.ask(ada, method, `/tasks/${task.id}/${action}`, { body, headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({ status: 412, body: { code: 'precondition_failed' }, headers: { etag: '"2"' } });
    expect((await api.ask(ada, 'GET', `/tasks/${task.id}/`)).body).toMatchObject({ title: 'Note G', version: 2 });
    expect(await api.mailsOf(ada)).toEqual([]);
  });

  it.each(changes)('%s %s is accepted when the ETag is the current one', async (method, action, body) => {
    for (const seen of ['"1"', '"7", "1"', '*']) {
      const task = await api.newTask(ada);
      const answer = await api.ask(ada, method, `/tasks/${task.id}/${action}`, { body, headers: { 'if-match': seen } });
      expect(answer.status).toBeLessThan(300);
    }
  });

  it('accepts one of ten concurrent changes with the same ETag', async () => {
    const { id } = await api.newTask(ada);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        api.ask(ada, 'PATCH', `/tasks/${id}/`, { body: { title: `Note ${at}` }, headers: { 'if-match': '"1"' } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  });
});

describe('completing a task', () => {
  const complete = (id: string) => api.ask(ada, 'POST', `/tasks/${id}/complete/`);

  it('sets completed_at, and adds a mail', async () => {
    const { id } = await api.newTask(ada, { title: 'Note G' });
    const { status, body } = await complete(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', completed_at: expect.stringMatching(RFC_3339_UTC), version: 2 });
    expect(await api.mailsOf(ada)).toEqual([
      {
        template: 'task-completed',
        recipient: ada.email,
        context: { full_name: 'Ada Lovelace', task_id: id, title: 'Note G', completed_at: body.completed_at },
      },
    ]);
  });

  it('a second time gives the same answer and adds no mail', async () => {
    const { id } = await api.newTask(ada);
    const first = await complete(id);
    expect(await complete(id)).toMatchObject({ status: 200, body: first.body });
    expect(await api.mailsOf(ada)).toHaveLength(1);
  });

  it('50 times at once adds one mail, and all answers are the same', async () => {
    const { id } = await api.newTask(ada);
    const answers = await Promise.all(Array.from({ length: 50 }, () => complete(id)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await api.mailsOf(ada)).toHaveLength(1);
  });

  it.each([
    ['PUT', { title: 'Note G', status: 'completed' }],
    ['PATCH', { status: 'completed' }],
  ])('by %s adds one mail, also with concurrent completions', async (method, body) => {
    const { id } = await api.newTask(ada);
    await Promise.all([
      ...Array.from({ length: 5 }, () => api.ask(ada, method, `/tasks/${id}/`, { body })),
      ...Array.from({ length: 5 }, () => complete(id)),
    ]);
    expect((await api.ask(ada, 'GET', `/tasks/${id}/`)).body).toMatchObject({ status: 'completed', version: 2 });
    expect(await api.mailsOf(ada)).toHaveLength(1);
  });

  it('at creation adds a mail', async () => {
    await api.newTask(ada, { status: 'completed' });
    expect(await api.mailsOf(ada)).toHaveLength(1);
  });

  it('after reopening the task adds another mail', async () => {
    const { id } = await api.newTask(ada, { status: 'completed' });
    const reopened = await api.ask(ada, 'PATCH', `/tasks/${id}/`, { body: { status: 'in_progress' } });
    expect(reopened.body).toMatchObject({ status: 'in_progress', completed_at: null });
    await complete(id);
    expect(await api.mailsOf(ada)).toHaveLength(2);
  });

  it('uses the user name when there is no full name', async () => {
    const nameless = await api.newUser({ full_name: '' });
    await api.newTask(nameless, { status: 'completed' });
    expect((await api.mailsOf(nameless))[0]!.context.full_name).toBe('ada');
  });

  it('changes nothing when the mail cannot be added', async () => {
    const { id } = await api.newTask(ada);
    await api.database.query('ALTER TABLE mails RENAME TO mails_away');
    try {
      expect((await complete(id)).status).toBe(500);
    } finally {
      await api.database.query('ALTER TABLE mails_away RENAME TO mails');
    }
    expect((await api.ask(ada, 'GET', `/tasks/${id}/?nocache=true`)).body).toMatchObject({
      status: 'pending',
      version: 1,
    });
    expect(await api.mailsOf(ada)).toEqual([]);
  });
});

describe('a due date', () => {
  it('that is a day comes back as it was given, from each route', async () => {
    const task = await api.newTask(ada, { due_date: '2026-12-01' });
    expect(task.due_date).toBe('2026-12-01');
    const path = `/tasks/${task.id}/`;
    expect((await api.ask(ada, 'GET', path)).body).toEqual(task);
    expect((await api.ask(ada, 'GET', '/tasks/')).body.results).toEqual([task]);
    expect((await api.ask(ada, 'PUT', path, { body: task })).body).toEqual(task);
    const patched = await api.ask(ada, 'PATCH', path, { body: { title: 'Note H' } });
    expect(patched.body).toMatchObject({ due_date: '2026-12-01', version: 2 });
  });

  it('changes between a day and the instant of its end, with another ETag', async () => {
    const { id } = await api.newTask(ada, { due_date: '2026-12-01' });
    const patch = (due_date: string | null, etag: string) =>
      api.ask(ada, 'PATCH', `/tasks/${id}/`, { body: { due_date }, headers: { 'if-match': etag } });
    expect(await patch('2026-12-01', '"1"')).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(await patch('2026-12-01T23:59:59.999Z', '"1"')).toMatchObject({
      headers: { etag: '"2"' },
      body: { due_date: '2026-12-01T23:59:59.999Z' },
    });
    expect((await patch('2026-12-01', '"1"')).status).toBe(412);
    expect((await patch('2026-12-01', '"2"')).body).toMatchObject({ due_date: '2026-12-01', version: 3 });
    expect((await patch(null, '"3"')).body).toMatchObject({ due_date: null, version: 4 });
  });

  it('is filtered and sorted as a day: bounds include their day, and a day comes behind its instants', async () => {
    const dates = [
      '2026-11-30',
      '2026-11-30T23:59:59.999Z',
      '2026-12-01T00:00:00.000Z',
      '2026-12-01T12:00:00.000Z',
      '2026-12-01',
      '2026-12-02T00:00:00.000Z',
      '2026-12-02',
      null,
    ];
    for (const due_date of dates) await api.newTask(ada, { due_date });
    const found = async (query: string) => {
      const { body } = await api.ask(ada, 'GET', `/tasks/?ordering=due_date&${query}`);
      return body.results.map(({ due_date }: { due_date: string | null }) => due_date);
    };
    // A day and its last millisecond are equal, and then the newest task comes first.
    const sorted = [dates[1], dates[0], ...dates.slice(2)];
    expect(await found('')).toEqual(sorted);
    expect(await found('due_after=2026-12-01')).toEqual(sorted.slice(2, 7));
    expect(await found('due_before=2026-12-01')).toEqual(sorted.slice(0, 5));
    expect(await found('due_after=2026-12-01&due_before=2026-12-01')).toEqual(sorted.slice(2, 5));
    expect(await found('due_after=2026-12-01T12:00:00Z')).toEqual(sorted.slice(4, 7));
    expect(await found('due_before=2026-12-02T00:00:00Z')).toEqual(sorted.slice(0, 5));
  });

  it('is in the mail as it was given', async () => {
    await api.newTask(ada, { due_date: '2026-12-01', status: 'completed' });
    expect((await api.mailsOf(ada))[0]!.context.due_date).toBe('2026-12-01');
  });
});

interface WalkedPage {
  next: string | null;
  previous: null;
  count: number;
  results: { title: string }[];
}

describe('a list of tasks that is walked by cursor', () => {
  const walk = async (first: string) => {
    const pages: string[][] = [];
    for (let path: string | null = first; path !== null; ) {
      const answer = await api.ask(ada, 'GET', path.replace('/api/v1', ''));
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      const { next, previous, count, results }: WalkedPage = answer.body;
      expect({ previous, count }).toEqual({ previous: null, count: 5 });
      expect(answer.headers.link).toContain(next === null ? 'rel="first"' : `<${next}>; rel="next"`);
      pages.push(results.map(({ title }) => title));
      path = next;
    }
    return pages;
  };

  it('has each task once, with its filters in each link', async () => {
    for (const title of ['1', '2', '3', '4', '5']) await api.newTask(ada, { title });
    await api.newTask(ada, { title: 'not asked for', status: 'completed' });
    expect(await walk('/tasks/?cursor=&page_size=2&status=pending&ordering=title')).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5'],
    ]);
  });

  it('can begin with the next_cursor of a page by number, and shows no task twice when new ones come', async () => {
    for (const title of ['1', '2', '3']) await api.newTask(ada, { title });
    const { body } = await api.ask(ada, 'GET', '/tasks/?page_size=2');
    for (const title of ['4', '5']) await api.newTask(ada, { title });
    expect(body.results.map(({ title }: { title: string }) => title)).toEqual(['3', '2']);
    expect(body.next).toBe('/api/v1/tasks/?page_size=2&page=2');
    expect(await walk(`/tasks/?page_size=2&cursor=${body.next_cursor}`)).toEqual([['1']]);
  });

  it('refuses a cursor beside a page, but an empty one counts as absent', async () => {
    for (const title of ['1', '2']) await api.newTask(ada, { title });
    const { body } = await api.ask(ada, 'GET', '/tasks/?page_size=1');
    const both = await api.ask(ada, 'GET', `/tasks/?page_size=1&page=1&cursor=${body.next_cursor}`);
    expect(both).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer: '#/cursor' }] } });
    expect((await api.ask(ada, 'GET', '/tasks/?page_size=1&page=1&cursor=')).body.next).toContain('page=2');
  });

  it('refuses a cursor of another user, filter or ordering, and a broken one', async () => {
    for (const title of ['1', '2']) await api.newTask(ada, { title });
    const { body } = await api.ask(ada, 'GET', '/tasks/?page_size=1&status=pending,completed');
    const cursor: string = body.next_cursor;
    const asked = (query: string, user = ada) => api.ask(user, 'GET', `/tasks/?${query}`);
    expect((await asked(`status=completed,pending&ordering=-created_at&cursor=${cursor}`)).status).toBe(200);
    const foreign = await asked(`status=pending,completed&cursor=${cursor}`, await api.newUser());
    const others = [
      foreign,
      await asked(`cursor=${cursor}`),
      await asked(`status=pending&cursor=${cursor}`),
      await asked(`status=pending,completed&ordering=title&cursor=${cursor}`),
      await asked(`status=pending,completed&search=x&cursor=${cursor}`),
      await asked(`status=pending,completed&cursor=${cursor}=`),
      await asked(`status=pending,completed&cursor=${cursor.slice(0, -2)}`),
      await asked(`status=pending,completed&cursor=A${cursor.slice(1)}A`),
      await asked('status=pending,completed&cursor=x'),
      await asked('status=pending,completed&cursor=%00'),
    ];
    for (const answer of others) expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });
});

describe('a list of tasks', () => {
  const titles = async (query: string) => {
    const { status, body } = await api.ask(ada, 'GET', `/tasks/${query}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body.results.map(({ title }: { title: string }) => title);
  };

  it('has only the tasks of the user, newest first', async () => {
    await api.newTask(await api.newUser(), { title: 'foreign' });
    for (const title of ['one', 'two', 'three']) await api.newTask(ada, { title });
    expect(await titles('')).toEqual(['three', 'two', 'one']);
  });

  it('has pages that link to each other', async () => {
    for (const title of ['1', '2', '3', '4', '5']) await api.newTask(ada, { title });
    const { body, headers } = await api.ask(ada, 'GET', '/tasks/?page=2&page_size=2&status=pending');
    expect(body).toMatchObject({
      count: 5,
      next: '/api/v1/tasks/?page=3&page_size=2&status=pending',
      previous: '/api/v1/tasks/?page=1&page_size=2&status=pending',
      results: [{ title: '3' }, { title: '2' }],
    });
    expect(headers.link).toContain('</api/v1/tasks/?page=3&page_size=2&status=pending>; rel="next"');
  });

  it('warns about parameters that it does not know, and answers as without them', async () => {
    await api.newTask(ada, { title: 'one' });
    for (const how of ['', '&cursor=']) {
      const { status, body } = await api.ask(ada, 'GET', `/tasks/?limit=5&stauts=completed${how}`);
      expect([status, body.count]).toEqual([200, 1]);
      expect(body.warnings).toMatchObject([
        { code: 'unknown_parameter', parameter: 'limit', nearest: 'page_size' },
        { code: 'unknown_parameter', parameter: 'stauts', nearest: 'status' },
      ]);
    }
    expect((await api.ask(ada, 'GET', '/tasks/?status=pending&nocache=true')).body).not.toHaveProperty('warnings');
  });

  it('without tasks has one empty page and no second', async () => {
    expect((await api.ask(ada, 'GET', '/tasks/')).body).toEqual({ count: 0, next: null, previous: null, results: [] });
    const { status, body } = await api.ask(ada, 'GET', '/tasks/?page=2');
    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe('#/page');
  });

  it.each([
    ['status=done', '#/status'],
    ['priority=urgent', '#/priority'],
    ['due_before=soon', '#/due_before'],
    ['due_after=2026-12-24T18:00:00', '#/due_after'],
    ['overdue=maybe', '#/overdue'],
    ['ordering=colour', '#/ordering'],
    ['ordering=title&ordering=status', '#/ordering'],
    ['search=%00', '#/search'],
    ['page=0', '#/page'],
    ['page=x', '#/page'],
    ['page_size=101', '#/page_size'],
  ])('rejects %s and names the parameter', async (query, pointer) => {
    const { status, body } = await api.ask(ada, 'GET', `/tasks/?${query}`);
    expect(status).toBe(400);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
  });

  it('says of a page that it must be a whole number', async () => {
    const { body } = await api.ask(ada, 'GET', '/tasks/?page=abc&page_size=ten');
    expect(body.errors).toEqual([
      { pointer: '#/page', detail: 'must be a whole number' },
      { pointer: '#/page_size', detail: 'must be a whole number' },
    ]);
  });

  it('has the tasks of any of several statuses and priorities', async () => {
    for (const status of ['pending', 'in_progress', 'completed'])
      for (const priority of ['low', 'high'])
        await api.newTask(ada, { title: `${status} ${priority}`, status, priority });
    expect(await titles('?status=pending,completed&priority=high&ordering=title')).toEqual([
      'completed high',
      'pending high',
    ]);
    expect(await titles('?status=in_progress&priority=low,high&ordering=title')).toEqual([
      'in_progress high',
      'in_progress low',
    ]);
    const { body } = await api.ask(ada, 'GET', '/tasks/?status=pending,done');
    expect(body.errors).toEqual([
      { pointer: '#/status', detail: expect.stringMatching(/pending, in_progress, completed.*unknown: "done"$/) },
    ]);
  });

  it('ignores unknown parameters', async () => {
    expect((await api.ask(ada, 'GET', '/tasks/?utm_source=mail')).status).toBe(200);
  });

  it('is cached with its links, unless it filters by overdue', async () => {
    await api.newTask(ada);
    const asked = async (query: string) => {
      const { headers } = await api.ask(ada, 'GET', `/tasks/${query}`);
      return { cache: headers['x-cache'], link: headers.link, etag: headers.etag };
    };
    const loaded = await asked('?page_size=1');
    expect(loaded).toMatchObject({ cache: 'MISS', link: expect.stringContaining('rel="first"') });
    expect(await asked('?page_size=1')).toEqual({ ...loaded, cache: 'HIT' });
    expect((await asked('?page_size=1&nocache=true')).cache).toBe('BYPASS');
    for (const query of ['?overdue=true', '?overdue=false', '?overdue=true'])
      expect((await asked(query)).cache).toBe('MISS');
  });

  it('shows each write at once, with every query', async () => {
    const queries = ['', '?status=pending', '?search=note&ordering=title', '?page_size=1'];
    const counts = () =>
      Promise.all(queries.map(async (query) => (await api.ask(ada, 'GET', `/tasks/${query}`)).body.count));
    expect(await counts()).toEqual([0, 0, 0, 0]);
    const { id } = await api.newTask(ada);
    expect(await counts()).toEqual([1, 1, 1, 1]);
    await api.ask(ada, 'POST', `/tasks/${id}/complete/`);
    expect(await counts()).toEqual([1, 0, 1, 1]);
    await api.ask(ada, 'DELETE', `/tasks/${id}/`);
    expect(await counts()).toEqual([0, 0, 0, 0]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, Client } from '../support/client.js';
import { Service } from '../support/service.js';

// Real: two built apis with their servers. The answers of single calls are tested in libs/tasks; these tests need real sessions,
// rate limits, a second process or a delayed request.

let service: Service;
beforeAll(async () => {
  service = await Service.start({ apis: 2, workers: 1 });
});
afterAll(() => service?.stop());

let ada: Client & { email: string };
/** The same person at the other api. */
let elsewhere: Client;
beforeEach(async () => {
  ada = await service.client.withAccount();
  elsewhere = new Client(service.apis[1]!.url, ada.token);
});

const newTask = async (fields: object = {}): Promise<{ id: string; [field: string]: unknown }> =>
  (await ada.post('/tasks/', { title: 'Note G', ...fields })).body;

const NO_TOKEN = [401, 'not_authenticated'];
const BAD_TOKEN = [401, 'invalid_token'];
const ROWS: [method: string, path: string, json?: object][] = [
  ['GET', '/tasks/'],
  ['POST', '/tasks/', { title: 'x' }],
  ['GET', '/tasks/<id>/'],
  ['PUT', '/tasks/<id>/', { title: 'x' }],
  ['PATCH', '/tasks/<id>/', { title: 'x' }],
  ['DELETE', '/tasks/<id>/'],
  ['POST', '/tasks/<id>/complete/'],
];

describe.each(ROWS)('%s %s', (method, path, json) => {
  const ask = (client: Client, { id }: { id: string }, change = (path: string) => path) =>
    client.send(method, change(path.replace('<id>', id)), { json });
  const outcome = ({ status, body }: Answer) => [status, body.code];

  it('needs a token of a session that has not ended', async () => {
    const task = await newTask();
    expect(outcome(await ask(ada.as(), task))).toEqual(NO_TOKEN);
    expect(outcome(await ask(ada.as('x'.repeat(43)), task))).toEqual(BAD_TOKEN);
    expect((await ada.get(`/tasks/${task.id}/`)).body).toEqual(task);
    await elsewhere.post('/auth/user/logout/');
    expect(outcome(await ask(ada, task))).toEqual(BAD_TOKEN);
  });

  it('does not read or change the data of another user', async () => {
    const task = await newTask();
    const eve = await service.client.withAccount();
    // The owner has it in the cache.
    for (const client of [ada, ada]) expect((await client.get(`/tasks/${task.id}/`)).status).toBe(200);
    const answer = await ask(eve, task);
    if (path.includes('<id>')) expect(outcome(answer)).toEqual([404, 'not_found']);
    else expect(JSON.stringify(answer.body)).not.toContain(task.id);
    expect((await ada.get(`/tasks/${task.id}/?nocache=true`)).body).toEqual(task);
    expect((await ada.get('/tasks/?nocache=true')).body.results).toEqual([task]);
  });

  it('gives the same answer without the trailing slash, without a redirect', async () => {
    const [one, other] = [await newTask(), await newTask()];
    const answers = [await ask(ada, one), await ask(ada, other, (path) => path.replace(/\/$/, ''))];
    expect(answers[1]!.status).toBe(answers[0]!.status);
    expect(answers[0]!.status).toBeLessThan(300);
    expect(Object.keys(answers[1]!.body)).toEqual(Object.keys(answers[0]!.body));
  });
});

/** By default, fetch adds `no-cache` to a request with If-None-Match. */
const VIA_CACHE = { 'cache-control': 'max-age=0' };

describe('a list of tasks', () => {
  it('has links to all pages, forwards and backwards', async () => {
    for (const title of ['1', '2', '3', '4', '5']) await newTask({ title });
    const follow = async (rel: string, from: string) => {
      const titles: string[] = [];
      for (let path: string | undefined = from; path !== undefined; ) {
        const { status, headers, body }: Answer = await ada.get(path);
        expect(status).toBe(200);
        titles.push(...body.results.map(({ title }: { title: string }) => title));
        const link = new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '');
        expect(link?.[1] ?? null).toBe(rel === 'next' ? body.next : body.previous);
        path = link?.[1];
      }
      return titles;
    };
    expect(await follow('next', '/tasks/?ordering=title&page_size=2')).toEqual(['1', '2', '3', '4', '5']);
    expect(await follow('prev', '/tasks/?ordering=title&page_size=2&page=3')).toEqual(['5', '3', '4', '1', '2']);
  });

  it('is cached for both processes with one ETag, and can be bypassed', async () => {
    await newTask();
    const first = await ada.get('/tasks/?page_size=5&ordering=title');
    const second = await elsewhere.get('/tasks?ordering=title&page_size=5');
    expect([first, second].map(({ headers }) => headers.get('x-cache'))).toEqual(['MISS', 'HIT']);
    expect(second.body).toEqual(first.body);
    const etag = first.headers.get('etag')!;
    expect(second.headers.get('etag')).toBe(etag);
    const passing = [
      await elsewhere.get('/tasks/?page_size=5&ordering=title&nocache=true'),
      await elsewhere.get('/tasks/?page_size=5&ordering=title', { 'cache-control': 'no-cache' }),
    ];
    for (const { headers, body } of passing) {
      expect(headers.get('x-cache')).toBe('BYPASS');
      expect(body.results).toEqual(first.body.results);
    }
    const known = await elsewhere.get('/tasks/?page_size=5&ordering=title', { 'if-none-match': etag, ...VIA_CACHE });
    expect([known.status, known.body, known.headers.get('x-cache')]).toEqual([304, '', 'HIT']);
    await newTask();
    const changed = await elsewhere.get('/tasks/?page_size=5&ordering=title', { 'if-none-match': etag, ...VIA_CACHE });
    expect([changed.status, changed.headers.get('x-cache'), changed.body.count]).toEqual([200, 'MISS', 2]);
  });
});

describe('an Idempotency-Key', () => {
  it('of a running request is refused by both apis, and afterwards gets the same answer', async () => {
    const { id } = await newTask();
    const ask = (client: Client) => client.post(`/tasks/${id}/complete/`, undefined, { 'idempotency-key': 'k' });
    const holder = service.sql.createQueryRunner();
    let running: Promise<Answer>;
    try {
      await holder.startTransaction();
      await holder.query('SELECT 1 FROM tasks WHERE id = $1 FOR UPDATE', [id]);
      running = ask(ada);
      await expect
        .poll(async () => (await service.sql.query(`SELECT count(*)::int FROM pg_locks WHERE NOT granted`))[0].count, {
          timeout: 10_000,
        })
        .toBeGreaterThan(0);
      for (const client of [ada, elsewhere]) {
        const { status, body } = await ask(client);
        expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
      }
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
    const { status, body } = await running;
    expect([status, body.status]).toEqual([200, 'completed']);
    expect(await ask(elsewhere)).toMatchObject({ status: 200, body });
  });

  it('gets the answer of the first api from the second, including Location', async () => {
    const ask = (client: Client) => client.post('/tasks/', { title: 'Note G' }, { 'idempotency-key': 'k' });
    const [first, again] = [await ask(ada), await ask(elsewhere)];
    expect(again).toMatchObject({ status: 201, body: first.body });
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect((await elsewhere.get('/tasks/')).body.count).toBe(1);
  });

  it('belongs to one request: another body or another task gets 422', async () => {
    const [one, other] = [await newTask(), await newTask()];
    const key = { 'idempotency-key': 'k' };
    expect((await ada.post(`/tasks/${one.id}/complete/`, undefined, key)).status).toBe(200);
    for (const refused of [
      await elsewhere.post(`/tasks/${other.id}/complete/`, undefined, key),
      await elsewhere.post('/tasks/', { title: 'Note G' }, key),
    ])
      expect([refused.status, refused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await ada.get(`/tasks/${other.id}/`)).body.status).toBe('pending');
  });

  it('of a registration belongs to its body too, and stores no password', async () => {
    const key = { 'idempotency-key': 'k' };
    const account = { email: `new-${ada.email}`, password: 'violet-harbour-29-lamps' };
    const first = await ada.as().post('/auth/user/register/', account, key);
    const again = await elsewhere.as().post('/auth/user/register/', account, key);
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
    const other = await elsewhere
      .as()
      .post('/auth/user/register/', { ...account, password: 'other-harbour-30-lamps' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const [kept] = await service.sql.query(`SELECT string_agg(k::text, ' ') AS all FROM idempotency_keys k`);
    expect(kept.all).not.toContain(account.password);
  });

  it('is independent of the same key of another user', async () => {
    const eve = await service.client.withAccount();
    const key = { 'idempotency-key': 'k' };
    const [hers, his] = [
      await ada.post('/tasks/', { title: 'Hers' }, key),
      await eve.post('/tasks/', { title: 'His' }, key),
    ];
    expect([hers.body.title, his.body.title]).toEqual(['Hers', 'His']);
  });
});

describe('the limit of requests', () => {
  it('is in each answer, cached or not, and gives 429 only to the user who exceeds it', async () => {
    const QUOTA = 12;
    const api = await service.addApi({ RATE_LIMIT: 'on', RATE_LIMIT_USER: String(QUOTA) });
    const [limited, eve] = [ada, await service.client.withAccount()].map(({ token }) => new Client(api.url, token));
    const answers: Answer[] = [];
    for (let i = 0; i < 3 * QUOTA && answers.at(-1)?.status !== 429; i++) answers.push(await limited!.get('/tasks/'));
    const left = answers.map(({ headers }) => Number(/"user";r=(\d+)/.exec(headers.get('ratelimit')!)?.[1]));
    // A new window may have begun in between.
    expect(left.slice(-QUOTA - 1)).toEqual([...Array.from({ length: QUOTA }, (_, i) => QUOTA - 1 - i), 0]);
    expect(answers.some(({ headers }) => headers.get('x-cache') === 'HIT')).toBe(true);
    const { status, headers, body } = answers.at(-1)!;
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(headers.get('ratelimit-policy')).toContain(`"user";q=${QUOTA};w=60`);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await eve!.get('/tasks/')).status).toBe(200);
  });
});

describe('two apis', () => {
  it('accept one of several changes to the same version, and answer 412 to the others', async () => {
    const { id } = await newTask();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        [ada, elsewhere][i % 2]!.send('PATCH', `/tasks/${id}/`, {
          json: { title: `Note ${i}` },
          headers: { 'if-match': '"1"' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(412)]);
    const made = answers.find(({ status }) => status === 200)!;
    expect((await elsewhere.get(`/tasks/${id}/`)).body).toEqual(made.body);
    expect(made.headers.get('etag')).toBe('"2"');
    const late = await elsewhere.send('DELETE', `/tasks/${id}/`, { headers: { 'if-match': '"1"' } });
    expect([late.status, late.body.code, late.headers.get('etag')]).toEqual([412, 'precondition_failed', '"2"']);
  });
});

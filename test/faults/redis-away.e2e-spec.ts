import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, Client } from '../support/client.js';
import type { ApiProcess } from '../support/processes.js';
import { Service } from '../support/service.js';

// Real: api, worker, PostgreSQL, a mail server, and a Redis that is killed or frozen.

const TOURS = 6;
const PASSWORD = 'violet-harbour-29-lamps';
const LIMITS = [
  'USER',
  'ADDRESS',
  'LOGIN_ACCOUNT',
  'LOGIN_ADDRESS',
  'REGISTER_ACCOUNT',
  'REGISTER_ADDRESS',
  'RESET_ACCOUNT',
  'RESET_ADDRESS',
];

let service: Service;
beforeAll(async () => {
  // Rate limits are on, because they use Redis, but too high to be reached.
  service = await Service.start({
    env: { RATE_LIMIT: 'on', ...Object.fromEntries(LIMITS.map((name) => [`RATE_LIMIT_${name}`, '1000000'])) },
  });
});
afterAll(() => service?.stop());

/** Every operation of accounts, tasks and uploads, called and timed. */
class Tour {
  readonly called = new Set<string>();
  readonly milliseconds: number[] = [];
  /** Answers that were not as expected. */
  readonly faults: string[] = [];
  /** Mails and uploads that the tours must lead to once Redis is back. */
  readonly due = {
    welcomed: [] as string[],
    /** Welcomed, and told of a new password. */
    changed: [] as string[],
    completedTasks: [] as string[],
    uploads: [] as string[],
  };

  /** @param readyId a completed upload of this person */
  constructor(
    private readonly person: Client,
    private readonly readyId: string,
    /** True when a worker runs, so that a new upload may complete before it is cancelled. */
    private readonly racing: boolean,
  ) {}

  /** @param operation method and path, as in the OpenAPI document. */
  private async call(operation: string, statuses: number[], ask: () => Promise<Answer>): Promise<Answer> {
    this.called.add(operation);
    const from = performance.now();
    const answer = await ask();
    this.milliseconds.push(performance.now() - from);
    if (!statuses.includes(answer.status))
      this.faults.push(`${operation}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async run(): Promise<void> {
    await this.accounts();
    await this.passwords();
    await this.tasks();
    await this.uploads();
  }

  private async accounts(): Promise<void> {
    const anyone = this.person.as();
    const email = `guest-${crypto.randomUUID()}@example.org`;
    const account = { email, password: PASSWORD };
    await this.call('POST /auth/user/register/', [201], () => anyone.post('/auth/user/register/', account));
    this.due.welcomed.push(email);
    const login = () => this.call('POST /auth/user/login/', [200], () => anyone.post('/auth/user/login/', account));
    const guest = anyone.as((await login()).body.token);
    const me = () => guest.get('/auth/user/me/');
    const { body } = await this.call('GET /auth/user/me/', [200], me);
    if (body.email !== email) this.faults.push(`me is ${JSON.stringify(body)}`);
    await this.call('POST /auth/user/logout/', [200], () => guest.post('/auth/user/logout/'));
    await this.call('GET /auth/user/me/', [401], me);
    const again = anyone.as((await login()).body.token);
    await this.call('POST /auth/user/logout-all/', [200], () => again.post('/auth/user/logout-all/'));
    await this.call('GET /auth/user/me/', [401], () => again.get('/auth/user/me/'));
  }

  private async passwords(): Promise<void> {
    const anyone = this.person.as();
    const account = { email: `changer-${crypto.randomUUID()}@example.org`, password: PASSWORD };
    await this.call('POST /auth/user/register/', [201], () => anyone.post('/auth/user/register/', account));
    this.due.changed.push(account.email);
    const login = () => this.call('POST /auth/user/login/', [200], () => anyone.post('/auth/user/login/', account));
    const owner = anyone.as((await login()).body.token);
    const ask = (step: string, statuses: number[], json: object) =>
      this.call(`POST /auth/user/password/${step}`, statuses, () => owner.post(`/auth/user/password/${step}`, json));
    const new_password = `${PASSWORD}, and anew`;
    await ask('change/', [200], { current_password: PASSWORD, new_password });
    await ask('reset/', [200], { email: 'nobody@example.org' });
    await ask('reset/confirm/', [400], { token: 'unknown', new_password });
  }

  private async tasks(): Promise<void> {
    const { person } = this;
    const list = async () => (await this.call('GET /tasks/', [200], () => person.get('/tasks/'))).body;
    const create = (headers?: Record<string, string>) =>
      this.call('POST /tasks/', [201], () => person.post('/tasks/', { title: 'Water the plants' }, headers));
    const key = { 'idempotency-key': crypto.randomUUID() };
    const { count } = await list();
    const task = (await create(key)).body;
    const path = `/tasks/${task.id}/`;
    const shows = async (change: object) => {
      const { body } = await this.call('GET /tasks/{id}/', [200], () => person.get(path));
      if (!Object.entries(change).every(([name, value]) => body[name] === value))
        this.faults.push(`${JSON.stringify(body)} is not ${JSON.stringify(change)}`);
    };
    if ((await create(key)).body.id !== task.id) this.faults.push('one Idempotency-Key made two tasks');
    if ((await list()).count !== count + 1) this.faults.push('a new task is not in the list');
    await shows({ title: 'Water the plants' });
    await this.call('PUT /tasks/{id}/', [200], () => person.send('PUT', path, { json: { title: 'Feed the cat' } }));
    await shows({ title: 'Feed the cat' });
    await this.call('PATCH /tasks/{id}/', [200], () => person.send('PATCH', path, { json: { priority: 'high' } }));
    await shows({ priority: 'high' });
    await this.call('POST /tasks/{id}/complete/', [200], () => person.post(`${path}complete/`));
    await shows({ status: 'completed' });
    this.due.completedTasks.push(task.id);
    const other = `/tasks/${(await create()).body.id}/`;
    await this.call('DELETE /tasks/{id}/', [204], () => person.send('DELETE', other));
    await this.call('GET /tasks/{id}/', [404], () => person.get(other));
  }

  private async uploads(): Promise<void> {
    const { person, readyId } = this;
    const of = (id: string) => `/csv-data/uploads/${id}/`;
    const upload = async () =>
      (await this.call('POST /csv-data/uploads/', [201], () => person.upload('a,b\n1,2\n'))).body.id as string;
    const get = (path: string, statuses = [200], id = readyId) =>
      this.call(`GET /csv-data/uploads/{id}/${path.replace(/\?.*/, '')}`, statuses, () => person.get(of(id) + path));
    const move = (path: string, id: string) =>
      this.call(`POST /csv-data/uploads/{id}/${path}`, this.racing ? [202, 409] : [202], () =>
        person.post(of(id) + path),
      );
    const remove = (path: string, id: string) =>
      this.call(`DELETE /csv-data/uploads/{id}/${path}`, [204], () => person.send('DELETE', of(id) + path));

    const kept = await upload();
    this.due.uploads.push(kept);
    const list = await this.call('GET /csv-data/uploads/', [200], () => person.get('/csv-data/uploads/'));
    if (list.body.results[0].id !== kept) this.faults.push('a new upload is not first in the list');
    await get('', [200], kept);
    await get('');
    await get('progress/');
    await get('events/');
    const rows = await get('data/?filters={"city":"Paris"}');
    if (rows.body.data?.length !== 1) this.faults.push(`rows: ${JSON.stringify(rows.body)}`);
    await get('rejects/');
    await get('rejects/?format=csv');
    await get('export/?format=csv');
    await get('columns/');
    await this.call('PATCH /csv-data/uploads/{id}/columns/{key}/', [200], () =>
      person.send('PATCH', `${of(readyId)}columns/price/`, { json: { name: 'Price' } }),
    );
    await this.call('POST /csv-data/previews/', [200], () =>
      person.send('POST', '/csv-data/previews/', { body: 'a,b\n1,2\n', headers: { 'content-type': 'text/csv' } }),
    );
    const second = await upload();
    await move('cancel/', second);
    await move('retry/', second);
    await remove('', second);
    await get('', [404], second);
    await remove('delete/', await upload());
  }

  percentile(part: number): number {
    const sorted = this.milliseconds.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * part) - 1]!;
  }
}

/** A person with a file of two rows and one reject that is ready to be read. */
async function prepare(): Promise<{ person: Client; readyId: string }> {
  const person = await service.client.withAccount();
  const { id } = await person.ingest('city,price\nParis,1\nRome,2\nOslo,3,4\n');
  await service.idle();
  return { person, readyId: id };
}

async function tours(api: string, racing: boolean): Promise<Tour> {
  const { person, readyId } = prepared;
  const tour = new Tour(new Client(api, person.token), readyId, racing);
  for (let i = 0; i < TOURS; i++) await tour.run();
  return tour;
}

let prepared: Awaited<ReturnType<typeof prepare>>;
let normal: Tour;

const report = (when: string, tour: Tour) => {
  const figures = (of: Tour) => `p50 ${of.percentile(0.5).toFixed(1)} ms, p99 ${of.percentile(0.99).toFixed(1)} ms`;
  console.log(
    `Redis ${when}: ${tour.milliseconds.length} requests, ${figures(tour)}, longest ${tour.percentile(1).toFixed(0)} ms` +
      ` (with Redis: ${figures(normal)})`,
  );
};

const mailsTo = (email: string) => service.inbox.messages.filter(({ to }) => to.includes(email));

/** Checks the mails and uploads that the tours caused. */
async function expectHeld({ due }: Tour): Promise<void> {
  expect([...due.welcomed, ...due.changed].flatMap(mailsTo)).toEqual([]);
  for (const id of due.uploads)
    expect((await prepared.person.get(`/csv-data/uploads/${id}/`)).body.status).toBe('pending');
  const [held] = await service.sql.query(
    `SELECT count(*)::int FROM outbox WHERE job = 'mail.send' AND dead_at IS NULL`,
  );
  expect(held.count).toBe(due.welcomed.length + 2 * due.changed.length + due.completedTasks.length);
}

async function expectDone({ due }: Tour): Promise<void> {
  await service.idle(60_000);
  for (const email of due.welcomed) expect(mailsTo(email), email).toHaveLength(1);
  for (const email of due.changed) expect(mailsTo(email), email).toHaveLength(2);
  const about = await service.sql.query(
    `SELECT id, context->>'task_id' AS task FROM mails WHERE template = 'task-completed'`,
  );
  for (const task of due.completedTasks) {
    const ids: string[] = about
      .filter((mail: { task: string }) => mail.task === task)
      .map(({ id }: { id: string }) => id);
    const came = service.inbox.messages.filter(({ messageId }) => ids.some((id) => messageId.startsWith(`<${id}@`)));
    expect(came).toHaveLength(1);
  }
  for (const id of due.uploads)
    expect((await prepared.person.get(`/csv-data/uploads/${id}/?nocache=true`)).body.status).toBe('completed');
}

const untilCached = (client: Client) =>
  expect
    .poll(async () => (await client.get('/auth/user/me/')).headers.get('x-cache'), { timeout: 30_000, interval: 50 })
    .toBe('HIT');

const health = async () => (await service.client.get('/health-check/')).body;

describe('every endpoint of accounts, tasks and uploads', () => {
  it('is called by the tour', async () => {
    prepared = await prepare();
    normal = await tours(service.api.url, true);
    expect(normal.faults).toEqual([]);
    await expectDone(normal);
    const { body } = await service.client.get('/api/openapi.json');
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const wanted = operations.filter((operation) => / \/(auth|tasks|csv-data)\//.test(operation));
    expect(wanted.filter((operation) => !normal.called.has(operation))).toEqual([]);
    expect(wanted.length).toBeGreaterThan(20);
    await untilCached(prepared.person);
  });

  it.each([
    ['killed', () => service.redis.stop('SIGKILL'), () => service.redis.start()],
    ['frozen', async () => service.redis.pause(), async () => service.redis.resume()],
  ])('gives the same answers with Redis %s; queued jobs wait and run when it is back', async (how, away, back) => {
    await service.idle();
    await untilCached(prepared.person);
    await away();
    let tour: Tour;
    try {
      tour = await tours(service.api.url, false);
      report(how, tour);
      expect(tour.faults).toEqual([]);
      expect((await prepared.person.get('/auth/user/me/')).headers.get('x-cache')).toBe('BYPASS');
      expect(await health()).toMatchObject({ status: 'degraded', checks: { database: { status: 'up' } } });
      await expectHeld(tour);
    } finally {
      await back();
    }
    await untilCached(prepared.person);
    await expectDone(tour);
    await expect.poll(async () => (await health()).status, { timeout: 20_000 }).toBe('healthy');
  });

  it('gives the same answers with Redis full; what it did not take is done when it has room again', async () => {
    await service.idle();
    const redis = new Redis(service.redis.url);
    let tour: Tour;
    try {
      // Less than it uses: every write is refused (maxmemory-policy is noeviction), and reads are answered.
      await redis.config('SET', 'maxmemory', '1');
      tour = await tours(service.api.url, true);
      report('full', tour);
      expect(tour.faults).toEqual([]);
    } finally {
      await redis.config('SET', 'maxmemory', '0');
      await redis.quit();
    }
    await expectDone(tour);
    await expect.poll(async () => (await health()).status, { timeout: 20_000 }).toBe('healthy');
  });

  it('gives the same answers from an api that was started without Redis', async () => {
    await service.idle();
    await service.redis.stop('SIGKILL');
    let tour: Tour;
    let api: ApiProcess;
    try {
      api = await service.addApi();
      tour = await tours(api.url, false);
      report('missing from the start', tour);
      expect(tour.faults).toEqual([]);
      await expectHeld(tour);
    } finally {
      await service.redis.start();
    }
    await untilCached(new Client(api.url, prepared.person.token));
    await expectDone(tour);
  });
});

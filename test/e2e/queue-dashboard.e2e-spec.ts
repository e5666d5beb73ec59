import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminEntry } from '../../scripts/build/build.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { runProgram } from '../support/run-program.js';
import { Service } from '../support/service.js';

const PASSWORD = 'only-for-operators';
const authorization = (password: string) => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

let service: Service;
beforeAll(async () => {
  service = await Service.start({ env: { ADMIN_PASSWORD: PASSWORD } });
});
afterAll(() => service?.stop());

const ask = (path = '', { password = PASSWORD, url = service.api.url, method = 'GET' } = {}) =>
  fetch(`${url}/admin/queues${path}`, { method, headers: { authorization: authorization(password) } });

interface BoardQueue {
  name: string;
  description?: string;
  counts: Record<string, number>;
  jobs: { id: string; name: string; failedReason: string; data: Record<string, unknown> }[];
}

/** What the page asks for every few seconds. */
async function queues(active = '', status = 'latest'): Promise<BoardQueue[]> {
  const response = await ask(`/api/queues?activeQueue=${active}&status=${status}&page=1&jobsPerPage=10`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { queues: BoardQueue[] }).queues;
}

/** The numbers of jobs that wait and that are dead, by queue, as each of the three tells them. */
const NONE = { waiting: 0, dead: 0 };
type Numbers = Record<string, typeof NONE>;

async function onTheDashboard(): Promise<Numbers> {
  const numbers: Numbers = {};
  for (const { name, counts } of await queues())
    numbers[name] = { waiting: counts.waiting! + counts.active! + counts.delayed!, dead: counts.failed! };
  return numbers;
}

async function inStatus(): Promise<Numbers> {
  const { out } = await runProgram(process.execPath, [adminEntry, 'status', '--json'], {
    cwd: service.env.DATA_DIR!,
    env: { PATH: process.env.PATH, ...service.env },
  });
  const queueOf = { 'mail.send': 'mail', 'users.password-reset': 'mail', 'csv.ingest-small': 'ingest-small' };
  const numbers: Numbers = {};
  for (const { job, waiting, dead } of JSON.parse(out).jobs) {
    const queue = (queueOf as Record<string, string>)[job]!;
    numbers[queue] ??= { ...NONE };
    numbers[queue].waiting += waiting;
    numbers[queue].dead += dead;
  }
  return numbers;
}

async function inMetrics(): Promise<Numbers> {
  const text = await (await fetch(`${service.api.url}/metrics`)).text();
  const numbers: Numbers = {};
  for (const [, queue, state, value] of text.matchAll(/^jobs\{queue="([^"]+)",name="[^"]+",state="(\w+)"\} (\d+)$/gm)) {
    numbers[queue!] ??= { ...NONE };
    numbers[queue!]![state as 'dead'] += Number(value);
  }
  return numbers;
}

const shownOnly = (numbers: Numbers) =>
  Object.fromEntries(Object.entries(numbers).filter(([, { waiting, dead }]) => waiting + dead > 0));

describe('the queue dashboard', () => {
  it('tells the same numbers as the status command and the metrics, with the worker stopped and Redis flushed', async () => {
    const person = await service.client.withAccount();
    await service.idle();
    await service.worker.stop();
    const uploads = [await person.upload('a,b\n1,2\n'), await person.upload('a,b\n3,4\n')];
    await person.post('/auth/user/password/reset/', { email: person.email });
    await service.sql.query(
      `INSERT INTO outbox (id, job, payload, run_at, dead_at, last_error) VALUES
         (gen_random_uuid(), 'mail.send', '{}', now() + interval '1 hour', NULL, NULL),
         (gen_random_uuid(), 'mail.send', '{}', now(), now(), 'no such mailbox')`,
    );
    await service.redis.flush();

    const expected = { mail: { waiting: 2, dead: 1 }, 'ingest-small': { waiting: 2, dead: 0 } };
    expect(uploads.map(({ status }) => status)).toEqual([201, 201]);
    expect(shownOnly(await onTheDashboard())).toEqual(expected);
    expect(shownOnly(await inStatus())).toEqual(expected);
    expect(shownOnly(await inMetrics())).toEqual(expected);
  });

  it('shows a dead job with its error, and no e-mail address', async () => {
    const [mail] = (await queues('mail', 'failed')).filter(({ name }) => name === 'mail');
    expect(mail!.jobs).toMatchObject([{ name: 'mail.send', failedReason: 'no such mailbox' }]);
    const waiting = (await queues('mail', 'waiting')).find(({ name }) => name === 'mail')!;
    expect(waiting.jobs).toMatchObject([{ name: 'users.password-reset' }]);
    expect(JSON.stringify(waiting.jobs)).not.toContain('example.org');
    const one = await ask(`/api/queues/mail/${waiting.jobs[0]!.id}`);
    expect(await one.json()).toMatchObject({ status: 'waiting', job: { data: { bull: expect.any(String) } } });
  });

  it('shows all jobs while Redis is away, and says that it is', async () => {
    const before = await onTheDashboard();
    await service.redis.stop();
    await waitUntil(async () => (await queues()).some(({ description }) => description?.includes('does not answer')), {
      timeoutMs: 10_000,
      onTimeout: () => new Error('The dashboard does not say that Redis is away.'),
    });
    expect(await onTheDashboard()).toEqual(before);
    await service.redis.start();
    await waitUntil(async () => (await queues()).some(({ description }) => description?.startsWith('Bull holds')), {
      timeoutMs: 10_000,
      onTimeout: () => new Error('The dashboard does not say that Redis is back.'),
    });
  });

  it('changes nothing', async () => {
    const [{ id }] = await service.sql.query('SELECT id FROM outbox WHERE dead_at IS NOT NULL');
    for (const path of ['pause', 'empty', 'obliterate', `${id}/retry/failed`, `${id}/clean`, 'retry/failed'])
      expect([path, (await ask(`/api/queues/mail/${path}`, { method: 'PUT' })).status]).toEqual([
        path,
        expect.toSatisfy((status: number) => status === 404 || status === 405),
      ]);
    expect(await service.sql.query('SELECT id FROM outbox WHERE dead_at IS NOT NULL')).toEqual([{ id }]);
  });

  it('is there for nobody without the password, and looks at few wrong ones', async () => {
    const { url } = await service.addApi({ RATE_LIMIT: 'on' });
    const statusOf = async (path: string, password?: string) => (await ask(path, { url, password })).status;
    const asked = await fetch(`${url}/admin/queues`);
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="queues", charset="UTF-8"',
    ]);
    expect(await asked.json()).toMatchObject({ code: 'not_authenticated', instance: '/admin/queues' });
    for (const path of ['', '/api/queues', '/static/favicon.ico']) expect(await statusOf(path, 'a guess')).toBe(401);
    expect(await statusOf('')).toBe(200);
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, n) => statusOf('', `guess ${n}`)));
    expect(guesses.filter((status) => status === 429)).toHaveLength(3);
    const refused = await ask('', { url });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', retry_after_seconds: 60 });
  });
});

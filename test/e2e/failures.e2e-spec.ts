import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../support/client.js';
import { startCutOffProxy } from '../support/cut-off-proxy.js';
import { Service } from '../support/service.js';

let service: Service;
let person: Client;
let taskId: string;

beforeAll(async () => {
  service = await Service.start({ workers: 0, env: { MAX_UPLOAD_BYTES: '100000', BODY_LIMIT_BYTES: '32768' } });
  person = await service.client.withAccount();
  taskId = (await person.post('/tasks/', { title: 'Water the plants' })).body.id;
});
afterAll(() => service?.stop());

/** Checks the members that every problem has. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: `/api/docs/errors#${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: expect.any(String),
    request_id: answer.headers.get('x-request-id'),
  });
}

const json = (body: string) => ({ body, headers: { 'content-type': 'application/json' } });
const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const missing = '019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c';

describe('every failure is a problem', () => {
  it.each<[string, number, string, () => Promise<Answer>]>([
    ['an unknown route', 404, 'route_not_found', () => person.get('/nothing/here/')],
    ['an unknown route outside the prefix', 404, 'route_not_found', () => service.client.get('/api/v2/')],
    ['an unknown object', 404, 'not_found', () => person.get(`/tasks/${missing}/`)],
    ['an invalid id', 404, 'not_found', () => person.get('/tasks/7/')],
    ['an id too long to be one', 404, 'not_found', () => person.get(`/tasks/${'7'.repeat(300)}/`)],
    ['a method that the route does not have', 405, 'method_not_allowed', () => person.send('PUT', '/auth/user/me/')],
    [
      'a method that a public route does not have',
      405,
      'method_not_allowed',
      () => person.send('DELETE', '/health-check/'),
    ],
    ['no token', 401, 'not_authenticated', () => service.client.get('/tasks/')],
    ['an unknown token', 401, 'invalid_token', () => service.client.as('nobody').get('/tasks/')],
    [
      'a wrong password',
      401,
      'invalid_credentials',
      () => service.client.post('/auth/user/login/', { email: 'a@b.org', password: 'x' }),
    ],
    ['a body that is not JSON', 400, 'malformed_request', () => person.send('POST', '/tasks/', json('{"title": '))],
    [
      'a body with the key __proto__',
      400,
      'malformed_request',
      () => person.send('POST', '/tasks/', json('{"__proto__": {"a": 1}}')),
    ],
    [
      'a body that is nested too deeply',
      400,
      'malformed_request',
      () => service.client.send('POST', '/auth/user/login/', json(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`)),
    ],
    ['no body', 400, 'validation_failed', () => person.post('/tasks/')],
    ['a body that is not an object', 400, 'validation_failed', () => person.send('POST', '/tasks/', json('[1]'))],
    ['a field that is wrong', 400, 'validation_failed', () => person.post('/tasks/', { title: '' })],
    ['a field that is unknown', 400, 'validation_failed', () => person.post('/tasks/', { title: 'x', owner: 'me' })],
    ['a query parameter that is wrong', 400, 'validation_failed', () => person.get('/tasks/?page=zero')],
    ['a page past the end', 400, 'validation_failed', () => person.get('/tasks/?page=9')],
    ['a page size past the limit', 400, 'validation_failed', () => person.get('/tasks/?page_size=101')],
    ['a NUL character', 400, 'validation_failed', () => person.post('/tasks/', { title: 'a\u0000b' })],
    ['a body that is too large', 413, 'body_too_large', () => person.post('/tasks/', { title: 'x'.repeat(40_000) })],
    [
      'a body of an account route that is larger than any password',
      413,
      'body_too_large',
      () => service.client.post('/auth/user/login/', { email: 'ada@example.org', password: 'x'.repeat(17_000) }),
    ],
    [
      'a body of many unknown fields',
      400,
      'validation_failed',
      () => person.post('/tasks/', Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`f${i}`, 1]))),
    ],
    [
      'a body of another type',
      415,
      'unsupported_media_type',
      () =>
        person.send('POST', '/tasks/', {
          body: 'title=x',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
    ],
    [
      'an upload that is not multipart',
      415,
      'unsupported_media_type',
      () => person.send('POST', '/csv-data/uploads/', json('{}')),
    ],
    ['an upload that is too large', 413, 'upload_too_large', () => person.upload('a,b\n'.repeat(50_000))],
    ['an upload that is empty', 422, 'csv_empty', () => person.upload('')],
    ['an upload that is a picture', 422, 'csv_not_text', () => person.upload(png, 'data.csv')],
    [
      'an address that has an account',
      409,
      'email_taken',
      () =>
        service.client.post('/auth/user/register/', {
          email: (person as never as { email: string }).email,
          password: 'violet-harbour-29-lamps',
        }),
    ],
    [
      'a change with a stale If-Match',
      412,
      'precondition_failed',
      () => person.send('PATCH', `/tasks/${taskId}/`, { json: { title: 'x' }, headers: { 'if-match': '"999"' } }),
    ],
  ])('%s: %i %s', async (_what, status, code, ask) => {
    expectProblem(await ask(), status, code);
  });

  it('a wrong method gets the list of allowed methods', async () => {
    const answer = await person.send('PATCH', '/auth/user/me/');
    expect(answer.headers.get('allow')).toMatch(/\bGET\b/);
    const task = await person.send('POST', `/tasks/${taskId}/`);
    expect(task.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(['DELETE', 'GET', 'PATCH', 'PUT']));
  });

  it.each([
    ['bytes that are not HTTP', 'NONSENSE\r\n\r\n', 400, 'malformed_request'],
    ['headers that are too long', `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('%s get a problem on the bare socket', async (_what, bytes, status, code) => {
    const socket = connect(service.api.port, '127.0.0.1', () => socket.write(bytes));
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('end', () => resolve(received)).on('error', reject);
    });
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expectProblem(
      {
        status: Number(/^HTTP\/1\.1 (\d+) /.exec(head)?.[1]),
        headers: new Headers(
          head
            .split('\r\n')
            .slice(1)
            .map((line) => line.split(': ') as [string, string]),
        ),
        body: JSON.parse(body),
      },
      status,
      code,
    );
  });

  it('too many logins get 429 with Retry-After', async () => {
    const limited = await service.addApi({ RATE_LIMIT: 'on' });
    const client = service.client;
    const answers: Answer[] = [];
    for (let i = 0; i < 60 && answers.at(-1)?.status !== 429; i++) {
      const response = await fetch(`${limited.url}/api/v1/auth/user/login/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'guess@example.org', password: `guess ${i}` }),
      });
      answers.push({ status: response.status, headers: response.headers, body: await response.json() });
    }
    expectProblem(answers.at(-1)!, 429, 'rate_limited');
    expect(Number(answers.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await client.get('/health-check/')).status).toBe(200);
  });

  it('an unreachable database gives 503 with Retry-After and no internal details', async () => {
    const way = await startCutOffProxy(service.database.url);
    const lost = await service.addApi({ DATABASE_URL: way.url });
    await way.cut();
    try {
      const response = await fetch(`${lost.url}/api/v1/auth/user/login/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'a@example.org', password: 'x' }),
      });
      const answer = { status: response.status, headers: response.headers, body: (await response.json()) as never };
      expectProblem(answer, 503, 'service_unavailable');
      expect(response.headers.get('retry-after')).toBe('5');
      expect(JSON.stringify(answer.body)).not.toMatch(/postgres|ECONN|sql|connect/i);
    } finally {
      await way.restore();
    }
  });

  it('a request id of the client is kept if it is well-formed, and replaced otherwise', async () => {
    const kept = await service.client.get('/health-check/', { 'x-request-id': 'trace-42' });
    expect(kept.headers.get('x-request-id')).toBe('trace-42');
    const replaced = await service.client.get('/health-check/', { 'x-request-id': `${'x'.repeat(200)}` });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

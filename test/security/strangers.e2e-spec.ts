import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { newId } from '@app/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.js';
import { rawAnswer, statusOf } from '../support/raw-answer.js';
import { Service } from '../support/service.js';
import { Description, type Operation } from './fuzz/description.js';

// Every operation of the OpenAPI document, with each kind of wrong token and with the ids of others.

let service: Service;
let owner: Client;
let stranger: Client;
let operations: Operation[];
let own: { task: string; upload: string };
const gone = { expired: '', loggedOut: '', deleted: '' };

beforeAll(async () => {
  service = await Service.start();
  [owner, stranger] = await Promise.all([service.client.withAccount(), service.client.withAccount()]);
  operations = new Description((await service.client.get('/api/openapi.json')).body).operations;
  const upload = await owner.ingest('city,price\nParis,1\nRome,2\n');
  own = { task: (await owner.post('/tasks/', { title: 'Mine' })).body.id, upload: upload.id };

  // Tokens that no process has seen before they end: no cache may know them.
  const [expired, loggedOut, deleted] = await Promise.all([
    service.client.withAccount(),
    service.client.withAccount(),
    service.client.withAccount(),
  ]);
  await service.sql.query(`UPDATE access_tokens SET expires_at = now() - interval '1 s' WHERE user_id = $1`, [
    expired.userId,
  ]);
  await loggedOut.post('/auth/user/logout/');
  await service.sql.query('DELETE FROM users WHERE id = $1', [deleted.userId]);
  Object.assign(gone, { expired: expired.token, loggedOut: loggedOut.token, deleted: deleted.token });
});
afterAll(() => service?.stop());

const isOfTasks = ({ path }: Operation) => path.startsWith('/api/v1/tasks');

const pathOf = (operation: Operation, id: string = isOfTasks(operation) ? own.task : own.upload) =>
  operation.path.replace('{id}', id).replace('{key}', 'price');

/** A body that the operation takes, if it takes one. */
function bodyOf({ id, takesFile, body }: Operation): { type: string; content: string } | undefined {
  if (takesFile) return { type: 'text/csv', content: 'a,b\n1,2\n' };
  if (!body) return undefined;
  const contents: Record<string, object> = {
    changeColumn: { name: 'Theirs' },
    changePassword: { current_password: 'violet-harbour-29-lamps', new_password: 'amber-meadow-61-clocks' },
  };
  return { type: 'application/json', content: JSON.stringify(contents[id] ?? { title: 'Theirs' }) };
}

interface Sent {
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: { type: string; content: string };
}

/** Not by fetch, which refuses to send such headers. */
function send(operation: Operation, { path, headers = {}, body }: Sent) {
  const described = body && { 'content-type': body.type, 'content-length': String(Buffer.byteLength(body.content)) };
  return new Promise<{ status: number; challenge: string | undefined; body: string }>((resolve, reject) => {
    const sent = request(service.api.url + (path ?? pathOf(operation)), {
      agent: false,
      method: operation.method,
      headers: { ...described, ...headers } as Record<string, string>,
    });
    sent.setTimeout(30_000, () => sent.destroy(new Error('no answer')));
    sent.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      const answer = (body: string) => resolve({ status, challenge: headers['www-authenticate'], body });
      // A stream of events would not end.
      if (headers['content-type']?.startsWith('text/event-stream')) {
        sent.destroy();
        answer('events');
      } else textOf(response).then(answer, reject);
    });
    sent.on('error', reject).end(body?.content);
  });
}

const NOBODY = 'A'.repeat(43);
const INVALID = 'Bearer error="invalid_token"';
const MISSING = 'Bearer';

const otherCase = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

/** Each kind: what is sent with the token of the owner, and how the answer calls it. */
const WRONG: [kind: string, sent: (token: string) => Sent, challenge: string][] = [
  ['missing', () => ({}), MISSING],
  ['empty', () => ({ headers: { authorization: 'Bearer ' } }), MISSING],
  ['two in a header', (token) => ({ headers: { authorization: `Bearer ${token}, Bearer ${token}` } }), INVALID],
  [
    'second of two headers',
    (token) => ({ headers: { authorization: [`Bearer ${NOBODY}`, `Bearer ${token}`] } }),
    INVALID,
  ],
  ['of another scheme', (token) => ({ headers: { authorization: `Basic ${token}` } }), MISSING],
  ['of nobody, with a scheme in small letters', () => ({ headers: { authorization: `bearer ${NOBODY}` } }), INVALID],
  [
    'with spaces in it',
    (token) => ({ headers: { authorization: `Bearer ${token.slice(0, 9)} ${token.slice(9)}` } }),
    INVALID,
  ],
  ['without a scheme', (token) => ({ headers: { authorization: token } }), MISSING],
  ['expired', () => ({ headers: { authorization: `Bearer ${gone.expired}` } }), INVALID],
  ['logged out', () => ({ headers: { authorization: `Bearer ${gone.loggedOut}` } }), INVALID],
  ['of a deleted user', () => ({ headers: { authorization: `Bearer ${gone.deleted}` } }), INVALID],
  ['cut', (token) => ({ headers: { authorization: `Bearer ${token.slice(0, -1)}` } }), INVALID],
  ['longer', (token) => ({ headers: { authorization: `Bearer ${token}A` } }), INVALID],
  ['in the other case', (token) => ({ headers: { authorization: `Bearer ${otherCase(token)}` } }), INVALID],
  ['with a letter beyond ASCII', (token) => ({ headers: { authorization: `Bearer ${token}\u00e9` } }), INVALID],
  ['of 8 KB', (token) => ({ headers: { authorization: `Bearer ${token.repeat(190)}` } }), INVALID],
  [
    'in a cookie',
    (token) => ({ headers: { cookie: `token=${token}; access_token=${token}; Authorization=Bearer ${token}` } }),
    MISSING,
  ],
  [
    'in another header',
    (token) => ({ headers: { 'proxy-authorization': `Bearer ${token}`, 'x-access-token': token } }),
    MISSING,
  ],
];

describe('a token that is', () => {
  it.each(WRONG)('%s opens no operation', async (_kind, sent, challenge) => {
    for (const operation of operations.filter(({ isPublic }) => !isPublic)) {
      const answer = await send(operation, { body: bodyOf(operation), ...sent(owner.token!) });
      expect(answer, operation.id).toMatchObject({ status: 401, challenge });
      expect(JSON.parse(answer.body).code, operation.id).toMatch(/^(not_authenticated|invalid_token)$/);
    }
  });

  it('in the query opens no operation', async () => {
    for (const operation of operations.filter(({ isPublic }) => !isPublic)) {
      const path = `${pathOf(operation)}?access_token=${owner.token}&token=${owner.token}&authorization=Bearer%20${owner.token}`;
      const answer = await send(operation, { path, body: bodyOf(operation) });
      expect(answer, operation.id).toMatchObject({ status: 401, challenge: MISSING });
    }
  });

  it.each([
    ['application/json', (token: string) => JSON.stringify({ access_token: token, token, title: 'Theirs' })],
    ['application/x-www-form-urlencoded', (token: string) => `access_token=${token}`],
  ])('in a body of %s opens no operation', async (type, content) => {
    for (const operation of operations.filter(({ isPublic, method }) => !isPublic && method !== 'GET')) {
      const answer = await send(operation, { body: { type, content: content(owner.token!) } });
      // A body of a type that the operation does not take is refused before the token is looked for.
      expect([401, 415], operation.id).toContain(answer.status);
    }
  });

  it('ended by NUL is no header', async () => {
    for (const operation of operations) {
      const answer = await rawAnswer(
        service.api.port,
        `${operation.method} ${pathOf(operation)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${owner.token}\0\r\n\r\n`,
      );
      expect(statusOf(answer), operation.id).toBe(400);
    }
  });

  it('wrong in any way changes nothing at an operation that needs none', async () => {
    for (const operation of operations.filter(({ isPublic }) => isPublic)) {
      const body = operation.body && { type: 'application/json', content: '{}' };
      const without = await send(operation, { body });
      for (const [kind, sent] of WRONG)
        expect((await send(operation, { body, ...sent(owner.token!) })).status, `${operation.id}, ${kind}`).toBe(
          without.status,
        );
    }
  });

  it('right works, also with a scheme in small letters, and all objects are as they were', async () => {
    const authorization = `bearer ${owner.token}`;
    for (const operation of operations.filter(({ isPublic, method }) => !isPublic && method === 'GET'))
      expect((await send(operation, { headers: { authorization } })).status, operation.id).toBe(200);
    expect((await owner.get(`/tasks/${own.task}/?nocache=true`)).body).toMatchObject({ title: 'Mine', version: 1 });
    expect((await owner.get('/tasks/?nocache=true')).body.count).toBe(1);
    expect((await owner.get('/csv-data/uploads/?nocache=true')).body.count).toBe(1);
  });
});

describe('the id of an object of somebody else', () => {
  const withoutNames = (body: string, id: string) =>
    body.replaceAll(id, '<id>').replace(/"request_id":"[^"]*"/, '"request_id":""');

  it('has the answer of an unknown id from every operation, and the object stays as it is', async () => {
    const before = await Promise.all([owner.get(`/tasks/${own.task}/`), owner.get(`/csv-data/uploads/${own.upload}/`)]);
    const withId = operations.filter(({ path }) => path.includes('{id}'));
    expect(withId.length).toBeGreaterThan(15);
    for (const operation of withId) {
      const foreign = isOfTasks(operation) ? own.task : own.upload;
      const valid = bodyOf(operation);
      const bodies = valid ? [valid, { ...valid, content: '{}' }, { ...valid, content: '{"unknown":1}' }] : [undefined];
      const queries = ['', '?nocache=true', '?page=2&columns=nothing&format=csv'];
      const conditions: Record<string, string>[] = [{}, { 'if-match': '"1"' }, { 'if-none-match': '*' }];
      for (const body of bodies) {
        for (const query of queries) {
          for (const condition of conditions) {
            const headers = { authorization: `Bearer ${stranger.token}`, ...condition };
            const answerFor = async (id: string) => {
              const { status, body: text } = await send(operation, {
                path: pathOf(operation, id) + query,
                headers,
                body,
              });
              return { status, body: withoutNames(text, id) };
            };
            const answer = await answerFor(foreign);
            const what = `${operation.id} ${query} ${JSON.stringify(condition)} ${body?.content}`;
            expect(answer, what).toEqual(await answerFor(newId()));
            if (body === valid && query === '') expect(answer.status, what).toBe(404);
          }
        }
      }
    }
    const after = await Promise.all([
      owner.get(`/tasks/${own.task}/?nocache=true`),
      owner.get(`/csv-data/uploads/${own.upload}/?nocache=true`),
    ]);
    expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
  });

  it('is not carried out under an Idempotency-Key of its owner either', async () => {
    const key = { 'idempotency-key': 'shared-by-both' };
    const mine = await owner.post(`/tasks/${own.task}/complete/`, undefined, key);
    expect(mine.status).toBe(200);
    expect((await stranger.post(`/tasks/${own.task}/complete/`, undefined, key)).status).toBe(404);
  });
});

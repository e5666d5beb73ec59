import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { type OwnNginx, startNginx } from '../../scripts/servers/index.js';
import type { Client } from '../support/client.js';
import { Download } from '../support/download.js';
import { Service } from '../support/service.js';
import { clientOf } from './clients.js';

// What a proxy gets wrong when it is not told otherwise: see docs/scaling.md.

let service: Service;
let nginx: OwnNginx;
let person: Client;

beforeAll(async () => {
  service = await Service.start({
    env: {
      TRUST_PROXY: '127.0.0.1',
      MAX_UPLOAD_BYTES: '20000000',
      RATE_LIMIT: 'on',
      RATE_LIMIT_USER: '100000',
      RATE_LIMIT_LOGIN_ADDRESS: '2',
    },
  });
  nginx = await startNginx({ folder: join(inject('runFolder'), 'nginx'), apis: service.apis, announce: console.log });
  person = clientOf(nginx.url, (await clientOf(service.api.url).withAccount()).token);
});
afterAll(async () => {
  await nginx?.stop();
  await service?.stop();
});

const drafts = () =>
  readdirSync(join(service.env.DATA_DIR!, 'uploads', '.drafts')).filter((name) => !name.startsWith('probe.'));

/** Sends the head of an upload, and a part of its body. */
function beginUpload(contentLength: number, token = person.token): Socket {
  const socket = connect(nginx.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    [
      'POST /api/v1/csv-data/uploads/?filename=half.csv HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${token}`,
      'Content-Type: text/csv',
      `Content-Length: ${contentLength}`,
      '',
      'a,b\r\n',
    ].join('\r\n'),
  );
  socket.write('1,2\r\n'.repeat(200_000));
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk;
    if (/\r\n\r\n[\s\S]*}/.test(answer)) break;
  }
  return answer;
}

it('a file reaches the api while the client sends it, and nothing of it lies in nginx', async () => {
  const socket = beginUpload(15_000_000);
  await expect.poll(drafts, { timeout: 10_000 }).toHaveLength(1);
  expect(nginx.temporaryFiles()).toEqual([]);
  // A client that leaves is noticed behind nginx, too.
  socket.destroy();
  await expect.poll(drafts, { timeout: 10_000 }).toEqual([]);
});

it.each([
  ['a file that is too big', 50_000_000, () => person.token, 413, 'upload_too_large'],
  ['a stranger', 15_000_000, () => 'nobody', 401, 'invalid_token'],
])('the refusal of %s comes from the api, before the file is sent', async (_, bytes, token, status, code) => {
  const socket = beginUpload(bytes, token());
  const answer = await answerOf(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('application/problem+json');
  expect(answer).toContain(`"${code}"`);
  socket.destroy();
});

it.each([
  ['with its length', '/api/v1/tasks/', 'Content-Length: 300000000', ''],
  ['in chunks', '/api/v1/auth/user/login/', 'Transfer-Encoding: chunked', '400000\r\n'],
  ['to the page', '/', 'Content-Length: 300000000', ''],
])('a stranger cannot fill the disk of nginx by a long body %s that is no file', async (_, path, length, chunk) => {
  const socket = connect(nginx.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n${chunk}`,
  );
  socket.write(Buffer.alloc(4 * 1024 * 1024, ' '));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(`${answer}`).toMatch(/^HTTP\/1.1 413 /);
  expect(nginx.temporaryFiles()).toEqual([]);
  socket.destroy();
});

it('a JSON body that is longer than the apis take is refused by them, with the limit', async () => {
  const { status, body } = await person.post('/tasks/', { title: 'Long', description: ' '.repeat(500_000) });
  expect([status, body.code]).toEqual([413, 'body_too_large']);
});

it('an export waits for its slow reader in the api, and not on the disk of nginx', async () => {
  const file = await writeDataSet('A', join(inject('runFolder'), 'export.csv'), { rows: 50_000 });
  const upload = await person.ingest({ path: file.path }, 'export.csv');
  const download = await Download.begin(`${nginx.url}/api/v1/csv-data/uploads/${upload.id}/export/`, person.token!);
  await download.slowly(2_000);
  expect(nginx.temporaryFiles()).toEqual([]);
  await download.toTheEnd();
  expect(download.bytes).toBeGreaterThan(file.bytes / 2);
});

it('the first event of an upload comes at once', async () => {
  const { body } = await person.upload('a,b\n1,2\n');
  const asked = request(`${nginx.url}/api/v1/csv-data/uploads/${body.id}/events/`, {
    agent: false,
    headers: { authorization: `Bearer ${person.token}` },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const [first] = (await once(response, 'data')) as [Buffer];
  expect(`${first}`).toMatch(/^retry: 3000/);
  response.destroy();
});

it('an address of more than 8 kB passes', async () => {
  const upload = await person.ingest(`name,city\n${'Ada,Paris\n'.repeat(300)}`);
  const cities = Array.from({ length: 200 }, (_, n) => `A city with a long name, number ${n}`);
  const filters = encodeURIComponent(JSON.stringify({ city: { in: [...cities, 'Paris'] } }));
  const path = `/csv-data/uploads/${upload.id}/data/?page_size=50&filters=${filters}`;
  expect(path.length).toBeGreaterThan(10_000);
  const { data } = (await clientOf(service.api.url, person.token).get(path)).body;
  expect(data).toHaveLength(50);
  expect(await person.get(path)).toMatchObject({ status: 200, body: { data } });
});

it('each address has rate limits of its own, and nobody can claim another one', async () => {
  const login = async (address: string, claimed?: string) => {
    const asked = request(`${nginx.url}/api/v1/auth/user/login/`, {
      method: 'POST',
      agent: false,
      localAddress: address,
      headers: { 'content-type': 'application/json', ...(claimed && { 'x-forwarded-for': claimed }) },
    });
    asked.end(JSON.stringify({ email: 'nobody@example.org', password: 'violet-harbour-29-lamps' }));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  const statuses = [];
  for (let attempt = 0; attempt < 3; attempt++) statuses.push(await login('127.0.0.2'));
  expect(statuses).toEqual([401, 401, 429]);
  expect(await login('127.0.0.2', '198.51.100.7')).toBe(429);
  expect(await login('127.0.0.3')).toBe(401);
});

it('metrics are not shown to the world', async () => {
  expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${service.api.url}/metrics`)).status).toBe(200);
});

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { domainToASCII } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Client } from '../support/client.js';
import type { ApiProcess } from '../support/processes.js';
import { rawAnswer as rawAnswerOf, statusOf } from '../support/raw-answer.js';
import { Service } from '../support/service.js';

let service: Service;
let person: Client;

beforeAll(async () => {
  service = await Service.start({ env: { UPLOAD_IDLE_TIMEOUT_MS: '1000' } });
  person = await service.client.withAccount();
});
afterAll(() => service?.stop());

/** What the api answers to these bytes; the connection is closed by it or after 5 s. */
const rawAnswer = (request: string | Buffer) => rawAnswerOf(service.api.port, request);

/** The lines of its log that tell of a fault of the api, or show a stack. */
const errorsOf = (api: ApiProcess) =>
  api.log.filter(({ level = 0, err, stack }) => level >= 50 || err !== undefined || stack !== undefined);

describe('an odd path', () => {
  const folders = [
    '/api/docs',
    '/api/docs/',
    '/api/v1',
    '/api/v1/tasks',
    '/api',
    '',
    '/admin/queues',
    '/api/docs/errors',
  ];
  const tails = [
    '/..',
    '/../',
    '/.',
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e',
    '/%2e%2e%2f',
    '/%2E%2E/package.json',
    '/..\\..\\package.json',
    '/..%5cpackage.json',
    '/%00',
    '/a%00.css',
    '/%',
    '/%ff',
    '/%c0%ae%c0%ae/',
    '/....//',
    '/.git/config',
    '/.env',
    '/package.json',
    '/README.md',
    '/swagger-ui-bundle.js.map',
    '/absolute-path.js',
    '/static/../../package.json',
    '//',
    '/*',
    '/;a=b/..',
    `/${'a'.repeat(5_000)}`,
  ];

  it('is 400, 401 or 404 as a problem, and never an error of the server', async () => {
    const before = errorsOf(service.api).length;
    for (const path of folders.flatMap((folder) => tails.map((tail) => folder + tail))) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await rawAnswer(`${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        expect([200, 400, 401, 404, 405, 414], `${method} ${path.slice(0, 80)}`).toContain(statusOf(answer));
        if (!answer.startsWith('HTTP/1.1 200'))
          expect(answer, path).toMatch(/^content-type: application\/problem\+json/im);
        expect(answer).not.toMatch(/"dependencies"|node_modules|\/work\/|at .*\.js:\d+/);
      }
    }
    expect(errorsOf(service.api).slice(before)).toEqual([]);
  });

  it.each(['/package.json', '/README.md', '/..', '/index.css', '/LICENSE'])(
    'of the documentation is 404: %s',
    async (tail) => {
      const answer = await rawAnswer(`GET /api/docs${tail} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(statusOf(answer)).toBe(404);
    },
  );

  it.each([
    '/api/%64ocs/package.json',
    '/%61pi/docs/README.md',
    '/api/docs/%70ackage.json',
    'http://a/api/docs/package.json',
    'http://a/api/docs/docs/package.json',
    '/api/docs/docs/package.json',
    '/api/docs/swagger-ui.css.map',
  ])('reaches no other file of its folder in another spelling: %s', async (address) => {
    const answer = await rawAnswer(`GET ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect([statusOf(answer), answer]).toEqual([404, expect.stringContaining('"route_not_found"')]);
  });

  it.each(['/%61pi/v1/health-check/', 'http://a/api/v1/health-check/'])(
    'gets the headers of data where it leads to data: %s',
    async (address) => {
      const answer = await rawAnswer(`GET ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(statusOf(answer)).toBe(200);
      expect(answer).toMatch(/^content-security-policy: default-src 'none';frame-ancestors 'none'/im);
    },
  );

  it('does not keep the documentation from its own files', async () => {
    const page = await service.client.get('/api/docs/');
    expect(page.status).toBe(200);
    const files = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, file]) => file!.split('/').at(-1)!,
    );
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await service.client.get(`/api/docs/${file}`)).status, file).toBe(200);
  });
});

describe('a request that other servers may read differently', () => {
  const login = (headers: string[], body: string | Buffer) =>
    Buffer.concat([
      Buffer.from(
        `${['POST /api/v1/auth/user/login/ HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`,
      ),
      Buffer.from(body),
    ]);
  const sized = (body: string | Buffer) => `Content-Length: ${Buffer.byteLength(body)}`;
  const credentials = '{"email":"a@b.org","password":"x"}';

  it.each([
    ['{"email":"a@b.org","password":"x","email":"c@d.org"}'],
    ['{"email":"a@b.org","password":"x","\\u0065mail":"c@d.org"}'],
    ['{"email":"a@b.org","password":{"a":"\\\\\\":{","a" : 2}}'],
  ])('is refused when an object has two members of one name: %s', async (body) => {
    const answer = await rawAnswer(login([sized(body)], body));
    expect([statusOf(answer), answer]).toEqual([400, expect.stringContaining('"malformed_request"')]);
  });

  it('is read when a text only looks like a second member', async () => {
    const body = '{"email":"a@b.org","password":"\\"email\\": \\\\"}';
    expect(statusOf(await rawAnswer(login([sized(body)], body)))).toBe(401);
  });

  it.each(['gzip', 'br', 'deflate, gzip', 'x-invented'])(
    'is 415 when a JSON body has Content-Encoding %s',
    async (coding) => {
      const body = gzipSync(credentials);
      const answer = await rawAnswer(login([`Content-Encoding: ${coding}`, sized(body)], body));
      expect([statusOf(answer), answer]).toEqual([415, expect.stringContaining('"unsupported_media_type"')]);
      expect(answer).toMatch(/^accept-encoding: identity/im);
    },
  );

  it.each(['gzip, chunked', 'gzip', 'identity', 'chunked, chunked', 'xchunked'])(
    'is 400 with Transfer-Encoding: %s',
    async (coding) => {
      const chunked = `${credentials.length.toString(16)}\r\n${credentials}\r\n0\r\n\r\n`;
      const answer = await rawAnswer(login([`Transfer-Encoding: ${coding}`], chunked));
      expect([statusOf(answer), answer]).toEqual([400, expect.stringContaining('"malformed_request"')]);
    },
  );

  it('is read with Transfer-Encoding: chunked', async () => {
    const chunked = `${credentials.length.toString(16)}\r\n${credentials}\r\n0\r\n\r\n`;
    expect(statusOf(await rawAnswer(login(['Transfer-Encoding: Chunked'], chunked)))).toBe(401);
  });

  it('is 405 when it asks for a tunnel', async () => {
    const answer = await rawAnswer('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n');
    expect([statusOf(answer), answer]).toEqual([405, expect.stringContaining('"method_not_allowed"')]);
    expect(answer).toMatch(/^Allow: .*GET/im);
  });
});

describe('a secret', () => {
  it('in the address of a request is refused, and not in the log', async () => {
    const secret = `hidden-${'x'.repeat(20)}`;
    const names = ['token', 'access_token', 'Authorization', 'password', '%70assword', 'api_key', 'new_password'];
    for (const name of names) {
      expect((await service.client.get(`/auth/user/me/?page=1&${name}=${secret}`)).status, name).toBe(401);
    }
    await service.api.logged(({ url }) => String(url).includes('new_password='));
    const logged = service.api.log.filter(({ msg }) => msg === 'request').map(({ url }) => String(url));
    expect(logged.filter((url) => url.includes(secret))).toEqual([]);
    expect(logged.filter((url) => url.includes('[redacted]')).length).toBeGreaterThanOrEqual(names.length);
  });
});

describe('the log of PostgreSQL', () => {
  it('has no address of an account that is registered twice', async () => {
    const email = `twice-${process.pid}@example.org`;
    const register = () => service.client.post('/auth/user/register/', { email, password: 'violet-harbour-29-lamps' });
    const answers = await Promise.all([register(), register(), register()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await readFile(join(inject('runFolder'), 'postgres.log'), 'utf8')).not.toContain(email);
  });
});

describe('a client that leaves', () => {
  it('is no error with a stack in the log', async () => {
    const before = errorsOf(service.api).length;
    const token = `Authorization: Bearer ${person.token}`;
    const heads = [
      `POST /api/v1/tasks/ HTTP/1.1\r\nHost: a\r\n${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"title":`,
      `POST /api/v1/tasks/ HTTP/1.1\r\nHost: a\r\n${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ti`,
      `POST /api/v1/auth/user/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
      `POST /api/v1/csv-data/uploads/ HTTP/1.1\r\nHost: a\r\n${token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n1,2\r\n`,
      `GET /api/v1/tasks/ HTTP/1.1\r\nHost: a\r\n${token}\r\n\r\n`,
    ];
    for (const head of heads) {
      for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
        const socket = connect(service.api.port, '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        socket.write(head);
        await sleep(50);
        socket[leave]();
      }
    }
    await sleep(1_000);
    expect(errorsOf(service.api).slice(before)).toEqual([]);
  });

  it('in the middle of an export or of events is no error either', async () => {
    const before = errorsOf(service.api).length;
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},${'text '.repeat(10)}`).join('\n');
    const { id } = await person.ingest(`a,b\n${rows}\n`);
    for (const path of ['export/', 'export/?format=ndjson', 'events/', 'data/?page_size=500', 'rejects/?format=csv']) {
      for (let times = 0; times < 3; times += 1) {
        const socket = connect(service.api.port, '127.0.0.1');
        socket.on('error', () => {});
        socket.write(
          `GET /api/v1/csv-data/uploads/${id}/${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${person.token}\r\n\r\n`,
        );
        await Promise.race([once(socket, 'data'), sleep(500)]);
        socket.resetAndDestroy();
      }
    }
    await sleep(1_000);
    expect(errorsOf(service.api).slice(before)).toEqual([]);
  });

  it('by sending a file too slowly loses its turn', async () => {
    const socket = connect(service.api.port, '127.0.0.1');
    socket.on('error', () => {});
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes));
    socket.write(
      `POST /api/v1/csv-data/uploads/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${person.token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n`,
    );
    const drip = setInterval(() => socket.write('1,2\r\n'), 100);
    for (let waited = 0; waited < 100 && !answer.includes('upload_stalled'); waited += 1) await sleep(100);
    clearInterval(drip);
    socket.destroy();
    expect(statusOf(answer)).toBe(408);
  });
});

describe('the description of the api', () => {
  it('lists 413 and 415 for every operation that can have a body', async () => {
    const { body } = await service.client.get('/api/openapi.json');
    for (const [path, item] of Object.entries(body.paths as Record<string, Record<string, { responses: object }>>)) {
      for (const [method, { responses }] of Object.entries(item)) {
        if (method === 'get') continue;
        expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['413', '415']));
      }
    }
  });
});

describe('an account', () => {
  const password = 'violet-hürbour-29-lamps';

  it('has one address in all forms of its domain, and one password in all forms of its letters', async () => {
    const typed = 'ada@bücher-att.example';
    expect((await service.client.post('/auth/user/register/', { email: typed, password })).status).toBe(201);
    const ascii = `ada@${domainToASCII('bücher-att.example')}`;
    for (const email of [ascii, 'ada@BÜCHER-att.example', 'ada@bu\u0308cher-att.example']) {
      const again = await service.client.post('/auth/user/register/', { email, password });
      expect([again.status, again.body.code], email).toEqual([409, 'email_taken']);
      const login = await service.client.post('/auth/user/login/', { email, password: password.normalize('NFD') });
      expect(login.status, email).toBe(200);
    }
  });
});

describe('an event stream', () => {
  it('ends within 5 s of the logout', async () => {
    const guest = await service.client.withAccount();
    const upload = (await guest.upload('a,b\n1,2\n')).body.id;
    const stream = await fetch(`${service.api.url}/api/v1/csv-data/uploads/${upload}/events/`, {
      headers: { authorization: `Bearer ${guest.token}` },
    });
    expect(stream.status).toBe(200);
    const ended = stream.text().then(() => 'ended');
    await guest.post('/auth/user/logout/');
    expect(await Promise.race([ended, sleep(8_000, 'goes on')])).toBe('ended');
  });
});

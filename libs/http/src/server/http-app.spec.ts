import 'reflect-metadata';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { loadConfig } from '@app/config';
import { Body, Controller, Get, Module, Post, Res, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { httpAdapter } from './http-adapter.js';
import { configureHttp } from './http-app.js';

/** More than two sockets take before anybody reads. */
const BIG_BYTES = 48 * 1024 * 1024;

/** An endless stream. */
let stream: Readable;

@Controller('things')
class ThingsController {
  @Get()
  list() {
    return [];
  }

  @Get('long')
  long(@Res() reply: FastifyReply) {
    reply.raw.writeHead(200, { 'content-length': 1000 }).write('the first bytes');
  }

  @Get('big')
  big() {
    return 'x'.repeat(BIG_BYTES);
  }

  @Get('late')
  async late() {
    await setTimeout(1_500);
    return 'late';
  }

  @Get('stream')
  stream() {
    return new StreamableFile(stream);
  }

  @Post()
  make(@Body() body: object) {
    return body;
  }

  @Post('slow')
  async slow(@Body() body: object | undefined) {
    await setTimeout(300);
    return body;
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

let app: NestFastifyApplication;
afterEach(() => app.close());

async function start(environment: Record<string, string> = {}): Promise<string> {
  const config = loadConfig({ LOG_LEVEL: 'silent', ...environment });
  const logger = pino({ level: 'silent' });
  app = await NestFactory.create(ThingsModule, httpAdapter(config, logger), { bodyParser: false, logger: false });
  await configureHttp(app, config, logger);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const connections = () =>
  new Promise((resolve) => (app.getHttpServer() as Server).getConnections((_error, count) => resolve(count)));

describe('a connection that does not speak HTTP', () => {
  it('is closed, also when the other side keeps it open', async () => {
    const { port } = new URL(await start());
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.write('NONSENSE\r\n\r\n');
    socket.resume();
    await once(socket, 'end');
    await expect.poll(connections).toBe(0);
    socket.destroy();
  });

  it('gets no problem in the middle of a response that has begun', async () => {
    const { port } = new URL(await start());
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('GET /api/v1/things/long HTTP/1.1\r\nHost: a\r\n\r\n'),
    );
    const received: Buffer[] = [];
    socket.on('data', (bytes) => received.push(bytes));
    await expect.poll(() => `${Buffer.concat(received)}`).toContain('the first bytes');
    socket.write('NONSENSE\r\n\r\n');
    await once(socket, 'close');
    expect(`${Buffer.concat(received)}`.split('\r\n\r\n').slice(1)).toEqual(['the first bytes']);
  });
});

describe('a request that Node would answer itself, without a problem', () => {
  const answerTo = async (head: string) => {
    const { port } = new URL(await start());
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${head}\r\nConnection: close\r\n\r\n`));
    let received = '';
    for await (const bytes of socket) received += bytes;
    return received;
  };

  it('is a 400 problem with a request id when HTTP/1.1 comes without Host', async () => {
    const answer = await answerTo('GET /api/v1/things HTTP/1.1');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/^content-type: application\/problem\+json/im);
    expect(answer).toMatch(/^x-request-id: \S/im);
    expect(answer).toContain('"code":"malformed_request"');
  });

  it('needs no Host in HTTP/1.0', async () => {
    expect(await answerTo('GET /api/v1/things HTTP/1.0')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is carried out with an unknown Expect', async () => {
    expect(await answerTo('GET /api/v1/things HTTP/1.1\r\nHost: a\r\nExpect: wonders')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a body', () => {
  const post = async (body: string | Buffer<ArrayBuffer>) => {
    const response = await fetch(`${await start()}/api/v1/things`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, body: (await response.json()) as object };
  };
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it('may be nested', async () => {
    expect(await post(nested(32))).toEqual({ status: 201, body: JSON.parse(nested(32)) });
  });

  // 43,000 levels are the most that BODY_LIMIT_BYTES lets in by default.
  it.each([33, 5_000, 43_000])(
    'is refused when it is nested %i levels deep, without a stack overflow',
    async (levels) => {
      expect(await post(nested(levels))).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    },
  );

  it('gets 408 and a closed connection when it does not arrive in time', async () => {
    const { port } = new URL(await start({ BODY_TIMEOUT_MS: '100' }));
    const head = 'POST /api/v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${head}\r\n\r\n{"name":`));
    let received = '';
    for await (const bytes of socket) received += bytes;
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toContain('"code":"request_timed_out"');
    await expect.poll(connections).toBe(0);
  });

  it('that arrived in time may be processed for longer', async () => {
    const response = await fetch(`${await start({ BODY_TIMEOUT_MS: '100' })}/api/v1/things/slow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"a"}',
    });
    expect([response.status, await response.json()]).toEqual([201, { name: 'a' }]);
  });

  it('that is absent may be processed for longer too', async () => {
    const response = await fetch(`${await start({ BODY_TIMEOUT_MS: '100' })}/api/v1/things/slow`, { method: 'POST' });
    expect([response.status, response.headers.get('connection')]).toEqual([201, 'keep-alive']);
  });

  it('that is absent needs no type, whatever the client says', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${await start()}/api/v1/things`;
    expect((await fetch(`${url}/slow`, { method: 'POST', headers })).status).toBe(201);
    expect((await fetch(`${url}/slow`, { method: 'POST', headers, body: 'a=1' })).status).toBe(415);
  });

  it('is refused when it is not UTF-8', async () => {
    const latin1 = Buffer.from('{"name":"Zürich"}', 'latin1');
    expect(await post(latin1)).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    expect(await post('{"name":"Zürich"}')).toEqual({ status: 201, body: { name: 'Zürich' } });
  });
});

describe('an answer', () => {
  const ask = async (path: string) => {
    const { port } = new URL(await start({ ANSWER_IDLE_TIMEOUT_MS: '500' }));
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /api/v1/things/${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    return socket;
  };

  it('is ended when its client reads nothing of it', async () => {
    const socket = await ask('big');
    socket.pause();
    await expect.poll(connections).toBe(1);
    await expect.poll(connections, { timeout: 20_000 }).toBe(0);
    socket.destroy();
  });

  it('is sent to its end while its client reads slowly', async () => {
    const socket = await ask('big');
    let bytes = 0;
    for await (const part of socket) {
      bytes += part.length;
      // For longer than the limit in all, but never for as long without a byte.
      if (Math.floor(bytes / 4_000_000) > Math.floor((bytes - part.length) / 4_000_000)) await setTimeout(100);
    }
    expect(bytes).toBeGreaterThan(BIG_BYTES);
  });

  it('may take longer than that to begin', async () => {
    const socket = await ask('late');
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*late$/);
  });
});

it('answers HEAD without reading what GET would stream', async () => {
  let read = 0;
  stream = Readable.from(
    (function* () {
      for (;;) yield `${read++}`;
    })(),
  );
  const response = await fetch(`${await start()}/api/v1/things/stream`, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
  await expect.poll(() => stream.destroyed).toBe(true);
  expect(read).toBe(0);
});

it('lets scripts of the allowed origins read our response headers', async () => {
  const origin = 'https://app.example.org';
  const { headers } = await fetch(`${await start({ CORS_ORIGINS: origin })}/api/v1/things`, { headers: { origin } });
  expect(headers.get('access-control-allow-origin')).toBe(origin);
  const exposed = headers.get('access-control-expose-headers')?.split(', ');
  expect(exposed).toEqual(expect.arrayContaining(['Content-Disposition', 'ETag', 'Idempotency-Replayed', 'X-Cache']));
});

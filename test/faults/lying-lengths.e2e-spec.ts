import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.js';
import { rawAnswer, statusOf } from '../support/raw-answer.js';
import { Service } from '../support/service.js';
import { orphanedFiles } from '../support/stored-uploads.js';

// Real: api, worker, PostgreSQL, Redis; clients that write their own HTTP.

let service: Service;
let person: Client;
beforeAll(async () => {
  service = await Service.start({ env: { UPLOAD_IDLE_TIMEOUT_MS: '1000', STORAGE_SWEEP_MS: '2000' } });
});
afterAll(() => service?.stop());
beforeEach(async () => {
  person = await service.client.withAccount();
});

const FILE = 'a,b\n1,2\n3,4\n';
const FORM = [
  '--edge',
  'Content-Disposition: form-data; name="file"; filename="lie.csv"',
  'Content-Type: text/csv',
  '',
  FILE,
  '--edge--',
  '',
].join('\r\n');

const BODIES = {
  'a file': { path: '/csv-data/uploads/?filename=lie.csv', type: 'text/csv', body: FILE },
  'a form with a file': { path: '/csv-data/uploads/', type: 'multipart/form-data; boundary=edge', body: FORM },
  'a task': { path: '/tasks/', type: 'application/json', body: '{"title":"Water the plants"}' },
};
type Kind = keyof typeof BODIES;
const KINDS = Object.keys(BODIES) as Kind[];

const head = (kind: Kind, lengths: string[]): string =>
  [
    `POST /api/v1${BODIES[kind].path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${person.token}`,
    `Content-Type: ${BODIES[kind].type}`,
    ...lengths,
    '',
    '',
  ].join('\r\n');

/** What the api answers when the client sends this and then closes its side, until the api closes its own. */
async function answerToEnd(request: string): Promise<string> {
  const socket = connect({ port: service.api.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes));
  socket.end(request);
  await once(socket, 'close');
  return answer;
}

/** What exists of the person. */
async function stored(): Promise<{ uploads: number; tasks: number }> {
  const [uploads, tasks] = await Promise.all([
    person.get('/csv-data/uploads/?nocache=true'),
    person.get('/tasks/?nocache=true'),
  ]);
  return { uploads: uploads.body.count, tasks: tasks.body.count };
}

async function expectNothing(): Promise<void> {
  expect(await stored()).toEqual({ uploads: 0, tasks: 0 });
  await expect.poll(() => orphanedFiles(service), { timeout: 30_000 }).toEqual([]);
  expect(service.api.ending).toBeNull();
  expect(service.api.log.filter(({ level = 0 }) => level >= 50)).toEqual([]);
}

describe.each(KINDS)('%s', (kind) => {
  const { body } = BODIES[kind];

  it('that is shorter than its Content-Length, whose client then stops writing, leaves nothing', async () => {
    const answer = await answerToEnd(head(kind, [`Content-Length: ${body.length + 10}`]) + body);
    expect([400, 408, Number.NaN]).toContain(statusOf(answer));
    await expectNothing();
  });

  it('that is shorter than its Content-Length, whose client leaves, leaves nothing', async () => {
    const socket = connect(service.api.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(head(kind, [`Content-Length: ${body.length + 10}`]) + body);
    await once(socket, 'connect');
    socket.destroy();
    await expectNothing();
  });

  it.each([
    ['two lengths', (length: number) => [`Content-Length: ${length}`, `Content-Length: ${length + 5}`]],
    ['a list of lengths', (length: number) => [`Content-Length: ${length}, ${length + 5}`]],
    ['a negative length', () => ['Content-Length: -1']],
    ['a length in hexadecimal', (length: number) => [`Content-Length: 0x${length.toString(16)}`]],
    ['a length with a sign', (length: number) => [`Content-Length: +${length}`]],
    ['a length that is no number', () => ['Content-Length: long']],
    ['a length beyond 64 bits', () => ['Content-Length: 99999999999999999999999']],
    ['a length and chunks', (length: number) => [`Content-Length: ${length}`, 'Transfer-Encoding: chunked']],
  ])('with %s is 400 or 413, and leaves nothing', async (_, lengths) => {
    expect([400, 413]).toContain(statusOf(await answerToEnd(head(kind, lengths(body.length)) + body)));
    await expectNothing();
  });
});

describe('what comes behind the Content-Length', () => {
  it.each(['a file', 'a task'] as const)('of %s is no part of it, and no request', async (kind) => {
    const { body } = BODIES[kind];
    const request = `${head(kind, [`Content-Length: ${body.length}`]) + body}5,6\n7,8\n`;
    const answer = await rawAnswer(service.api.port, request);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
    // The rest is read as another request, which it is not. When that is seen before the answer is there, the connection ends without it.
    expect([[201], [201, 400], [400]]).toContainEqual(statuses);
    const count = async () => Object.values(await stored()).reduce((sum, n) => sum + n, 0);
    if (statuses[0] === 201) expect(await count()).toBe(1);
    expect(await count()).toBeLessThanOrEqual(1);
    if (kind === 'a file') {
      for (const { id } of (await person.get('/csv-data/uploads/?nocache=true')).body.results)
        expect(await person.untilFinal(id)).toMatchObject({
          status: 'completed',
          size_bytes: FILE.length,
          processed_rows: 2,
        });
    }
    expect(service.api.ending).toBeNull();
  });

  it('of a form that it cuts off is 400, and nothing of the file stays', async () => {
    const answer = await rawAnswer(
      service.api.port,
      head('a form with a file', [`Content-Length: ${FORM.length - 15}`]) + FORM,
    );
    expect(statusOf(answer)).toBe(400);
    await expectNothing();
  });
});

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import type { Answer, Client } from '../support/client.js';
import { hashCsv, type RowsHash } from '../support/csv/oracle.js';
import { type CutOffProxy, startCutOffProxy } from '../support/cut-off-proxy.js';
import { type StoppablePostgres, startStoppablePostgres } from '../support/own-postgres.js';
import { Service } from '../support/service.js';
import { expectExactRows, expectOneMail, remainsOf, untilBatches } from '../support/stored-uploads.js';

// Real: api and worker, and a PostgreSQL of their own that crashes, freezes, or is behind a network that loses everything.

/** 30 s by `npm run test:faults`; longer than a lease in any case. */
const AWAY_MS = process.env.FAULTS === 'full' ? 30_000 : 4_000;
/** No request waits longer for a PostgreSQL that does not answer; it may be that the answer comes when PostgreSQL is back. */
const LONGEST_ANSWER_MS = AWAY_MS + 30_000;

let postgres: StoppablePostgres;
let way: CutOffProxy;
let service: Service;
let person: Client & { email: string };
let path: string;
let expected: RowsHash;

beforeAll(async () => {
  postgres = await startStoppablePostgres();
  way = await startCutOffProxy(postgres.url);
  service = await Service.start({
    workers: 0,
    apis: 0,
    database: postgres,
    env: { INGEST_BATCH_ROWS: '1000', OWN_TABLE_BYTES: '1000000' },
  });
  await Promise.all([service.addApi({ DATABASE_URL: way.url }), service.addWorker({ DATABASE_URL: way.url })]);
  person = await service.client.withAccount();
  path = (await writeDataSet('B', join(inject('runFolder'), 'postgres-away.csv'), { rows: 60_000 })).path;
  expected = await hashCsv(path);
});
afterAll(async () => {
  await service?.stop();
  await way?.stop();
});
afterEach(() => {
  way.comeBack();
  postgres.thaw();
});

/** Requests that read and write, while PostgreSQL is away; each with its answer. */
function askAll(): Promise<Answer[]> {
  const signal = AbortSignal.timeout(LONGEST_ANSWER_MS);
  const inTime = (answer: Promise<Answer>) =>
    Promise.race([
      answer,
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('No answer.')))),
    ]);
  return Promise.all(
    [
      person.get('/auth/user/me/?nocache=true'),
      person.get('/tasks/?nocache=true'),
      person.get('/csv-data/uploads/?nocache=true'),
      person.post('/tasks/', { title: 'Water the plants' }),
      person.upload('a,b\n1,2\n', 'while-away.csv'),
      person.as().post('/auth/user/login/', { email: person.email, password: 'violet-harbour-29-lamps' }),
    ].map(inTime),
  );
}

function expectHonest(answers: Answer[]): void {
  for (const { status, headers, body } of answers) {
    if (status < 300) continue;
    const logged = service.api.log.filter((line) => line.code === body.code).map(({ err }) => JSON.stringify(err));
    expect([status, body.code], logged.join('\n')).toEqual([
      503,
      expect.stringMatching(/^(service|storage)_unavailable$/),
    ]);
    expect(headers.get('retry-after')).not.toBeNull();
  }
}

const untilAnswers = () =>
  expect
    .poll(async () => (await person.get('/tasks/?nocache=true')).status, { timeout: 60_000, interval: 200 })
    .toBe(200);

describe('a PostgreSQL that', { timeout: 300_000 }, () => {
  it.each([
    ['crashes and is started again', () => postgres.crash(), () => postgres.start()],
    ['freezes', async () => postgres.freeze(), async () => postgres.thaw()],
    ['is behind a network that loses everything', async () => way.goBlack(), async () => way.comeBack()],
  ])('%s: answers are right or 503, and an ingest ends with exactly its rows and one mail', async (how, away, back) => {
    const filename = `${how.split(' ')[0]}.csv`;
    const id = (await person.upload({ path }, filename)).body.id;
    await untilBatches(service, id, 3);
    await away();
    const asked = askAll();
    await sleep(AWAY_MS);
    await back();
    expectHonest(await asked);
    await untilAnswers();
    await expectExactRows(service, await person.untilFinal(id), expected);
    await expectOneMail(service, person.email, filename);
    // The file that was sent while it was away was stored, or nothing of it was.
    for (const { id: sent } of (await person.get('/csv-data/uploads/?nocache=true&page_size=100')).body.results)
      expect((await person.untilFinal(sent)).status).toBe('completed');
    expect(await remainsOf(service, id)).toMatchObject({ jobs: [], orphanedTables: [], locks: [] });
    expect([...service.apis, ...service.workers].map(({ ending }) => ending)).toEqual([null, null]);
  });
});

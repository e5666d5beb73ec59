import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type WrittenDataSet, writeDataSet } from '../../bench/data-sets.js';
import { type OwnNginx, startNginx } from '../../scripts/servers/index.js';
import { BatchGate } from '../support/batch-gate.js';
import { hashCsv } from '../support/csv/oracle.js';
import type { ApiProcess } from '../support/processes.js';
import { Service } from '../support/service.js';
import { expectExactRows } from '../support/stored-uploads.js';
import { clientOf, follow, Load, sendSlowly } from './clients.js';

let service: Service;
let nginx: OwnNginx;
let file: WrittenDataSet;
let long: WrittenDataSet;
/** Longer than the slow uploads take: an api that stops finishes them. */
const SETTINGS = { SHUTDOWN_TIMEOUT_MS: '15000', INGEST_BATCH_ROWS: '5000', OWN_TABLE_BYTES: '1000000' };
/** Of the files that are sent all the time. */
const BATCHES = 8;
const SLOW_UPLOAD_MS = 4_000;
/** On a busy machine each start takes long, and so do 30 uploads and their comparison. */
const MINUTES_10 = 600_000;
/** Until requests arrive that nginx had already routed; docs/scaling.md says 5 s. */
const SETTLE_MS = 1_000;

beforeAll(async () => {
  file = await writeDataSet('B', join(inject('runFolder'), 'rolling.csv'), { rows: BATCHES * 5_000 });
  long = await writeDataSet('B', join(inject('runFolder'), 'long.csv'), { rows: 100_000 });
});
afterEach(async () => {
  await nginx?.stop();
  await service?.stop();
});

async function start(): Promise<void> {
  service = await Service.start({ apis: 2, workers: 2, env: { ...SETTINGS, TRUST_PROXY: '127.0.0.1' } });
  nginx = await startNginx({
    folder: join(inject('runFolder'), `nginx-${service.api.port}`),
    apis: service.apis,
    announce: console.log,
  });
}

/** The steps of docs/scaling.md: out of nginx, stop, start, into nginx. */
async function restartApi(old: ApiProcess): Promise<void> {
  await nginx.route(service.apis.map((api) => ({ url: api.url, down: api === old })));
  await sleep(SETTLE_MS);
  expect(await old.stop()).toEqual({ code: 0, signal: null });
  service.apis.splice(service.apis.indexOf(old), 1);
  await service.addApi();
  await nginx.route(service.apis);
}

async function restartWorker(): Promise<void> {
  const old = service.workers.shift()!;
  expect(await old.stop()).toEqual({ code: 0, signal: null });
  await service.addWorker();
}

function expectStatus(answer: { status: number; body: unknown }, ...statuses: number[]): void {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
}

describe('a rolling restart of two apis and two workers', () => {
  it(
    'answers every request of people who register, upload, query, write tasks and follow events',
    async () => {
      await start();
      const person = clientOf(nginx.url, (await clientOf(nginx.url).withAccount()).token);
      const known = await person.ingest({ path: file.path }, 'known.csv');
      const uploads: string[] = [];
      let tasks = 0;
      // An upload whose events are followed through the restarts of both apis. Only it has as many batches.
      const gate = await BatchGate.closed(service.database.url);
      await gate.openUpTo(BATCHES + 2);
      const { body: held } = await person.upload({ path: long.path }, 'long.csv');
      const followed = follow(person, held.id);
      followed.catch(() => {});
      const load = new Load();

      load.add('registers', async () => {
        const { token } = await clientOf(nginx.url).withAccount();
        expectStatus(await clientOf(nginx.url, token).get('/auth/user/me/'), 200);
      });
      load.add('writes tasks', async (turn) => {
        const created = await person.post('/tasks/', { title: `Task ${turn}` });
        expectStatus(created, 201);
        tasks += 1;
        const path = `/tasks/${created.body.id}/`;
        expectStatus(await person.send('PATCH', path, { json: { title: `Changed ${turn}` } }), 200);
        const read = await person.get(path);
        if (read.body.title !== `Changed ${turn}`) throw new Error(`A read after a write says ${read.body.title}.`);
      });
      load.add('queries', async (turn) => {
        const page = (turn % 300) + 1;
        const answer = await person.get(`/csv-data/uploads/${known.id}/data/?page=${page}&page_size=100`);
        expectStatus(answer, 200);
        const first = answer.body.data[0].row_id;
        if (first !== (page - 1) * 100 + 1) throw new Error(`Page ${page} begins with row ${first}.`);
        expectStatus(await person.get('/tasks/'), 200);
      });
      for (const uploader of [1, 2]) {
        load.add(`uploads ${uploader}`, async () => {
          const sent = await sendSlowly(person, file.path, SLOW_UPLOAD_MS);
          expectStatus(sent, 201);
          uploads.push(sent.body.id);
          const { status } = await follow(person, sent.body.id);
          if (status !== 'completed') throw new Error(`The events end with ${status}.`);
        });
      }

      await load.turns(1);
      const before = [...service.apis];
      for (const api of before) {
        await restartApi(api);
        await load.turns(1);
      }
      await gate.remove();
      for (let worker = 0; worker < 2; worker++) {
        await restartWorker();
        await load.turns(1);
      }
      await load.stop();
      expect(load.failures).toEqual([]);

      const passed = nginx.requests();
      expect(passed.filter(({ status }) => status >= 500 || status === 499)).toEqual([]);
      // The load went to all four: the two old apis and the two new ones.
      expect(new Set(passed.flatMap(({ tries }) => tries.map(({ api }) => api))).size).toBe(4);
      await service.idle(60_000);
      const [{ count }] = await service.sql.query(`SELECT count(*)::int FROM tasks WHERE title LIKE 'Changed %'`);
      expect(count).toBe(tasks);
      expect(uploads.length).toBeGreaterThanOrEqual(8);
      const hash = await hashCsv(file.path);
      for (const id of uploads) await expectExactRows(service, await person.untilFinal(id), hash);
      await expectExactRows(service, await person.untilFinal(held.id), await hashCsv(long.path));
      const events = await followed;
      expect(events.status).toBe('completed');
      expect(events.streams).toBeGreaterThanOrEqual(2);
    },
    MINUTES_10,
  );
});

describe('an api that dies', () => {
  it('costs no reader an answer: nginx asks the other one', async () => {
    await start();
    const person = clientOf(nginx.url, (await clientOf(nginx.url).withAccount()).token);
    const load = new Load();
    for (const reader of [1, 2, 3, 4]) {
      load.add(`reads ${reader}`, async () => expectStatus(await person.get('/tasks/?nocache=true'), 200));
    }
    await load.turns(20);
    const [dead] = service.apis.splice(0, 1);
    await dead!.stop('SIGKILL');
    await load.turns(20);
    // What it did not see is safe to repeat, whatever it is.
    for (let n = 0; n < 10; n++) expectStatus(await person.post('/tasks/', { title: `Task ${n}` }), 201);
    await load.stop();
    expect(load.failures).toEqual([]);
    const again = nginx.requests().filter(({ tries }) => tries.length > 1);
    expect(again.length).toBeGreaterThanOrEqual(5);
    for (const { status, tries } of again) expect([status, ...tries.map((each) => each.status)]).not.toContain(503);
    expect((await service.sql.query('SELECT count(*)::int FROM tasks'))[0].count).toBe(10);
  });
});

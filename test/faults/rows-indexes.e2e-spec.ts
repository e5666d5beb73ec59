import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { Client, type UploadView } from '../support/client.js';
import { readCsv } from '../support/csv/oracle.js';
import { IndexGate } from '../support/index-gate.js';
import { indexFacts, untilClaimed, untilIndexed } from '../support/indexes.js';
import { QueryLoop, type Question } from '../support/query-loop.js';
import { Service } from '../support/service.js';
import { expectNothingLeft } from '../support/stored-uploads.js';

/**
 * Workers are killed while they build indexes for queries. The answers are compared with a plain loop over the file. FAULTS=full kills
 * 20 times at random moments; otherwise a few times.
 */
const FULL = process.env.FAULTS === 'full';
const ROWS = FULL ? 250_000 : 80_000;
const RANDOM_KILLS = FULL ? 20 : 2;
/** From the claim until after the build: the search index of 80,000 rows takes about a second. */
const LATEST_KILL_MS = 1_200;

const SENSOR = 1;
const READING = 3;
const STATE = 4;

let path: string;
let questions: { equal: Question; searched: Question; sorted: Question; file: Question };
beforeAll(async () => {
  path = (await writeDataSet('B', join(inject('runFolder'), 'indexed.csv'), { rows: ROWS })).path;
  const rows: (string | null)[][] = [];
  for await (const row of readCsv(path)) rows.push(row);
  const numbersOf = (fits: (row: (string | null)[]) => boolean) =>
    rows.flatMap((row, index) => (fits(row) ? [index + 1] : []));
  const reading = (number: number) => Number(rows[number - 1]![READING]);
  const filter = (filters: object) => `filters=${encodeURIComponent(JSON.stringify(filters))}`;
  questions = {
    equal: {
      what: 'a filter by equality',
      query: filter({ sensor: 'sn-00042' }),
      rows: numbersOf((row) => row[SENSOR] === 'sn-00042'),
    },
    searched: {
      what: 'a search in all columns',
      query: 'search=N-0077',
      rows: numbersOf((row) => row.some((cell) => cell?.toLowerCase().includes('n-0077'))),
    },
    sorted: {
      what: 'a filter that is sorted',
      query: `${filter({ state: 'warn', reading: { gte: 400, lt: 450 } })}&sort_by=-reading`,
      rows: numbersOf(
        (row) => row[STATE] === 'warn' && Number(row[READING] ?? -1) >= 400 && Number(row[READING]) < 450,
      ).sort((a, b) => reading(b) - reading(a) || a - b),
    },
    file: { what: 'the file', query: '', rows: rows.map((_, index) => index + 1) },
  };
});

let service: Service;
let gate: IndexGate;
let person: Client & { email: string };
let upload: UploadView;
beforeEach(async () => {
  service = await Service.start({
    env: {
      OWN_TABLE_BYTES: '1000000',
      JOBS_LEASE_MS: '600',
      JOBS_SWEEP_MS: '100',
      DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: '1000',
      // The test checks exact counts, so none may become an estimate on a slow machine.
      COUNT_TIMEOUT_MS: '20000',
    },
  });
  gate = await IndexGate.open(service.database);
  person = await service.client.withAccount();
  upload = await person.ingest({ path }, 'indexed.csv');
});
afterEach(async () => {
  await gate?.remove();
  await service?.stop();
});

const ask = async ({ query }: Question, client: Client = person) => {
  const { status, body } = await client.get(`/csv-data/uploads/${upload.id}/data/?${query}&nocache=true`);
  expect(status).toBe(200);
  return body;
};
const indexUsedFor = async (question: Question) => (await ask(question)).performance.index;

describe('identical first queries at the same time', () => {
  it('start one build, with several apis and workers', async () => {
    const others = await Promise.all([service.addApi(), service.addApi()]);
    await service.addWorker();
    await gate.shut();
    const clients = [person, ...others.map(({ url }) => new Client(url, person.token))];
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => ask(questions.equal, clients[n % clients.length])),
    );
    for (const { data, performance } of answers) {
      expect(data.map((row: { row_id: number }) => row.row_id)).toEqual(questions.equal.rows.slice(0, 100));
      expect(performance.index).toBe('building');
    }
    await gate.untilHeld();
    expect(await indexFacts(service, upload.id)).toEqual({
      catalogue: ['order_asc sensor building'],
      jobs: ['order_asc sensor'],
      built: [],
    });
    // Any other worker with such a job would wait at the gate by now, or has skipped the job.
    await sleep(1_000);
    expect(await gate.waiting()).toHaveLength(1);
    await gate.letThrough();
    expect(await untilIndexed(service, upload.id)).toEqual({
      catalogue: ['order_asc sensor ready'],
      jobs: [],
      built: ['order_asc_2'],
    });
    expect(await gate.builds()).toBe(1);
    expect(await indexUsedFor(questions.equal)).toBe('used');
  });
});

describe('an index whose worker', () => {
  it.each([
    { question: 'equal', kind: 'order_asc sensor', index: 'order_asc_2' },
    { question: 'searched', kind: 'search', index: 'search' },
  ] as const)(
    'is killed after the build and before the commit is built once by the next worker, and queries are answered meanwhile ($kind)',
    async ({ question, kind, index }) => {
      const asked = questions[question];
      const loop = new QueryLoop(person, upload.id, [asked, questions.file]);
      try {
        await gate.shut();
        await loop.more();
        await gate.untilHeld();
        await loop.more();
        const [orphan] = await gate.waiting();
        await service.worker.stop('SIGKILL');
        await loop.more();
        // Another worker claims the job while the first build still runs in the server.
        await service.addWorker();
        await untilClaimed(service, upload.id, 2);
        // The server ends the first build although the gate is closed; then the second build reaches the gate.
        await expect.poll(() => gate.waiting(), { timeout: 30_000 }).not.toContain(orphan);
        await gate.untilHeld();
        await loop.more();
        expect(await indexFacts(service, upload.id)).toEqual({
          catalogue: [`${kind} building`],
          jobs: [kind],
          built: [],
        });
        expect(await indexUsedFor(asked)).toBe('building');
        await gate.letThrough();
        expect(await untilIndexed(service, upload.id)).toEqual({
          catalogue: [`${kind} ready`],
          jobs: [],
          built: [index],
        });
        await loop.more();
      } finally {
        await loop.end();
      }
      expect(loop.wrong).toEqual([]);
      expect(await gate.builds()).toBe(2);
      expect(await indexUsedFor(asked)).toBe('used');
    },
  );

  it('is frozen after the build and before the commit is built once by another worker', async () => {
    const frozen = service.worker;
    await gate.shut();
    await ask(questions.equal);
    await gate.untilHeld();
    frozen.kill('SIGSTOP');
    await service.addWorker();
    await untilClaimed(service, upload.id, 2);
    await gate.letThrough();
    const built = { catalogue: ['order_asc sensor ready'], jobs: [], built: ['order_asc_2'] };
    expect(await untilIndexed(service, upload.id)).toEqual(built);
    frozen.kill('SIGCONT');
    await sleep(1_500);
    expect(await indexFacts(service, upload.id)).toEqual(built);
    expect(frozen.ending).toBeNull();
    expect(await indexUsedFor(questions.equal)).toBe('used');
  });

  it('is killed at random moments exists in the end, and queries are answered meanwhile', async () => {
    const all = Object.values(questions);
    const loop = new QueryLoop(person, upload.id, all);
    const moments: number[] = [];
    try {
      for (let kill = 1; kill <= RANDOM_KILLS; kill++) {
        moments.push(Math.round(Math.random() * LATEST_KILL_MS));
        await sleep(moments.at(-1)!);
        await service.workers.at(-1)!.stop('SIGKILL');
        await loop.more(1);
        await service.addWorker();
      }
      const facts = await untilIndexed(service, upload.id);
      expect(facts, `killed after ${moments.join(', ')} ms`).toEqual({
        catalogue: ['order_asc sensor ready', 'order_asc state ready', 'order_desc reading ready', 'search ready'],
        jobs: [],
        built: ['order_asc_2', 'order_asc_5', 'order_desc_4', 'search'],
      });
      await loop.more();
    } finally {
      await loop.end();
    }
    expect(loop.wrong).toEqual([]);
    for (const question of all) expect(await indexUsedFor(question), question.what).toBe('used');
  });
});

describe('an upload that is deleted while its index is built', () => {
  it.each([
    { worker: 'lives', kills: false },
    { worker: 'has been killed', kills: true },
  ])(
    'is not found at once, leaves no index and no table, and the build ends, when the worker $worker',
    async ({ kills }) => {
      const other = await person.ingest({ path }, 'other.csv');
      await gate.shut();
      await ask(questions.searched);
      await gate.untilHeld();
      if (kills) await service.worker.stop('SIGKILL');
      expect((await person.send('DELETE', `/csv-data/uploads/${upload.id}/`)).status).toBe(204);
      for (const rest of ['', `data/?${questions.searched.query}`, 'data/', 'export/', 'columns/']) {
        expect((await person.get(`/csv-data/uploads/${upload.id}/${rest}`)).status, rest).toBe(404);
      }
      if (kills) await service.addWorker();
      // The gate is still closed, so the build did not pass it but was ended.
      await expectNothingLeft(service, upload.id);
      expect(await indexFacts(service, upload.id)).toEqual({ catalogue: [], jobs: [], built: [] });
      expect(await gate.waiting()).toEqual([]);
      await gate.letThrough();

      // The worker still builds other indexes.
      upload = other;
      await ask(questions.searched);
      expect(await untilIndexed(service, upload.id)).toMatchObject({ built: ['search'] });
      const { data, performance } = await ask(questions.searched);
      expect(performance.index).toBe('used');
      expect(data.map((row: { row_id: number }) => row.row_id)).toEqual(questions.searched.rows.slice(0, 100));
      const [{ tables }] = await service.sql.query(
        `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'csv_parts'`,
      );
      expect(tables).toBe(1);
    },
  );
});

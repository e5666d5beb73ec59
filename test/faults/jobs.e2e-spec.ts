import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull from 'bull';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import type { Client } from '../support/client.js';
import { hashCsv, type RowsHash } from '../support/csv/oracle.js';
import type { AppProcess } from '../support/processes.js';
import { Service } from '../support/service.js';
import {
  expectExactRows,
  expectNothingLeft,
  expectOneMail,
  remainsOf,
  untilBatches,
} from '../support/stored-uploads.js';

// Real: api, workers, PostgreSQL, Redis and a mail server.

let service: Service;
let person: Client & { email: string };
let path: string;
let expected: RowsHash;

beforeAll(async () => {
  service = await Service.start({ workers: 0, env: { INGEST_BATCH_ROWS: '1000', OWN_TABLE_BYTES: '1000000' } });
  path = (await writeDataSet('B', join(inject('runFolder'), 'jobs.csv'), { rows: 80_000 })).path;
  expected = await hashCsv(path);
});
afterAll(() => service?.stop());
beforeEach(async () => {
  person = await service.client.withAccount();
});

const NO_REMAINS = { jobs: [], orphanedTables: [], orphanedFiles: [], locks: [] };
const uploadAs = async (filename: string): Promise<string> => (await person.upload({ path }, filename)).body.id;
const find = async (id: string) => (await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body;

describe('one job that two workers are given', () => {
  it('is done once, also when Bull gives it many times', async () => {
    const id = await uploadAs('two-workers.csv');
    const [{ id: outboxId, job }] = await service.sql.query(
      `SELECT id, job FROM outbox WHERE payload ->> 'upload_id' = $1`,
      [id],
    );
    const queue = new Bull(job.replace('csv.', ''), {
      createClient: () => new Redis(service.redis.url, { maxRetriesPerRequest: null, enableReadyCheck: false }),
      prefix: '{app:bull}',
    });
    for (let copy = 0; copy < 6; copy += 1) await queue.add(job, { outbox_id: outboxId });
    const workers = await Promise.all([service.addWorker(), service.addWorker()]);
    await expectExactRows(service, await person.untilFinal(id), expected);
    await expectOneMail(service, person.email, 'two-workers.csv');
    expect(await remainsOf(service, id)).toMatchObject(NO_REMAINS);
    await queue.close();
    await Promise.all(workers.map((worker) => worker.stop()));
  });
});

describe('a worker whose clock is', () => {
  it.each([
    ['an hour fast', 3_600_000],
    ['an hour slow', -3_600_000],
  ])('%s completes an ingest, keeps its lease and takes none from another worker', async (how, byMs) => {
    const shift = `const now = Date.now; Date.now = () => now() + ${byMs}; const D = Date; globalThis.Date = class extends D { constructor(...a) { a.length ? super(...a) : super(D.now()); } };`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(shift)}`;
    const right = await service.addWorker();
    const id = await uploadAs(`${how}.csv`);
    await untilBatches(service, id, 2);
    const wrong = await service.addWorker({ NODE_OPTIONS });
    const others = await Promise.all([1, 2, 3].map((n) => person.upload('a,b\n1,2\n', `${how}-${n}.csv`)));
    await expectExactRows(service, await person.untilFinal(id), expected);
    for (const { body } of others) expect(await person.untilFinal(body.id)).toMatchObject({ processed_rows: 1 });
    await right.stop();
    const last = await uploadAs(`${how}-last.csv`);
    await expectExactRows(service, await person.untilFinal(last), expected);
    await expectOneMail(service, person.email, `${how}-last.csv`);
    const claims = await service.sql.query(`SELECT job FROM outbox WHERE claims > 1`);
    expect(claims).toEqual([]);
    await wrong.stop();
  });
});

describe('a job that an older or newer release left behind', () => {
  it.each([
    ['has a field that this release does not know', 'csv.ingest', { unknown: 1 }, 'completed'],
    ['lacks a field', 'csv.ingest', { upload_id: null }, 'pending'],
  ])('%s: the worker lives, and its other jobs are done', async (_, job, change, status) => {
    const id = await uploadAs('old-payload.csv');
    await service.sql.query(`UPDATE outbox SET job = $2, payload = payload || $3 WHERE payload ->> 'upload_id' = $1`, [
      id,
      job,
      JSON.stringify(change),
    ]);
    const worker = await service.addWorker();
    expect(await person.ingest('a,b\n1,2\n', 'other.csv')).toMatchObject({ processed_rows: 1 });
    if (status === 'completed') await person.untilFinal(id);
    expect((await find(id)).status).toBe(status);
    if (status === 'pending') {
      // Dead, and not forgotten: its owner can still stop it.
      await expect
        .poll(() => service.sql.query(`SELECT job FROM outbox WHERE dead_at IS NOT NULL`), { timeout: 20_000 })
        .toEqual([{ job }]);
      expect((await person.send('DELETE', `/csv-data/uploads/${id}/`)).status).toBe(204);
      await expectNothingLeft(service, id);
      await service.sql.query('DELETE FROM outbox WHERE dead_at IS NOT NULL');
    }
    expect(worker.ending).toBeNull();
    await worker.stop();
  });
});

describe('an old and a new worker at the same time', () => {
  it('leave a job that neither knows alone, also when Bull hands it to them, and do all others', async () => {
    const [{ id: unknown }] = await service.sql.query(
      `INSERT INTO outbox (id, job, payload, run_at) VALUES (gen_random_uuid(), 'csv.of-a-newer-release', '{}', now()) RETURNING id`,
    );
    const workers = await Promise.all([service.addWorker(), service.addWorker()]);
    const queue = new Bull('maintenance', {
      createClient: () => new Redis(service.redis.url, { maxRetriesPerRequest: null, enableReadyCheck: false }),
      prefix: '{app:bull}',
    });
    for (let copy = 0; copy < 5; copy += 1) await queue.add('csv.of-a-newer-release', { outbox_id: unknown });
    const id = await uploadAs('beside-unknown.csv');
    await expectExactRows(service, await person.untilFinal(id), expected);
    expect((await person.send('DELETE', `/csv-data/uploads/${id}/`)).status).toBe(204);
    await expectNothingLeft(service, id);
    for (const worker of workers) expect(worker.ending).toBeNull();
    expect(await service.sql.query('SELECT attempts, claims, dead_at FROM outbox WHERE id = $1', [unknown])).toEqual([
      { attempts: 0, claims: 0, dead_at: null },
    ]);
    await service.sql.query('DELETE FROM outbox WHERE id = $1', [unknown]);
    await queue.close();
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('take an upload over from each other in either direction, though their batches and tables differ', async () => {
    const older = { INGEST_BATCH_ROWS: '700', INGEST_CONNECTIONS: '1', OWN_TABLE_BYTES: `${2 ** 40}` };
    let [old, young] = await Promise.all([service.addWorker(older), service.addWorker()]);
    const id = await uploadAs('two-releases.csv');
    for (let turn = 1; turn <= 3; turn += 1) {
      await untilBatches(service, id, turn * 8);
      await old.stop(turn % 2 ? 'SIGKILL' : 'SIGTERM');
      old = await service.addWorker(older);
      await young.stop(turn % 2 ? 'SIGTERM' : 'SIGKILL');
      young = await service.addWorker();
    }
    await expectExactRows(service, await person.untilFinal(id), expected);
    await expectOneMail(service, person.email, 'two-releases.csv');
    expect(await remainsOf(service, id)).toMatchObject(NO_REMAINS);
    await Promise.all([old.stop(), young.stop()]);
  });
});

describe('an upload, at each of its stages,', () => {
  /** Freezes the worker as soon as the upload is seen at this stage. @returns the stage at which it stands */
  async function freezeAt(worker: AppProcess, id: string, stage: string): Promise<string> {
    for (;;) {
      const [row] = await service.sql.query('SELECT stage FROM csv_uploads WHERE id = $1', [id]);
      if (row.stage === stage || ['done', 'failed', 'cancelled'].includes(row.stage)) {
        worker.kill('SIGSTOP');
        return (await service.sql.query('SELECT stage FROM csv_uploads WHERE id = $1', [id]))[0].stage;
      }
      await sleep(1);
    }
  }

  const STAGES = ['queued', 'detecting', 'loading', 'analyzing', 'done'];
  it.each(STAGES.flatMap((stage) => ['cancel', 'delete', 'retry'].map((action) => [stage, action] as const)))(
    'at %s takes a %s, and ends as it should',
    async (stage, action) => {
      const filename = `${stage}-${action}.csv`;
      let worker: AppProcess | undefined;
      if (stage !== 'queued') worker = await service.addWorker();
      const id = await uploadAs(filename);
      const seen = worker ? await freezeAt(worker, id, stage) : 'queued';
      const asked =
        action === 'delete'
          ? person.send('DELETE', `/csv-data/uploads/${id}/`)
          : person.post(`/csv-data/uploads/${id}/${action}/`);
      // A frozen worker may hold a lock for as long as a statement takes to end; then the caller is told to try again.
      await sleep(200);
      worker?.kill('SIGCONT');
      worker ??= await service.addWorker();
      const { status } = await asked;
      console.log(`${action} at ${seen}: ${status}`);
      if (action === 'delete') {
        expect(status).toBe(204);
        expect((await person.get(`/csv-data/uploads/${id}/`)).status).toBe(404);
        await expectNothingLeft(service, id);
        await service.idle();
        const mails = service.inbox.messages.filter(({ text }) => text.includes(filename));
        expect(mails).toHaveLength(seen === 'done' ? 1 : 0);
      } else {
        expect([202, 409]).toContain(status);
        // Neither a retry of what has not ended, nor a cancel of what has.
        if (action === 'retry') expect(status).toBe(409);
        const upload = await person.untilFinal(id);
        if (status === 202) {
          expect(upload).toMatchObject({ status: 'cancelled', processed_rows: 0 });
          await expect
            .poll(() => remainsOf(service, id), { timeout: 30_000 })
            .toMatchObject({ rows: 0, batches: 0, ...NO_REMAINS });
          expect((await person.post(`/csv-data/uploads/${id}/retry/`)).status).toBe(202);
        }
        await expectExactRows(service, await person.untilFinal(id), expected);
        await expectOneMail(service, person.email, filename);
        expect(await remainsOf(service, id)).toMatchObject(NO_REMAINS);
      }
      await worker.stop();
    },
  );
});

// The last test: what it adds stays.
describe('a worker and an api of the older release, while the newer one has added columns,', () => {
  it('go on with an ingest, and with everything else', async () => {
    const before = service.api.log.length;
    const worker = await service.addWorker();
    const id = await uploadAs('newer-columns.csv');
    await untilBatches(service, id, 3);
    for (const table of ['csv_uploads', 'csv_batches', 'csv_rejects', 'outbox', 'mails', 'users', 'tasks'])
      await service.sql.query(`ALTER TABLE ${table} ADD COLUMN of_newer_release text NOT NULL DEFAULT 'new'`);
    await expectExactRows(service, await person.untilFinal(id), expected);
    await expectOneMail(service, person.email, 'newer-columns.csv');
    expect((await person.post('/tasks/', { title: 'Water the plants' })).status).toBe(201);
    const { body } = await person.upload('a,b\n1,2\n1,2,3\n4,5\n', 'one-reject.csv', '?header=true');
    expect(await person.untilFinal(body.id)).toMatchObject({ processed_rows: 2, rejected_rows: 1 });
    expect((await person.withAccount()).token).toBeTruthy();
    await service.idle();
    for (const app of [worker, service.api]) expect(app.ending).toBeNull();
    const lines = [...worker.log, ...service.api.log.slice(before)];
    expect(lines.filter(({ level = 0 }) => level >= 50)).toEqual([]);
    await worker.stop();
  });
});

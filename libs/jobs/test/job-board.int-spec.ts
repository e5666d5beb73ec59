import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId, Transactions } from '@app/database';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../scripts/processes/wait-until.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { JobBoard, UNKNOWN_JOBS } from '../src/job-board.js';
import { QUEUES } from '../src/job-catalogue.js';
import { JobOutbox } from '../src/job-outbox.js';
import { JobQueues } from '../src/job-queues.js';
import { JobsModule } from '../src/jobs.module.js';

let database: TestDatabase;
let redis: TestRedis;
let app: TestingModule;
let board: JobBoard;

beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
  const config = loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    LOG_LEVEL: 'silent',
    // No sweep repairs what a test has broken.
    JOBS_SWEEP_MS: '600000',
  });
  app = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(config), DatabaseModule.forRoot('test'), JobsModule],
  }).compile();
  app.useLogger(false);
  await app.init();
  board = app.get(JobBoard);
});
afterAll(async () => {
  await app.close();
  await Promise.all([redis.remove(), database.drop()]);
});
beforeEach(async () => {
  await sql('TRUNCATE outbox');
  await bull().empty();
});

const sql = (statement: string, parameters: unknown[] = []) => app.get(DataSource).query(statement, parameters);
const bull = () => app.get(JobQueues).get(QUEUES.mail)!;

/** Adds a job, and waits until Bull has it. */
async function addMail(): Promise<string> {
  const id = await app.get(Transactions).run((tx) => app.get(JobOutbox).add(tx, 'mail.send', { mail_id: newId() }));
  await waitUntil(() => bull().getJob(id), { timeoutMs: 10_000, onTimeout: () => new Error('Bull has no job.') });
  return id;
}

const bullOf = async (id: string) => (await board.get(QUEUES.mail, id))?.bull;

describe('the board of jobs', () => {
  it('counts and lists each job under what comes next for it', async () => {
    const [due, running, delayed, dead] = [await addMail(), await addMail(), await addMail(), await addMail()];
    await sql(`UPDATE outbox SET lease_until = now() + interval '1 min' WHERE id = $1`, [running]);
    await sql(`UPDATE outbox SET run_at = now() + interval '1 h' WHERE id = $1`, [delayed]);
    await sql(`UPDATE outbox SET dead_at = now(), last_error = 'no such address' WHERE id = $1`, [dead]);
    expect(await board.count(QUEUES.mail)).toEqual({ due: 1, running: 1, delayed: 1, dead: 1 });
    expect(await board.count(QUEUES.ingest)).toEqual({ due: 0, running: 0, delayed: 0, dead: 0 });
    const ids = async (...states: Parameters<JobBoard['list']>[1]) =>
      (await board.list(QUEUES.mail, states, 0, 10)).map(({ id }) => id);
    expect(await ids('due')).toEqual([due]);
    expect(await ids('running')).toEqual([running]);
    expect(await ids('delayed')).toEqual([delayed]);
    expect(await ids('dead')).toEqual([dead]);
    expect(await ids('dead', 'due')).toEqual([dead, due]);
    expect((await board.list(QUEUES.mail, ['dead', 'due'], 1, 1)).map(({ id }) => id)).toEqual([due]);
    expect(await board.get(QUEUES.mail, dead)).toMatchObject({ state: 'dead', last_error: 'no such address' });
    expect(await board.get(QUEUES.ingest, dead)).toBeNull();
    expect(await board.get(QUEUES.mail, 'no id')).toBeNull();
  });

  it('tells what Bull holds of a job: a copy, none, or one that it will never run', async () => {
    const id = await addMail();
    expect(await bullOf(id)).toBe('waiting');
    expect(await board.countInBull(QUEUES.mail)).toEqual(
      expect.objectContaining({ waiting: 1, active: 0, delayed: 0 }),
    );
    // What a flush of Redis during a hand-over leaves: a worker wrote a time under the key of a job that was no more.
    await bull().client.del(bull().toKey(id));
    await bull().client.hset(bull().toKey(id), 'processedOn', Date.now());
    expect(await bullOf(id)).toBe('stale');
    await bull().client.flushall();
    expect(await bullOf(id)).toBe('none');
    expect(await board.count(QUEUES.mail)).toEqual({ due: 1, running: 0, delayed: 0, dead: 0 });
  });

  it('shows jobs of a newer release, which belong to no queue', async () => {
    const id = newId();
    await sql(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'csv.future', '{"a": 1}')`, [id]);
    expect(await board.count(UNKNOWN_JOBS)).toEqual({ due: 1, running: 0, delayed: 0, dead: 0 });
    expect(await board.list(UNKNOWN_JOBS, ['due'], 0, 10)).toMatchObject([{ id, job: 'csv.future', bull: 'none' }]);
  });

  it('shows the jobs while Redis is frozen, and says that it does not know what Bull holds', async () => {
    const id = await addMail();
    redis.pause();
    try {
      expect(await board.list(QUEUES.mail, ['due'], 0, 10)).toMatchObject([{ id, bull: 'unknown' }]);
      expect(await board.countInBull(QUEUES.mail)).toBeNull();
      expect(await board.redisInfo()).toBeNull();
    } finally {
      redis.resume();
    }
    expect(await board.redisInfo()).toContain('redis_version');
  });
});

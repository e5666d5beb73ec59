import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId, Transactions, type Tx } from '@app/database';
import { Process, Processor } from '@nestjs/bull';
import { Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { HandlesJob } from '../src/handles-job.js';
import { jobCatalogue, QUEUES } from '../src/job-catalogue.js';
import { JobOutbox } from '../src/job-outbox.js';
import { JobQueues } from '../src/job-queues.js';
import { type JobContext, UnrecoverableError } from '../src/job-runner.js';
import { JobsModule } from '../src/jobs.module.js';
import { JobsProcessorModule } from '../src/jobs.processor.module.js';
import { OutboxRepository } from '../src/outbox.repository.js';
import { idleProcessor, idleProcessors } from './idle-processors.js';

// Real: PostgreSQL, Redis, Bull, the outbox. Fake: what the handler of mail.send does; `behaviour` decides it per test.

let behaviour: (mailId: string, context: JobContext) => Promise<void>;
let handled: string[];
let dead: string[];
let onDead: (mailId: string) => Promise<void>;

@Processor(QUEUES.mail)
class FakeMailProcessor {
  @HandlesJob('mail.send', { onDead: 'giveUp' })
  async handle({ mail_id }: { mail_id: string }, context: JobContext): Promise<void> {
    handled.push(mail_id);
    await behaviour(mail_id, context);
  }

  giveUp(_tx: Tx, { mail_id }: { mail_id: string }): Promise<void> {
    return onDead(mail_id);
  }
}

let database: TestDatabase;
let redis: TestRedis;
const running: TestingModule[] = [];

const configFor = (overrides: Record<string, string> = {}) =>
  loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    LOG_LEVEL: 'silent',
    JOBS_SWEEP_MS: '50',
    JOBS_LEASE_MS: '600',
    SHUTDOWN_TIMEOUT_MS: '2000',
    ...overrides,
  });

async function boot(imports: Type[], providers: Type[], overrides?: Record<string, string>): Promise<TestingModule> {
  @Module({ imports, providers })
  class Processors {}
  const app = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(configFor(overrides)), DatabaseModule.forRoot('test'), JobsModule, Processors],
  }).compile();
  app.useLogger(false);
  running.push(app);
  await app.init();
  return app;
}

const api = () => boot([], []);
const worker = (overrides?: Record<string, string>) =>
  boot([JobsProcessorModule], [FakeMailProcessor, ...idleProcessors('mail.send')], overrides);

const add = (app: TestingModule, mailId = newId()): Promise<string> =>
  app
    .get(Transactions)
    .run((tx) => app.get(JobOutbox).add(tx, 'mail.send', { mail_id: mailId }))
    .then(() => mailId);

const mailQueue = (app: TestingModule) => app.get(JobQueues).get(QUEUES.mail)!;

const outboxRows = (app: TestingModule) => app.get(DataSource).query('SELECT * FROM outbox');

async function until<T>(ask: () => Promise<T> | T, timeoutMs = 15_000): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error('The condition did not hold in time.');
    await sleep(20);
  }
}

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.remove());

beforeEach(async () => {
  database = await createTestDatabase();
  behaviour = async () => {};
  handled = [];
  dead = [];
  onDead = async (mailId) => void dead.push(mailId);
});
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  await database.drop();
});

describe('the outbox', () => {
  it('hands a job to a worker after the commit, and deletes its row when it is done', async () => {
    const app = await worker();
    const mailId = await add(app);
    await until(() => handled.length === 1);
    expect(handled).toEqual([mailId]);
    await until(async () => (await outboxRows(app)).length === 0);
  });

  it('adds no job when the transaction is rolled back', async () => {
    const app = await worker();
    const failing = app.get(Transactions).run(async (tx) => {
      await app.get(JobOutbox).add(tx, 'mail.send', { mail_id: newId() });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await sleep(300);
    expect(handled).toEqual([]);
    expect(await outboxRows(app)).toEqual([]);
  });

  it('adds the job in the transaction of the change, so that a process that dies right after the commit loses nothing', async () => {
    const app = await api();
    const { manager } = app.get(DataSource);
    const count = async (seenBy: typeof manager) => (await seenBy.query('SELECT id FROM outbox')).length;
    await app.get(Transactions).run(async (tx) => {
      await app.get(JobOutbox).add(tx, 'mail.send', { mail_id: newId() });
      expect(await count(tx.manager)).toBe(1);
      expect(await count(manager)).toBe(0);
    });
    expect(await count(manager)).toBe(1);
  });

  it('rejects a payload that does not match the job', async () => {
    const app = await api();
    await expect(add(app, 'no id')).rejects.toThrow();
  });

  it('enqueues a row that no process enqueued after its commit', async () => {
    const app = await worker();
    const mailId = newId();
    await app
      .get(DataSource)
      .query(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'mail.send', $2)`, [newId(), { mail_id: mailId }]);
    await until(() => handled.includes(mailId));
  });

  it('loses no job when Redis loses its data', async () => {
    const sender = await api();
    const mailId = await add(sender);
    await until(async () => (await outboxRows(sender))[0].enqueued_at);
    await mailQueue(sender).client.flushall();
    await worker();
    await until(() => handled.includes(mailId));
    expect(handled).toEqual([mailId]);
  });

  it('replaces the stale job that a flush of Redis leaves during a hand-over', async () => {
    const sender = await api();
    const mailId = await add(sender);
    const row = await until(async () =>
      (await outboxRows(sender)).find(({ enqueued_at }: { enqueued_at: unknown }) => enqueued_at),
    );
    const queue = mailQueue(sender);
    await queue.client.flushall();
    // The key that Bull's script moveToActive writes when the job's own data is gone.
    await queue.client.hset(queue.toKey(row.id), 'processedOn', Date.now());
    await worker();
    await until(() => handled.includes(mailId));
    expect(handled).toEqual([mailId]);
  });

  it('keeps jobs while Redis is away, and the commit does not wait for Redis', async () => {
    const app = await worker();
    await redis.stop('SIGKILL');
    const mailId = await add(app);
    await sleep(200);
    expect(handled).toEqual([]);
    await redis.start();
    await until(() => handled.includes(mailId));
  });

  it('runs a job once when it is enqueued several times', async () => {
    behaviour = () => sleep(300);
    const first = await worker();
    const second = await worker();
    const mailId = await add(first);
    await until(() => handled.length > 0);
    const [row] = await outboxRows(first);
    const queue = mailQueue(second);
    await queue.add('mail.send', { outbox_id: row.id });
    await queue.add('mail.send', { outbox_id: row.id });
    await until(async () => (await outboxRows(first)).length === 0);
    await sleep(200);
    expect(handled).toEqual([mailId]);
  });
});

describe('a failed job', () => {
  it('runs again until it succeeds', async () => {
    behaviour = async () => {
      if (handled.length < 2) throw new Error('not yet');
    };
    const app = await worker();
    const mailId = await add(app);
    await until(async () => (await outboxRows(app))[0]?.last_error === 'not yet');
    await app.get(DataSource).query('UPDATE outbox SET run_at = now()');
    await until(async () => (await outboxRows(app)).length === 0);
    expect(handled).toEqual([mailId, mailId]);
  });

  it('is not run before it is due, also when Bull hands it over early because the clock of a process is fast', async () => {
    const app = await worker();
    const id = await app
      .get(Transactions)
      .run((tx) => app.get(JobOutbox).add(tx, 'mail.send', { mail_id: newId() }, { delayMs: 60_000 }));
    const outbox = app.get(OutboxRepository);
    expect(await outbox.claim(id, newId(), 600)).toBeNull();
    await app.get(DataSource).query('UPDATE outbox SET run_at = now()');
    expect(await outbox.claim(id, newId(), 600)).toMatchObject({ attempt: 1 });
    await app.get(DataSource).query('DELETE FROM outbox');
  });

  it('waits for its back-off', async () => {
    behaviour = async () => {
      throw new Error('not yet');
    };
    const app = await worker();
    await add(app);
    const row = await until(async () =>
      (await outboxRows(app)).find((one: { attempts: number }) => one.attempts === 1),
    );
    expect(row.run_at.getTime()).toBeGreaterThan(Date.now() + 3_000);
    expect(row.lease_until).toBeNull();
  });

  it('is released when its error message holds a NUL', async () => {
    behaviour = async () => {
      throw new Error('550 no such \0 user');
    };
    const app = await worker();
    await add(app);
    const row = await until(async () =>
      (await outboxRows(app)).find((one: { attempts: number }) => one.attempts === 1),
    );
    expect(row).toMatchObject({ last_error: '550 no such \uFFFD user', lease_until: null });
  });

  it('counts as an attempt when the handler throws something that is not an Error', async () => {
    behaviour = () => Promise.reject('just words');
    const app = await worker();
    await add(app);
    const row = await until(async () =>
      (await outboxRows(app)).find((one: { attempts: number }) => one.attempts === 1),
    );
    expect(row).toMatchObject({ last_error: 'just words' });
  });

  it('is marked dead after an unrecoverable error, and its onDead method runs', async () => {
    behaviour = async () => {
      throw new UnrecoverableError('no such address');
    };
    const app = await worker();
    const mailId = await add(app);
    await until(() => dead.length > 0);
    const [row] = await until(async () => {
      const rows = await outboxRows(app);
      return rows[0].dead_at && rows;
    });
    expect(row).toMatchObject({ last_error: 'no such address', lease_until: null });
    expect(dead).toEqual([mailId]);
    await sleep(300);
    expect(handled).toHaveLength(1);
  });

  it('is not dead when its onDead method fails', async () => {
    behaviour = async () => {
      throw new UnrecoverableError('no such address');
    };
    onDead = async () => {
      throw new Error('nobody is listening');
    };
    const app = await worker();
    await add(app);
    const row = await until(async () =>
      (await outboxRows(app)).find((one: { attempts: number }) => one.attempts === 1),
    );
    expect(row).toMatchObject({ dead_at: null, lease_until: null });
    expect(row.run_at.getTime()).toBeGreaterThan(Date.now() + 3_000);
  });

  it('does not count as an attempt when PostgreSQL was away', async () => {
    behaviour = async () => {
      throw new Error('Connection terminated unexpectedly');
    };
    const app = await worker();
    await add(app);
    const row = await until(async () =>
      (await outboxRows(app)).find((one: { run_at: Date }) => +one.run_at > Date.now()),
    );
    expect(row).toMatchObject({ attempts: 0, lease_until: null });
  });

  it('is marked dead after its last attempt', async () => {
    behaviour = async () => {
      throw new Error('still not');
    };
    const app = await worker();
    const mailId = newId();
    await app
      .get(DataSource)
      .query(`INSERT INTO outbox (id, job, payload, attempts) VALUES ($1, 'mail.send', $2, 15)`, [
        newId(),
        { mail_id: mailId },
      ]);
    await until(() => dead.includes(mailId));
  });

  it('is marked dead when its payload does not match the catalogue', async () => {
    const app = await worker();
    await app
      .get(DataSource)
      .query(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'mail.send', '{"mail": 1}')`, [newId()]);
    await until(async () => (await outboxRows(app))[0].dead_at);
    expect(handled).toEqual([]);
  });
});

describe('a lease', () => {
  it('is renewed while the handler works', async () => {
    behaviour = () => sleep(2_000);
    const app = await worker();
    await worker();
    await add(app);
    await until(async () => (await outboxRows(app)).length === 0);
    expect(handled).toHaveLength(1);
  });

  it('goes to another worker when it expires, and the first handler is interrupted', async () => {
    let interrupted: unknown;
    behaviour = async (_id, { signal }) => {
      if (handled.length > 1) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      interrupted = signal.reason;
    };
    const app = await worker();
    const mailId = await add(app);
    await until(() => handled.length === 1);
    // This is how other workers see a frozen process: its lease has expired.
    await app
      .get(DataSource)
      .query(`UPDATE outbox SET lease_token = NULL, lease_until = now() - interval '1 s', enqueued_at = NULL`);
    await until(() => interrupted);
    expect(interrupted).toMatchObject({ reason: 'lease-lost' });
    await until(async () => (await outboxRows(app)).length === 0);
    expect(handled).toEqual([mailId, mailId]);
  });

  it('is released when the worker stops, and the attempt does not count', async () => {
    behaviour = (_id, { signal }) =>
      handled.length > 1
        ? Promise.resolve()
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const first = await worker();
    const observer = await api();
    await add(observer);
    await until(() => handled.length === 1);
    await first.close();
    running.splice(running.indexOf(first), 1);
    const [row] = await outboxRows(observer);
    expect(row).toMatchObject({ attempts: 0, lease_until: null, dead_at: null });
    await worker();
    await until(async () => (await outboxRows(observer)).length === 0);
  });
});

describe('a stopping worker', () => {
  it('takes no more jobs, and leaves the enqueued ones to other workers', async () => {
    // Without a sweep, a lost job stays lost and the test sees it.
    const unswept = { JOBS_SWEEP_MS: '60000' };
    const observer = await boot([], [], unswept);
    for (let i = 0; i < 20; i++) await add(observer);
    // Bull adds up the concurrency of all jobs of a queue.
    const ofQueue = Object.values(jobCatalogue).filter(({ queue }) => queue === 'mail');
    const atOnce = ofQueue.reduce((sum, { concurrency }) => sum + Number(concurrency), 0);
    // Of the running jobs one ends at once when it is interrupted, the others after 500 ms.
    behaviour = (_id, { signal }) =>
      new Promise((_, reject) => {
        const slow = handled.length > 1;
        signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), slow ? 500 : 0));
      });
    const stopping = await worker(unswept);
    await until(() => handled.length === atOnce);
    await stopping.close();
    running.splice(running.indexOf(stopping), 1);
    expect(handled).toHaveLength(atOnce);
    const enqueued = new Set((await mailQueue(observer).getWaiting()).map(({ id }) => id));
    const untouched: { id: string; claims: number }[] = await outboxRows(observer);
    expect(untouched.filter(({ id, claims }) => claims === 0 && enqueued.has(id))).toHaveLength(20 - atOnce);
  });
});

describe('a worker that stops right after its boot', () => {
  it.each([0, 0, 5])('leaves no rejection that nobody handles, %s ms after it', async (delayMs) => {
    const rejections: unknown[] = [];
    const note = (error: unknown) => rejections.push(error);
    process.on('unhandledRejection', note);
    const app = await worker();
    if (delayMs > 0) await sleep(delayMs);
    await app.close();
    running.splice(running.indexOf(app), 1);
    await sleep(50);
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
});

describe('the boot of a worker', () => {
  it('fails when a job has no handler', async () => {
    const booting = boot([JobsProcessorModule], idleProcessors('csv.ingest'));
    await expect(booting).rejects.toThrow(
      'The job csv.ingest has no handler: it needs one in a processor of the queue "ingest".',
    );
  });

  it('fails when a job has two handlers in its queue', async () => {
    const booting = boot([JobsProcessorModule], [FakeMailProcessor, ...idleProcessors()]);
    await expect(booting).rejects.toThrow(
      'The job mail.send has 2 handlers (queues "mail", "mail"): it needs one, in a processor of the queue "mail".',
    );
  });

  it('fails when a job has a second handler in another queue', async () => {
    const second = idleProcessor('mail.send', QUEUES.indexing);
    const booting = boot([JobsProcessorModule], [...idleProcessors(), second]);
    await expect(booting).rejects.toThrow(
      'The job mail.send has 2 handlers (queues "mail", "indexing"): it needs one, in a processor of the queue "mail".',
    );
  });

  it('fails when the handler is in a processor of another queue', async () => {
    const elsewhere = idleProcessor('csv.ingest', QUEUES.mail);
    const booting = boot([JobsProcessorModule], [...idleProcessors('csv.ingest'), elsewhere]);
    await expect(booting).rejects.toThrow(
      'The job csv.ingest has its handler in a processor of the queue "mail": the catalogue names the queue "ingest".',
    );
  });

  it('fails when the class of the handler is not a processor', async () => {
    class NotAProcessor {
      @HandlesJob('csv.ingest')
      async handle(): Promise<void> {}
    }
    const booting = boot([JobsProcessorModule], [...idleProcessors('csv.ingest'), NotAProcessor]);
    await expect(booting).rejects.toThrow('The job csv.ingest has no handler');
  });

  it('fails when a handler names a job that is not in the catalogue', async () => {
    @Processor(QUEUES.mail)
    class Stranger {
      @Process('mail.digest')
      async handle(): Promise<void> {}
    }
    const booting = boot([JobsProcessorModule], [...idleProcessors(), Stranger]);
    await expect(booting).rejects.toThrow(
      'The queue "mail" has a handler for "mail.digest", which is not in the catalogue.',
    );
  });
});

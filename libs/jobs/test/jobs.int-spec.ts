import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId, Transactions } from '@app/database';
import { getQueueToken, Processor } from '@nestjs/bull';
import { Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Job, Queue } from 'bull';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { HandlesJob } from '../src/handles-job.js';
import { type JobName, jobNames, QUEUES } from '../src/job-catalogue.js';
import type { Ring } from '../src/job-dispatcher.js';
import { JobOutbox } from '../src/job-outbox.js';
import { type JobContext, JobRunner, UnrecoverableError } from '../src/job-runner.js';
import { JobsModule } from '../src/jobs.module.js';
import { JobsProcessorModule } from '../src/jobs.processor.module.js';

// Real: PostgreSQL, Redis, Bull, the outbox. Only what the jobs do is made up: `behaviour` decides it per test.

let behaviour: (mailId: string, context: JobContext) => Promise<void>;
let handled: string[];
let buried: string[];
let exhausted: (mailId: string) => Promise<void>;

@Processor(QUEUES.mail)
class FakeMailProcessor {
  constructor(private readonly runner: JobRunner) {}

  @HandlesJob('mail.send')
  handle(job: Job<Ring>) {
    return this.runner.run(
      'mail.send',
      job,
      async ({ mail_id }, context) => {
        handled.push(mail_id);
        await behaviour(mail_id, context);
      },
      { exhausted: (_tx, { mail_id }) => exhausted(mail_id) },
    );
  }
}

/** A class with one handler per name given, that does nothing. */
const idleProcessor = (names: JobName[]): Type => {
  class Idle {}
  for (const name of names) {
    const method = `handle_${name}`;
    Object.defineProperty(Idle.prototype, method, { value: async () => {}, writable: true });
    HandlesJob(name)(Idle.prototype, method, Object.getOwnPropertyDescriptor(Idle.prototype, method)!);
  }
  return Idle;
};

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
  boot(
    [JobsProcessorModule],
    [FakeMailProcessor, idleProcessor(jobNames.filter((name) => name !== 'mail.send'))],
    overrides,
  );

const add = (app: TestingModule, mailId = newId()): Promise<string> =>
  app
    .get(Transactions)
    .run((tx) => app.get(JobOutbox).add(tx, 'mail.send', { mail_id: mailId }))
    .then(() => mailId);

const outboxRows = (app: TestingModule) => app.get(DataSource).query('SELECT * FROM outbox');

async function until<T>(ask: () => Promise<T> | T, timeoutMs = 15_000): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error('It did not come to pass in time.');
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
  buried = [];
  exhausted = async (mailId) => void buried.push(mailId);
});
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  await database.drop();
});

describe('the outbox', () => {
  it('hands a job to a worker after the commit and leaves nothing behind', async () => {
    const app = await worker();
    const mailId = await add(app);
    await until(() => handled.length === 1);
    expect(handled).toEqual([mailId]);
    await until(async () => (await outboxRows(app)).length === 0);
  });

  it('leaves no job of a transaction that was rolled back', async () => {
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

  it('refuses a payload that is not the job’s', async () => {
    const app = await api();
    await expect(add(app, 'no id')).rejects.toThrow();
  });

  it('rings on its own what no commit rang', async () => {
    const app = await worker();
    const mailId = newId();
    await app
      .get(DataSource)
      .query(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'mail.send', $2)`, [newId(), { mail_id: mailId }]);
    await until(() => handled.includes(mailId));
  });

  it('outlives a Redis that lost everything', async () => {
    const sender = await api();
    const mailId = await add(sender);
    await until(async () => (await outboxRows(sender))[0].rung_at);
    await sender.get<Queue>(getQueueToken(QUEUES.mail), { strict: false }).client.flushall();
    await worker();
    await until(() => handled.includes(mailId));
    expect(handled).toEqual([mailId]);
  });

  it('rings again though a worker was being handed the job when Redis was flushed', async () => {
    const sender = await api();
    const mailId = await add(sender);
    const row = await until(async () =>
      (await outboxRows(sender)).find(({ rung_at }: { rung_at: unknown }) => rung_at),
    );
    const queue = sender.get<Queue>(getQueueToken(QUEUES.mail), { strict: false });
    await queue.client.flushall();
    // The second half of Bull's hand-over, as its script moveToActive leaves it when the first half is no longer there.
    await queue.client.hset(queue.toKey(row.id), 'processedOn', Date.now());
    await worker();
    await until(() => handled.includes(mailId));
    expect(handled).toEqual([mailId]);
  });

  it('holds jobs while Redis is away, and the commit does not wait for it', async () => {
    const app = await worker();
    await redis.stop('SIGKILL');
    const mailId = await add(app);
    await sleep(200);
    expect(handled).toEqual([]);
    await redis.start();
    await until(() => handled.includes(mailId));
  });

  it('handles a job once, however often it is rung', async () => {
    behaviour = () => sleep(300);
    const first = await worker();
    const second = await worker();
    const mailId = await add(first);
    await until(() => handled.length > 0);
    const [row] = await outboxRows(first);
    const queue = second.get<Queue<Ring>>(getQueueToken(QUEUES.mail), { strict: false });
    await queue.add('mail.send', { outbox_id: row.id });
    await queue.add('mail.send', { outbox_id: row.id });
    await until(async () => (await outboxRows(first)).length === 0);
    await sleep(200);
    expect(handled).toEqual([mailId]);
  });
});

describe('a job that fails', () => {
  it('is tried again until it succeeds', async () => {
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

  it('is remembered also when its words cannot be stored', async () => {
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

  it('counts an attempt also when what was thrown is no error', async () => {
    behaviour = () => Promise.reject('just words');
    const app = await worker();
    await add(app);
    const row = await until(async () =>
      (await outboxRows(app)).find((one: { attempts: number }) => one.attempts === 1),
    );
    expect(row).toMatchObject({ last_error: 'just words' });
  });

  it('is dead, seen and told of when it is hopeless', async () => {
    behaviour = async () => {
      throw new UnrecoverableError('no such address');
    };
    const app = await worker();
    const mailId = await add(app);
    await until(() => buried.length > 0);
    const [row] = await until(async () => {
      const rows = await outboxRows(app);
      return rows[0].dead_at && rows;
    });
    expect(row).toMatchObject({ last_error: 'no such address', lease_until: null });
    expect(buried).toEqual([mailId]);
    await sleep(300);
    expect(handled).toHaveLength(1);
  });

  it('is not dead before all who wait for it were told', async () => {
    behaviour = async () => {
      throw new UnrecoverableError('no such address');
    };
    exhausted = async () => {
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

  it('because PostgreSQL was away has used up no attempt', async () => {
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

  it('is dead after its last attempt', async () => {
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
    await until(() => buried.includes(mailId));
  });

  it('is dead when its payload is not what this release expects', async () => {
    const app = await worker();
    await app
      .get(DataSource)
      .query(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'mail.send', '{"mail": 1}')`, [newId()]);
    await until(async () => (await outboxRows(app))[0].dead_at);
    expect(handled).toEqual([]);
  });
});

describe('a lease', () => {
  it('is kept for as long as the handler works', async () => {
    behaviour = () => sleep(2_000);
    const app = await worker();
    await worker();
    await add(app);
    await until(async () => (await outboxRows(app)).length === 0);
    expect(handled).toHaveLength(1);
  });

  it('falls to another worker when its holder is silent, and the handler is told', async () => {
    let interrupted: unknown;
    behaviour = async (_id, { signal }) => {
      if (handled.length > 1) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      interrupted = signal.reason;
    };
    const app = await worker();
    const mailId = await add(app);
    await until(() => handled.length === 1);
    // What a frozen process looks like from outside: its lease is over, and another has taken it.
    await app
      .get(DataSource)
      .query(`UPDATE outbox SET lease_token = NULL, lease_until = now() - interval '1 s', rung_at = NULL`);
    await until(() => interrupted);
    expect(interrupted).toMatchObject({ reason: 'lease-lost' });
    await until(async () => (await outboxRows(app)).length === 0);
    expect(handled).toEqual([mailId, mailId]);
  });

  it('is given back at once when the worker stops, and that is no attempt', async () => {
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

describe('a worker that stops', () => {
  it('takes no more, and leaves what is rung to the others', async () => {
    // Nobody sweeps, so that a ring that is lost is seen to be lost.
    const unswept = { JOBS_SWEEP_MS: '60000' };
    const observer = await boot([], [], unswept);
    for (let i = 0; i < 20; i++) await add(observer);
    // Of the five that a worker takes, one lets go at once and the others take their time.
    behaviour = (_id, { signal }) =>
      new Promise((_, reject) => {
        const slow = handled.length > 1;
        signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), slow ? 500 : 0));
      });
    const stopping = await worker(unswept);
    await until(() => handled.length === 5);
    await stopping.close();
    running.splice(running.indexOf(stopping), 1);
    expect(handled).toHaveLength(5);
    const queue = observer.get<Queue<Ring>>(getQueueToken(QUEUES.mail), { strict: false });
    const rung = new Set((await queue.getWaiting()).map(({ id }) => id));
    const untouched: { id: string; claims: number }[] = await outboxRows(observer);
    expect(untouched.filter(({ id, claims }) => claims === 0 && rung.has(id))).toHaveLength(15);
  });
});

describe('the boot of a worker', () => {
  it('fails when a job has no handler', async () => {
    const booting = boot([JobsProcessorModule], [FakeMailProcessor]);
    await expect(booting).rejects.toThrow(/csv\.ingest has 0/);
  });

  it('fails when a job has two handlers', async () => {
    const booting = boot([JobsProcessorModule], [FakeMailProcessor, idleProcessor(jobNames)]);
    await expect(booting).rejects.toThrow(/mail\.send has 2/);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId, Transactions } from '@app/database';
import { JobsModule } from '@app/jobs';
import { JobsProcessorModule } from '@app/jobs/worker';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { type ReceivedMail, type SmtpInbox, startSmtpInbox } from '../../../test/support/mail/index.js';
import { emptyRedis } from '../../../test/support/redis.js';
import { idleProcessors } from '../../jobs/test/idle-processors.js';
import { MailProcessorModule } from '../src/mail.processor.module.js';
import { MailOutbox } from '../src/mail-outbox.js';

// Real: PostgreSQL, Redis, Bull, the outbox, SMTP. The handlers of other jobs do nothing.

let database: TestDatabase;
let inbox: SmtpInbox;
let worker: TestingModule;
let ada: { id: string; email: string };

beforeAll(async () => {
  database = await createTestDatabase();
  inbox = await startSmtpInbox();
  const config = loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: await emptyRedis(),
    SMTP_URL: inbox.url,
    MAIL_FROM: 'Task Service <no-reply@tasks.example>',
    JOBS_SWEEP_MS: '50',
    JOBS_LEASE_MS: '2000',
    SHUTDOWN_TIMEOUT_MS: '2000',
  });
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      DatabaseModule.forRoot('test'),
      JobsModule,
      JobsProcessorModule,
      MailProcessorModule,
    ],
    providers: idleProcessors('mail.send'),
  })
  class Worker {}
  worker = await Test.createTestingModule({ imports: [Worker] }).compile();
  worker.useLogger(false);
  await worker.init();
});
afterAll(async () => {
  await worker.close();
  await inbox.stop();
  await database.drop();
});

beforeEach(async () => {
  const id = newId();
  ada = { id, email: `${id}@example.com` };
  await sql(`INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1, $2, 'ada', '', '')`, [
    id,
    ada.email,
  ]);
});
afterEach(async () => {
  inbox.behave({ kind: 'accept' });
  await inbox.start();
  await sql('DELETE FROM outbox');
});

const sql = (statement: string, parameters: unknown[] = []) => worker.get(DataSource).query(statement, parameters);
const toAda = (mail: ReceivedMail) => mail.to.includes(ada.email);
const mailRow = async (id: string) => (await sql('SELECT * FROM mails WHERE id = $1', [id]))[0];
const jobOf = async (id: string) => (await sql(`SELECT * FROM outbox WHERE payload->>'mail_id' = $1`, [id]))[0];

const add = (fullName = 'Ada Lovelace', fail?: Error): Promise<string> =>
  worker.get(Transactions).run(async (tx) => {
    const message = { to: ada.email, userId: ada.id, template: 'welcome', context: { full_name: fullName } } as const;
    const id = await worker.get(MailOutbox).add(tx, message);
    if (fail) throw fail;
    return id;
  });

async function until<T>(ask: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  for (const end = Date.now() + 15_000; ; await sleep(20)) {
    const found = await ask();
    if (holds(found)) return found;
    if (Date.now() > end) throw new Error(`The condition did not hold in time; last seen: ${JSON.stringify(found)}`);
  }
}

/** Skips the back-off. */
const skipBackoff = (id: string) =>
  sql(`UPDATE outbox SET run_at = now(), enqueued_at = NULL WHERE payload->>'mail_id' = $1`, [id]);

describe('a mail in the outbox', () => {
  it('arrives once, is recorded as sent, and its job is deleted', async () => {
    const id = await add();
    const [mail] = await inbox.waitForExactly(1, toAda);
    expect(mail).toMatchObject({ messageId: `<${id}@tasks.example>`, subject: 'Welcome to Task Service' });
    await until(
      () => jobOf(id),
      (job) => job === undefined,
    );
    expect((await mailRow(id)).sent_at).toBeInstanceOf(Date);
  });

  it('is not sent when its transaction is rolled back', async () => {
    await expect(add('Ada', new Error('no'))).rejects.toThrow('no');
    await sleep(300);
    expect(inbox.messages.filter(toAda)).toEqual([]);
    expect(await sql('SELECT 1 FROM mails WHERE user_id = $1', [ada.id])).toEqual([]);
  });

  it('waits while the mail server is away, and arrives once when it is back', async () => {
    await inbox.stop();
    const id = await add();
    const held = await until(
      () => jobOf(id),
      (job) => job?.attempts === 1,
    );
    expect(held).toMatchObject({ dead_at: null, last_error: expect.stringContaining('ECONNREFUSED') });
    expect(held.run_at.getTime()).toBeGreaterThan(Date.now());
    await inbox.start();
    await skipBackoff(id);
    await inbox.waitForExactly(1, toAda);
    await until(
      () => jobOf(id),
      (job) => job === undefined,
    );
  });

  it('is not retried after a permanent refusal, and its dead job stays in the outbox', async () => {
    inbox.behave({ kind: 'refuse', stage: 'rcpt', code: 550, text: 'No such mailbox' });
    const id = await add();
    const dead = await until(
      () => jobOf(id),
      (job) => Boolean(job?.dead_at),
    );
    expect(dead.last_error).toMatch(/permanently refused.*550.*No such mailbox/);
    expect((await mailRow(id)).sent_at).toBeNull();
    const tries = inbox.connections;
    inbox.behave({ kind: 'accept' });
    await skipBackoff(id);
    await sleep(300);
    expect(inbox.connections).toBe(tries);
  });

  it('is not sent again when the worker was killed after it recorded the mail as sent', async () => {
    inbox.behave({ kind: 'refuse', stage: 'connect', code: 421 });
    const id = await add();
    await until(
      () => jobOf(id),
      (job) => job?.attempts === 1,
    );
    await sql('UPDATE mails SET sent_at = now() WHERE id = $1', [id]);
    inbox.behave({ kind: 'accept' });
    await skipBackoff(id);
    await until(
      () => jobOf(id),
      (job) => job === undefined,
    );
    expect(inbox.messages.filter(toAda)).toEqual([]);
  });

  it('is not sent when its account was deleted', async () => {
    inbox.behave({ kind: 'refuse', stage: 'connect', code: 421 });
    const id = await add();
    await until(
      () => jobOf(id),
      (job) => job?.attempts === 1,
    );
    await sql('DELETE FROM users WHERE id = $1', [ada.id]);
    inbox.behave({ kind: 'accept' });
    await skipBackoff(id);
    await until(
      () => jobOf(id),
      (job) => job === undefined,
    );
    expect(inbox.messages.filter(toAda)).toEqual([]);
  });

  it('is sent when a name has characters that jsonb rejects', async () => {
    await add('A\0d\ud800a');
    expect((await inbox.waitFor(toAda)).text).toContain('Hello A d\uFFFDa,');
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.js';
import type { ReceivedMail } from '../support/mail/index.js';
import { Service } from '../support/service.js';

// Real: api, workers that are killed, PostgreSQL, Redis, and a mail server that is down, refuses, or closes connections. What is told of
// completed tasks is in mails.e2e-spec.ts.

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

type Person = Client & { email: string };
let person: Person;
beforeEach(async () => {
  person = await service.client.withAccount();
  await service.idle();
  service.inbox.clear();
});
afterEach(async () => {
  service.inbox.behave({ kind: 'accept' });
  await service.inbox.start();
  if (service.workers.at(-1)!.ending !== null) await service.addWorker();
  await service.sql.query('DELETE FROM outbox WHERE dead_at IS NOT NULL');
  await untilIdle();
});

const OLD = 'violet-harbour-29-lamps';
const NEW = 'amber-meadow-61-clocks';

const resetMail = async (email: string) => {
  expect((await service.client.post('/auth/user/password/reset/', { email })).status).toBe(200);
};

/** What causes each mail. No request waits for the mail server. @returns the address that it goes to */
const CAUSES: Record<string, () => Promise<string>> = {
  welcome: async () => (await service.client.withAccount()).email,
  'password-reset': async () => {
    await resetMail(person.email);
    return person.email;
  },
  'password-changed': async () => {
    const change = { current_password: OLD, new_password: NEW };
    expect((await person.post('/auth/user/password/change/', change)).status).toBe(200);
    return person.email;
  },
  'csv-completed': async () => {
    expect(await person.ingest('a,b\n1,2\n')).toMatchObject({ processed_rows: 1 });
    return person.email;
  },
  'csv-failed': async () => {
    const { body } = await person.upload('a,b\n1,2\n1,2,3\n4,5\n', 'long.csv', '?max_rejects=0&header=true');
    expect(await person.untilFinal(body.id)).toMatchObject({ status: 'failed' });
    return person.email;
  },
};
const KINDS = Object.keys(CAUSES);

/** Lets jobs that failed run again at once; the back-off of a mail is at least 5 s. */
const skipBackoff = () =>
  service.sql.query('UPDATE outbox SET run_at = now() WHERE run_at > now() AND dead_at IS NULL');

/** Waits until no job is left that is not dead. */
const untilIdle = () =>
  expect
    .poll(
      async () => {
        await skipBackoff();
        return service.sql.query('SELECT job, last_error FROM outbox WHERE dead_at IS NULL');
      },
      { timeout: 60_000, interval: 200 },
    )
    .toEqual([]);

/** The mails of this kind for an address, each with the copies that arrived. */
async function arrivals(email: string, template: string): Promise<{ sent: boolean; came: ReceivedMail[] }[]> {
  const mails: { id: string; sent: boolean }[] = await service.sql.query(
    'SELECT id, sent_at IS NOT NULL AS sent FROM mails WHERE recipient = $1 AND template = $2',
    [email, template],
  );
  return mails.map(({ id, sent }) => ({
    sent,
    came: service.inbox.messages.filter(({ messageId, to }) => messageId.startsWith(`<${id}@`) && to.includes(email)),
  }));
}

/** Checks that one mail of this kind was sent, and arrived this often. */
async function expectMail(email: string, template: string, times = 1): Promise<void> {
  await untilIdle();
  const mails = await arrivals(email, template);
  expect(mails.map(({ sent, came }) => ({ sent, came: came.length }))).toEqual([{ sent: true, came: times }]);
}

const untilTried = () =>
  expect
    .poll(() => service.sql.query(`SELECT 1 FROM outbox WHERE job = 'mail.send' AND last_error IS NOT NULL`), {
      timeout: 60_000,
    })
    .not.toEqual([]);

describe.each(KINDS)('the mail %s', (template) => {
  it('arrives once when the mail server is down and comes back', async () => {
    await service.inbox.stop();
    const email = await CAUSES[template]!();
    await untilTried();
    await service.inbox.start();
    await expectMail(email, template);
  });

  it.each(['connect', 'mail', 'rcpt', 'data'] as const)(
    'arrives once after the mail server refused it for now at %s',
    async (stage) => {
      service.inbox.behave({ kind: 'refuse', stage, code: 451 });
      const email = await CAUSES[template]!();
      await untilTried();
      service.inbox.behave({ kind: 'accept' });
      await expectMail(email, template);
    },
  );

  it('is dead when the mail server refuses it for good, and the next one arrives', async () => {
    service.inbox.behave({ kind: 'refuse', stage: 'rcpt', code: 550 });
    const email = await CAUSES[template]!();
    await expect
      .poll(() => service.sql.query('SELECT job FROM outbox WHERE dead_at IS NOT NULL'), { timeout: 60_000 })
      .toEqual([{ job: 'mail.send' }]);
    service.inbox.behave({ kind: 'accept' });
    expect(await arrivals(email, template)).toEqual([{ sent: false, came: [] }]);
    const other = await service.client.withAccount();
    await expectMail(other.email, 'welcome');
  });

  it('arrives again with the same Message-ID when the mail server took it and closed the connection', async () => {
    service.inbox.behave({ kind: 'hang-up-after-data' });
    const email = await CAUSES[template]!();
    await untilTried();
    service.inbox.behave({ kind: 'accept' });
    await expectMail(email, template, 2);
  });

  it('arrives once when the worker is killed before the mail server has it', async () => {
    service.inbox.behave({ kind: 'slow', ms: Number.POSITIVE_INFINITY });
    const before = service.inbox.connections;
    const email = await CAUSES[template]!();
    await expect.poll(() => service.inbox.connections, { timeout: 60_000, interval: 5 }).toBeGreaterThan(before);
    await service.workers.at(-1)!.stop('SIGKILL');
    service.inbox.behave({ kind: 'accept' });
    await service.addWorker();
    await expectMail(email, template);
  });
});

describe('a password reset whose mail was refused for now, again and again', () => {
  it('sends a token that works, and leaves room for another reset', async () => {
    service.inbox.behave({ kind: 'refuse', stage: 'connect', code: 421 });
    await resetMail(person.email);
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await expect
        .poll(
          async () => {
            await skipBackoff();
            return service.sql.query(`SELECT 1 FROM outbox WHERE job = 'mail.send' AND attempts >= $1`, [attempt]);
          },
          { timeout: 60_000 },
        )
        .not.toEqual([]);
    }
    service.inbox.behave({ kind: 'accept' });
    await expectMail(person.email, 'password-reset');
    await resetMail(person.email);
    await untilIdle();
    const mails = await arrivals(person.email, 'password-reset');
    expect(mails.map(({ came }) => came.length)).toEqual([1, 1]);
    const token = /#token=([\w-]{43})/.exec(mails[0]!.came[0]!.text)![1]!;
    const confirmed = await service.client.post('/auth/user/password/reset/confirm/', { token, new_password: NEW });
    expect(confirmed.status).toBe(200);
  });
});

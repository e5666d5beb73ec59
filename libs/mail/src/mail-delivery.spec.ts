import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobInterrupted, UnrecoverableError } from '@app/jobs/worker';
import { Logger } from '@nestjs/common';
import { MailerService } from '@nestjs-modules/mailer';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SmtpInbox, startSmtpInbox, vacantPort } from '../../../test/support/mail/index.js';
import type { Mail } from './mail.entity.js';
import { MailComposer } from './mail-composer.js';
import { MailDelivery } from './mail-delivery.js';
import { MailSecrets } from './mail-secrets.js';
import { mailerOptions } from './mail-transport.js';
import type { MailsRepository } from './mails.repository.js';

// Real: SMTP, nodemailer, templates. Fake: the mails table.
const MAIL_ID = '0199a000-0000-7000-8000-000000000001';
const NEVER = { signal: new AbortController().signal };

const newMail = (over: Partial<Mail> = {}): Mail => ({
  id: MAIL_ID,
  user_id: null,
  template: 'task-completed',
  recipient: 'ada@example.com',
  context: {
    full_name: 'Ada Lovelace',
    task_id: '0199a000-0000-7000-8000-000000000002',
    title: 'Note G',
    completed_at: '2026-11-23T10:15:00Z',
  },
  sent_at: null,
  created_at: new Date('2026-11-23T10:15:01Z'),
  ...over,
});

const tableOf = (mail: Mail | null, errors: Error[] = []) => ({
  mail,
  find: async () => mail,
  async markSent() {
    const error = errors.shift();
    if (error) throw error;
    mail!.sent_at ??= new Date();
  },
});

function deliveryOf(
  table: ReturnType<typeof tableOf>,
  { SHUTDOWN_TIMEOUT_MS = 2_000, ...transport }: { SMTP_URL?: string; DATA_DIR?: string; SHUTDOWN_TIMEOUT_MS?: number },
) {
  const config = {
    MAIL_FROM: 'Task Service <no-reply@tasks.example>',
    PUBLIC_URL: undefined,
    SHUTDOWN_TIMEOUT_MS,
  };
  return new MailDelivery(
    config,
    table as unknown as MailsRepository,
    new MailComposer(config),
    new MailSecrets(),
    new MailerService(mailerOptions({ DATA_DIR: '/nowhere', SMTP_URL: undefined, ...transport }), undefined as never),
  );
}

Logger.overrideLogger(false);

describe('delivering a mail by SMTP', () => {
  let inbox: SmtpInbox;
  beforeEach(async () => {
    inbox = await startSmtpInbox();
  });
  afterEach(() => inbox.stop());
  const deliver = (mail: Mail) => deliveryOf(tableOf(mail), { SMTP_URL: inbox.url }).deliver(mail.id, NEVER);

  it('sends both parts with a Message-ID of the mail id and the host of the sender, and records it', async () => {
    const mail = newMail();
    await deliver(mail);
    const [received] = inbox.messages;
    expect(received).toMatchObject({
      from: 'no-reply@tasks.example',
      to: ['ada@example.com'],
      messageId: `<${MAIL_ID}@tasks.example>`,
      subject: 'Completed: Note G',
    });
    expect(received!.text).toContain('Note G');
    expect(received!.html).toContain('<strong>Note G</strong>');
    expect(received!.headers.get('auto-submitted')).toBe('auto-generated');
    expect(received!.headers.get('date')).toEqual(mail.created_at);
    expect(mail.sent_at).toBeInstanceOf(Date);
  });

  it('does not send a mail that was sent before', async () => {
    const mail = newMail();
    await deliver(mail);
    await deliver(mail);
    expect(inbox.messages).toHaveLength(1);
    expect(inbox.connections).toBe(1);
  });

  it('does nothing for a mail that was deleted with its account', async () => {
    await deliveryOf(tableOf(null), { SMTP_URL: inbox.url }).deliver(MAIL_ID, NEVER);
    expect(inbox.connections).toBe(0);
  });

  it('treats the recipient as one address, so a list of addresses is an unrecoverable error', async () => {
    await expect(deliver(newMail({ recipient: 'ada@example.com, eve@example.com' }))).rejects.toBeInstanceOf(
      UnrecoverableError,
    );
    expect(inbox.messages).toEqual([]);
  });

  it('keeps line breaks of a title out of the headers', async () => {
    const mail = newMail();
    await deliver({
      ...mail,
      context: { ...mail.context, title: 'Hi\r\nBcc: eve@example.com\r\n\r\nforged' } as Mail['context'],
    });
    expect(inbox.messages[0]).toMatchObject({
      to: ['ada@example.com'],
      subject: 'Completed: Hi Bcc: eve@example.com forged',
    });
    expect(inbox.messages[0]!.headers.has('bcc')).toBe(false);
  });

  it('keeps a title in any script, in the subject too', async () => {
    const mail = newMail();
    const title = 'Übergröße 🚀 日本語 '.repeat(8).trim();
    await deliver({ ...mail, context: { ...mail.context, title } as Mail['context'] });
    expect(inbox.messages[0]!.subject).toContain('Übergröße 🚀 日本語');
    expect(inbox.messages[0]!.text).toContain(title);
  });

  it.each([
    ['rcpt', 550],
    ['data', 554],
  ] as const)('throws an UnrecoverableError when the server refuses at %s with %i', async (stage, code) => {
    inbox.behave({ kind: 'refuse', stage, code });
    await expect(deliver(newMail())).rejects.toBeInstanceOf(UnrecoverableError);
  });

  it.each([
    ['connect', 421],
    ['connect', 554],
    ['mail', 530],
    ['rcpt', 450],
    ['data', 451],
  ] as const)('can be retried when the server refuses at %s with %i', async (stage, code) => {
    inbox.behave({ kind: 'refuse', stage, code });
    const mail = newMail();
    await expect(deliver(mail)).rejects.not.toBeInstanceOf(UnrecoverableError);
    expect(mail.sent_at).toBeNull();
    inbox.behave({ kind: 'accept' });
    await deliver(mail);
    expect(inbox.messages).toHaveLength(1);
  });

  it('can be retried when no server listens', async () => {
    const delivery = deliveryOf(tableOf(newMail()), { SMTP_URL: `smtp://127.0.0.1:${await vacantPort()}` });
    await expect(delivery.deliver(MAIL_ID, NEVER)).rejects.toMatchObject({ code: 'ESOCKET' });
  });

  it('sends the same mail again when the server accepted it and its reply was lost', async () => {
    const mail = newMail();
    inbox.behave({ kind: 'hang-up-after-data' });
    await expect(deliver(mail)).rejects.not.toBeInstanceOf(UnrecoverableError);
    inbox.behave({ kind: 'accept' });
    await deliver(mail);
    expect(inbox.messages.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${MAIL_ID}@tasks.example>`));
    expect(inbox.messages[0]!.text).toBe(inbox.messages[1]!.text);
  });

  it('records a sent mail after a short absence of the database', async () => {
    const mail = newMail();
    const table = tableOf(mail, [new Error('away'), new Error('still away')]);
    await deliveryOf(table, { SMTP_URL: inbox.url }).deliver(mail.id, NEVER);
    expect(mail.sent_at).toBeInstanceOf(Date);
    expect(inbox.messages).toHaveLength(1);
  });

  it('closes the connection at once when another worker has taken the job', async () => {
    inbox.behave({ kind: 'slow', ms: Number.POSITIVE_INFINITY });
    const lease = new AbortController();
    // An hour: waiting as long as a stop may take would exceed the time of the test.
    const delivery = deliveryOf(tableOf(newMail()), { SMTP_URL: inbox.url, SHUTDOWN_TIMEOUT_MS: 3_600_000 });
    const delivering = delivery.deliver(MAIL_ID, lease);
    setTimeout(() => lease.abort(new JobInterrupted('lease-lost')), 50);
    await expect(delivering).rejects.toThrow();
  });

  it('lets the server finish when the worker stops, up to a time limit', async () => {
    const stop = new AbortController();
    inbox.behave({ kind: 'slow', ms: 20 });
    const mail = newMail();
    const delivering = deliveryOf(tableOf(mail), { SMTP_URL: inbox.url }).deliver(mail.id, stop);
    setTimeout(() => stop.abort(new JobInterrupted('shutdown')), 30);
    await delivering;
    expect(mail.sent_at).toBeInstanceOf(Date);

    inbox.behave({ kind: 'slow', ms: Number.POSITIVE_INFINITY });
    const again = new AbortController();
    const stuck = deliveryOf(tableOf(newMail()), { SMTP_URL: inbox.url }).deliver(MAIL_ID, again);
    setTimeout(() => again.abort(new JobInterrupted('shutdown')), 30);
    await expect(stuck).rejects.toThrow();
  });

  it('sends nothing when the worker is already stopping', async () => {
    const delivery = deliveryOf(tableOf(newMail()), { SMTP_URL: inbox.url });
    await expect(
      delivery.deliver(MAIL_ID, { signal: AbortSignal.abort(new JobInterrupted('shutdown')) }),
    ).rejects.toThrow();
    expect(inbox.connections).toBe(0);
  });
});

describe('delivering a mail without a mail server', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mails-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes a file named after the mail id, and a repeat overwrites it', async () => {
    const delivery = () => deliveryOf(tableOf(newMail()), { DATA_DIR: folder });
    await delivery().deliver(MAIL_ID, NEVER);
    await delivery().deliver(MAIL_ID, NEVER);
    expect(await readdir(join(folder, 'mail'))).toEqual([`${MAIL_ID}.eml`]);
    const mail = await simpleParser(await readFile(join(folder, 'mail', `${MAIL_ID}.eml`)));
    expect(mail).toMatchObject({ subject: 'Completed: Note G', messageId: `<${MAIL_ID}@tasks.example>` });
    expect(mail.html).toContain('Note G');
  });
});

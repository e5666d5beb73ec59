import { setTimeout as pause } from 'node:timers/promises';
import { CONFIG, type Config } from '@app/config';
import { type JobContext, JobInterrupted, UnrecoverableError } from '@app/jobs/worker';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ISendMailOptions, MailerService } from '@nestjs-modules/mailer';
import type { Mail } from './mail.entity.js';
import { MailComposer } from './mail-composer.js';
import { type MailSender, senderOf } from './mail-sender.js';
import { MailsRepository } from './mails.repository.js';

/** What nodemailer tells of a failure. */
interface SendFault extends Error {
  command?: string;
  responseCode?: number;
  /** The server said no for good (5xx but 503). */
  permanent?: boolean;
}

/** Long enough for PostgreSQL to restart between the server's yes and our record of it. */
const RECORD_WITHIN_MS = 60_000;

/**
 * Sends mails, each at most once but for one moment: a worker that is killed after the server took the mail and before
 * `sent_at` is committed leaves it to be sent again, under the same Message-ID, so that mail stores can tell.
 */
@Injectable()
export class MailDelivery {
  private readonly log = new Logger(MailDelivery.name);
  private readonly sender: MailSender;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAIL_FROM' | 'SHUTDOWN_TIMEOUT_MS'>,
    private readonly mails: MailsRepository,
    private readonly composer: MailComposer,
    private readonly mailer: MailerService,
  ) {
    this.sender = senderOf(config.MAIL_FROM);
  }

  /**
   * Sends the mail unless it was sent. Throws what the server or the connection said, to be tried again, or
   * UnrecoverableError where the server refuses this mail or this recipient for good.
   */
  async deliver(mailId: string, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    signal.throwIfAborted();
    const mail = await this.mails.find(mailId);
    if (!mail) {
      this.log.log({ mail_id: mailId }, 'A mail is gone together with its account');
      return;
    }
    if (mail.sent_at) return;
    await this.send(mail, signal);
    await this.record(mail.id);
  }

  private async send(mail: Mail, signal: AbortSignal): Promise<void> {
    const facts = { mail_id: mail.id, template: mail.template };
    const hangUp = this.hangUpOn(signal);
    try {
      const { response } = await this.mailer.sendMail({
        ...this.messageOf(mail),
        signal: hangUp.signal,
      } as ISendMailOptions);
      this.log.log({ ...facts, response }, 'A mail was sent');
    } catch (error) {
      if (!isRefusedForGood(error as SendFault)) throw error;
      throw new UnrecoverableError(`Mail ${mail.id} is refused for good: ${(error as Error).message}`, {
        cause: error,
      });
    } finally {
      hangUp.forget();
    }
  }

  /** All that is said of a mail but its boundaries follows from its row, so that a repeat is the same mail. */
  private messageOf(mail: Mail) {
    const { name, address, host } = this.sender;
    return {
      ...this.composer.compose(mail.template, mail.context),
      messageId: `<${mail.id}@${host}>`,
      date: mail.created_at,
      from: { name, address },
      // As an object, and without an envelope of our own: strings are parsed, and might turn out to be several addresses.
      to: { name: '', address: mail.recipient },
      // RFC 3834, and its like for Exchange: no holiday notices in return.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    };
  }

  /**
   * Who loses the lease hangs up at once; who is asked to stop first lets the server finish, for half of the time there
   * is: hanging up in the middle is how a mail comes twice.
   */
  private hangUpOn(signal: AbortSignal) {
    const hangUp = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      const stopping = signal.reason instanceof JobInterrupted && signal.reason.reason === 'shutdown';
      timer = setTimeout(() => hangUp.abort(signal.reason), stopping ? this.config.SHUTDOWN_TIMEOUT_MS / 2 : 0);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return {
      signal: hangUp.signal,
      forget: () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      },
    };
  }

  /** The mail is out, and only this row knows: worth some patience, also with a lease that has run out. */
  private async record(mailId: string): Promise<void> {
    const giveUpAt = Date.now() + RECORD_WITHIN_MS;
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        await this.mails.markSent(mailId);
        return;
      } catch (error) {
        if (Date.now() + waitMs > giveUpAt) throw error;
        this.log.warn({ err: error, mail_id: mailId }, 'That a mail was sent could not be recorded yet');
        await pause(waitMs);
      }
    }
  }
}

/**
 * A 5xx to RCPT TO or DATA is about this mail, and stays (RFC 5321, 4.2.1). One to logging in or to MAIL FROM is about
 * our own set-up, which somebody may yet put right.
 */
const isRefusedForGood = ({ permanent, command }: SendFault): boolean =>
  permanent === true && (command === 'RCPT TO' || command === 'DATA');

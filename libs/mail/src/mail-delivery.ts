import { setTimeout as pause } from 'node:timers/promises';
import { CONFIG, type Config } from '@app/config';
import { type JobContext, JobInterrupted, UnrecoverableError } from '@app/jobs/worker';
import { metrics } from '@app/metrics';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ISendMailOptions, MailerService } from '@nestjs-modules/mailer';
import type { Mail } from './mail.entity.js';
import { MailComposer } from './mail-composer.js';
import { MailSecrets } from './mail-secrets.js';
import { type MailSender, senderOf } from './mail-sender.js';
import { MailsRepository } from './mails.repository.js';

/** An error of nodemailer. */
interface SendFault extends Error {
  command?: string;
  responseCode?: number;
  /** The server refused permanently (5xx but 503). */
  permanent?: boolean;
}

/** Time to record that a mail was sent. PostgreSQL can restart within it. */
const RECORD_WITHIN_MS = 60_000;

/**
 * Sends each mail once, with one exception: when a worker is killed after the server accepted the mail and before `sent_at` is
 * committed, the mail is sent again. It then has the same Message-ID, by which mail stores recognise the copy.
 */
@Injectable()
export class MailDelivery {
  private readonly log = new Logger(MailDelivery.name);
  private readonly sender: MailSender;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAIL_FROM' | 'SHUTDOWN_TIMEOUT_MS'>,
    private readonly mails: MailsRepository,
    private readonly composer: MailComposer,
    private readonly secrets: MailSecrets,
    private readonly mailer: MailerService,
  ) {
    this.sender = senderOf(config.MAIL_FROM);
  }

  /**
   * Sends the mail unless it was sent before.
   * @throws UnrecoverableError when the server refuses this mail or this recipient permanently; otherwise the error of the server or
   * the connection, after which the job runs again.
   */
  async deliver(mailId: string, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    signal.throwIfAborted();
    const mail = await this.mails.find(mailId);
    if (!mail) {
      this.log.log({ mail_id: mailId }, 'A mail was not sent: it was deleted with its account');
      return;
    }
    if (mail.sent_at) return;
    await this.send(mail, signal);
    await this.record(mail.id);
  }

  private async send(mail: Mail, signal: AbortSignal): Promise<void> {
    const facts = { mail_id: mail.id, template: mail.template };
    const connection = this.closeOn(signal);
    try {
      const { response } = await this.mailer.sendMail({
        ...(await this.messageOf(mail)),
        signal: connection.signal,
      } as ISendMailOptions);
      metrics.mails.inc({ outcome: 'sent' });
      this.log.log({ ...facts, response }, 'A mail was sent');
    } catch (error) {
      const isRefused = isPermanentRefusal(error as SendFault);
      metrics.mails.inc({ outcome: isRefused ? 'refused' : 'failed' });
      if (!isRefused) throw error;
      throw new UnrecoverableError(`The mail server permanently refused mail ${mail.id}: ${(error as Error).message}`, {
        cause: error,
      });
    } finally {
      connection.release();
    }
  }

  /** Everything but the MIME boundaries and a secret comes from the row, so a repeated mail is the same mail. */
  private async messageOf(mail: Mail) {
    const { name, address, host } = this.sender;
    return {
      ...this.composer.compose(mail.template, await this.secrets.complete(mail)),
      messageId: `<${mail.id}@${host}>`,
      date: mail.created_at,
      from: { name, address },
      // An object, because nodemailer parses a string, and a string can hold several addresses.
      to: { name: '', address: mail.recipient },
      // No automatic replies: RFC 3834, and the header that Exchange reads.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    };
  }

  /**
   * A signal that closes the connection to the mail server: at once when the lease is lost, and after half of SHUTDOWN_TIMEOUT_MS when
   * the worker stops. A connection closed in the middle of a mail can make the server deliver it twice.
   */
  private closeOn(signal: AbortSignal) {
    const close = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      const stopping = signal.reason instanceof JobInterrupted && signal.reason.reason === 'shutdown';
      timer = setTimeout(() => close.abort(signal.reason), stopping ? this.config.SHUTDOWN_TIMEOUT_MS / 2 : 0);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return {
      signal: close.signal,
      release: () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      },
    };
  }

  /** Retries for RECORD_WITHIN_MS, also when the lease has expired: without the record, the mail is sent twice. */
  private async record(mailId: string): Promise<void> {
    const giveUpAt = Date.now() + RECORD_WITHIN_MS;
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        await this.mails.markSent(mailId);
        return;
      } catch (error) {
        if (Date.now() + waitMs > giveUpAt) throw error;
        this.log.warn({ err: error, mail_id: mailId }, 'Could not record that a mail was sent; retrying');
        await pause(waitMs);
      }
    }
  }
}

/**
 * A 5xx reply to RCPT TO or DATA is about this mail, and another attempt gets the same reply (RFC 5321, 4.2.1). A 5xx reply to the
 * login or to MAIL FROM is about our configuration, which the operator can correct.
 */
const isPermanentRefusal = ({ permanent, command }: SendFault): boolean =>
  permanent === true && (command === 'RCPT TO' || command === 'DATA');

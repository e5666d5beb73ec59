import { join } from 'node:path';
import type { Config } from '@app/config';
import { Logger } from '@nestjs/common';
import type { MailerOptions } from '@nestjs-modules/mailer';
import { EmlFolderTransport } from './eml-folder.transport.js';

const SECOND = 1_000;

/** The way out for mails: SMTP_URL, or files in DATA_DIR/mail. */
export function mailerOptions(config: Pick<Config, 'SMTP_URL' | 'DATA_DIR'>): MailerOptions {
  if (config.SMTP_URL === undefined) {
    const folder = join(config.DATA_DIR, 'mail');
    new Logger('Mail').warn(`SMTP_URL is not set: mails are written to ${join(folder, '*.eml')} and not sent.`);
    return { transport: new EmlFolderTransport(folder) };
  }
  return {
    transport: {
      url: config.SMTP_URL,
      // A server that is away is noticed soon. One that has the mail may think it over for a while (greylisting, virus
      // scans): hanging up on it then would make it deliver a copy per attempt.
      dnsTimeout: 5 * SECOND,
      connectionTimeout: 5 * SECOND,
      greetingTimeout: 10 * SECOND,
      socketTimeout: 30 * SECOND,
      // Templates only make strings; nothing in a mail may name a file or an address to be fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    } as object,
  };
}

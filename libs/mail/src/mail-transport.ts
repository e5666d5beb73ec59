import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, makeFolder } from '@app/config';
import { Logger } from '@nestjs/common';
import type { MailerOptions } from '@nestjs-modules/mailer';
import type { MailMessage, SentMessageInfo, Transport } from 'nodemailer/lib/mailer';
import StreamTransport from 'nodemailer/lib/stream-transport';

const SECOND_MS = 1_000;

/** Mails go to SMTP_URL, or without one to files in DATA_DIR/mail. */
export function mailerOptions(config: Pick<Config, 'SMTP_URL' | 'DATA_DIR'>): MailerOptions {
  if (config.SMTP_URL === undefined) {
    const folder = join(config.DATA_DIR, 'mail');
    new Logger('Mail').warn(`SMTP_URL is not set: mails are not sent, but written to ${join(folder, '*.eml')}.`);
    return { transport: new EmlFolderTransport(folder) };
  }
  return {
    transport: {
      url: config.SMTP_URL,
      // The worker notices soon that a server is away. A server that has received the mail gets more time (greylisting, virus
      // scans): closing the connection then makes it deliver one copy per attempt.
      dnsTimeout: 5 * SECOND_MS,
      connectionTimeout: 5 * SECOND_MS,
      greetingTimeout: 10 * SECOND_MS,
      socketTimeout: 30 * SECOND_MS,
      // Mails are made of strings. Nothing in a mail may make nodemailer read a file or fetch an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    } as object,
  };
}

/**
 * Replaces a mail server: it writes each mail to a file that any mail client opens. The mail's id is the file's name, so a repeated
 * mail overwrites its first copy.
 */
class EmlFolderTransport implements Transport {
  readonly name = 'EmlFolder';
  readonly version = '1';
  private readonly stream = new StreamTransport({ buffer: true, newline: 'windows' });

  constructor(private readonly folder: string) {}

  send(mail: MailMessage<SentMessageInfo>, done: (error: Error | null, info?: SentMessageInfo) => void): void {
    this.stream.send(mail as never, (error, info) => {
      if (error || !info) return done(error ?? new Error('The mail has no content.'));
      this.write(info.messageId, info.message as Buffer).then(
        (file) => done(null, { envelope: info.envelope, messageId: info.messageId, response: `written to ${file}` }),
        done,
      );
    });
  }

  private async write(messageId: string, message: Buffer): Promise<string> {
    const id = /^<([\w-]+)@/.exec(messageId)?.[1];
    if (!id) throw new Error(`${messageId} does not start with a mail's id.`);
    makeFolder(this.folder);
    const file = join(this.folder, `${id}.eml`);
    // The rename is atomic: a reader of the folder never sees half a mail.
    await writeFile(`${file}.part`, message);
    await rename(`${file}.part`, file);
    return file;
  }
}

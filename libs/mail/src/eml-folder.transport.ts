import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailMessage, SentMessageInfo, Transport } from 'nodemailer/lib/mailer';
import StreamTransport from 'nodemailer/lib/stream-transport';

/**
 * Stands in for a mail server where there is none: each mail becomes a file that any mail client opens. The file is
 * named by the mail's id, so a mail that is sent again replaces itself.
 */
export class EmlFolderTransport implements Transport {
  readonly name = 'EmlFolder';
  readonly version = '1';
  private readonly stream = new StreamTransport({ buffer: true, newline: 'windows' });

  constructor(private readonly folder: string) {}

  send(mail: MailMessage<SentMessageInfo>, done: (error: Error | null, info?: SentMessageInfo) => void): void {
    this.stream.send(mail as never, (error, info) => {
      if (error || !info) return done(error ?? new Error('The mail came out empty.'));
      this.write(info.messageId, info.message as Buffer).then(
        (file) => done(null, { envelope: info.envelope, messageId: info.messageId, response: `written to ${file}` }),
        done,
      );
    });
  }

  private async write(messageId: string, message: Buffer): Promise<string> {
    const id = /^<([\w-]+)@/.exec(messageId)?.[1];
    if (!id) throw new Error(`${messageId} does not start with the id of a mail.`);
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, `${id}.eml`);
    // Written aside first: a reader of the folder never sees half a mail.
    await writeFile(`${file}.part`, message);
    await rename(`${file}.part`, file);
    return file;
  }
}

import { newId, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Injectable } from '@nestjs/common';
import { Mail } from './mail.entity.js';
import type { MailTemplate, StoredContext } from './mail-contexts.js';
import { sanitize } from './sanitize.js';

export interface MailMessage<T extends MailTemplate> {
  to: string;
  /** The recipient's account. When it is deleted, its mails are deleted, sent or not. */
  userId?: string;
  template: T;
  context: StoredContext<T>;
}

/** Where features add their mails. It never talks to a mail server, so no request waits for one. */
@Injectable()
export class MailOutbox {
  constructor(private readonly jobs: JobOutbox) {}

  /**
   * Adds a mail in the caller's transaction. It is sent after the commit; a rollback removes it.
   * @returns the mail's id, which is also the left side of its Message-ID.
   */
  async add<T extends MailTemplate>(tx: Tx, message: MailMessage<T>): Promise<string> {
    const id = newId();
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(Mail)
      .values({
        id,
        user_id: message.userId ?? null,
        template: message.template,
        recipient: message.to,
        context: sanitize(message.context),
      } as object)
      .execute();
    await this.jobs.add(tx, 'mail.send', { mail_id: id });
    return id;
  }

  /** How many mails of a kind were added for an account within the last `withinMs`, sent or not; at most a day, as sent ones are deleted. */
  countAdded(tx: Tx, userId: string, template: MailTemplate, withinMs: number): Promise<number> {
    return tx.manager
      .createQueryBuilder(Mail, 'mail')
      .where('mail.user_id = :userId AND mail.template = :template', { userId, template })
      .andWhere(`mail.created_at > now() - :withinMs * interval '1 ms'`, { withinMs })
      .getCount();
  }
}

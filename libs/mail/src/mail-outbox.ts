import { newId, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Injectable } from '@nestjs/common';
import { Mail } from './mail.entity.js';
import type { MailContexts, MailTemplate } from './mail-contexts.js';
import { plainFacts } from './plain-facts.js';

export interface Posting<T extends MailTemplate> {
  to: string;
  /** The account it is for; deleting the account deletes its mails, sent or not. */
  userId?: string;
  template: T;
  context: MailContexts[T];
}

/** Where features leave their mails. Nothing here talks to a mail server, so no request waits for one. */
@Injectable()
export class MailOutbox {
  constructor(private readonly jobs: JobOutbox) {}

  /**
   * Leaves a mail in the caller's transaction: it is sent once that has committed, and never if it has not.
   * @returns the mail's id, which is also the left side of its Message-ID.
   */
  async post<T extends MailTemplate>(tx: Tx, posting: Posting<T>): Promise<string> {
    const id = newId();
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(Mail)
      .values({
        id,
        user_id: posting.userId ?? null,
        template: posting.template,
        recipient: posting.to,
        context: plainFacts(posting.context),
      } as object)
      .execute();
    await this.jobs.add(tx, 'mail.send', { mail_id: id });
    return id;
  }
}

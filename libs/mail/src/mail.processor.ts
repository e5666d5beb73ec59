import { QUEUES } from '@app/jobs';
import { HandlesJob, type JobContext } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import { MailDelivery } from './mail-delivery.js';

/** Sends mails. */
@Processor(QUEUES.mail)
export class MailProcessor {
  constructor(private readonly delivery: MailDelivery) {}

  @HandlesJob('mail.send')
  handleMailSend({ mail_id }: { mail_id: string }, context: JobContext): Promise<void> {
    return this.delivery.deliver(mail_id, context);
  }
}

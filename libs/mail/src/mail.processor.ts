import { QUEUES, type Ring } from '@app/jobs';
import { HandlesJob, JobRunner } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { MailDelivery } from './mail-delivery.js';

@Processor(QUEUES.mail)
export class MailProcessor {
  constructor(
    private readonly runner: JobRunner,
    private readonly delivery: MailDelivery,
  ) {}

  @HandlesJob('mail.send')
  handleMailSend(job: Job<Ring>): Promise<void> {
    return this.runner.run('mail.send', job, ({ mail_id }, context) => this.delivery.deliver(mail_id, context));
  }
}

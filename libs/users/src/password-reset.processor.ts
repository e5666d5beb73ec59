import { QUEUES } from '@app/jobs';
import { HandlesJob } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import { PasswordResetMails } from './password-reset-mails.js';

@Processor(QUEUES.mail)
export class PasswordResetProcessor {
  constructor(private readonly mails: PasswordResetMails) {}

  @HandlesJob('users.password-reset')
  handlePasswordReset({ email }: { email: string }): Promise<void> {
    return this.mails.addFor(email);
  }
}

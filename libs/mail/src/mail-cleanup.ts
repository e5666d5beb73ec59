import { CONFIG, type Config } from '@app/config';
import { ExpiredRowsCleanup } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { MailsRepository } from './mails.repository.js';

const EVERY_MS = 3_600_000;

/** Deletes mails that were sent more than MAIL_KEEP_DAYS ago, because they hold personal data. */
@Injectable()
export class MailCleanup extends ExpiredRowsCleanup {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mails: MailsRepository,
  ) {
    super(EVERY_MS);
  }

  protected removeSome(limit: number): Promise<number> {
    return this.mails.deleteSentBefore(this.config.MAIL_KEEP_DAYS, limit);
  }
}

import { CONFIG, type Config } from '@app/config';
import { ExpiredRowsCleanup } from '@app/database';
import { Inject, Injectable, Module } from '@nestjs/common';
import { MailerModule } from '@nestjs-modules/mailer';
import { MailModule } from './mail.module.js';
import { MailProcessor } from './mail.processor.js';
import { MailComposer } from './mail-composer.js';
import { MailDelivery } from './mail-delivery.js';
import { MailSecrets } from './mail-secrets.js';
import { mailerOptions } from './mail-transport.js';
import { MailsRepository } from './mails.repository.js';

const HOUR_MS = 3_600_000;

/** Deletes every hour the mails that were sent more than MAIL_KEEP_DAYS ago, because they hold personal data. */
@Injectable()
class MailCleanup extends ExpiredRowsCleanup {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mails: MailsRepository,
  ) {
    super(HOUR_MS);
  }

  protected removeSome(limit: number): Promise<number> {
    return this.mails.deleteSentBefore(this.config.MAIL_KEEP_DAYS, limit);
  }
}

/** Sending mails; only for the worker. */
@Module({
  imports: [
    MailModule,
    // Without `imports` the package gives Nest an undefined list.
    MailerModule.forRootAsync({ imports: [], inject: [CONFIG], useFactory: mailerOptions }),
  ],
  providers: [MailsRepository, MailCleanup, MailComposer, MailSecrets, MailDelivery, MailProcessor],
  exports: [MailSecrets],
})
export class MailProcessorModule {}

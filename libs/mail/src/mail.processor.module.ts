import { CONFIG } from '@app/config';
import { Module } from '@nestjs/common';
import { MailerModule } from '@nestjs-modules/mailer';
import { MailModule } from './mail.module.js';
import { MailProcessor } from './mail.processor.js';
import { MailCleanup } from './mail-cleanup.js';
import { MailComposer } from './mail-composer.js';
import { MailDelivery } from './mail-delivery.js';
import { mailerOptions } from './mail-transport.js';
import { MailsRepository } from './mails.repository.js';

/** Sending mails; only for the worker. */
@Module({
  imports: [
    MailModule,
    // Without `imports` the package gives Nest an undefined list.
    MailerModule.forRootAsync({ imports: [], inject: [CONFIG], useFactory: mailerOptions }),
  ],
  providers: [MailsRepository, MailCleanup, MailComposer, MailDelivery, MailProcessor],
})
export class MailProcessorModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Mail } from './mail.entity.js';
import { Mailbox } from './mailbox.js';

/** Posting mails; for both processes. */
@Module({
  imports: [TypeOrmModule.forFeature([Mail])],
  providers: [Mailbox],
  exports: [Mailbox],
})
export class MailModule {}

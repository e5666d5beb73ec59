import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Mail } from './mail.entity.js';
import { MailOutbox } from './mail-outbox.js';

/** Adding mails to the outbox; for both processes. */
@Module({
  imports: [TypeOrmModule.forFeature([Mail])],
  providers: [MailOutbox],
  exports: [MailOutbox],
})
export class MailModule {}

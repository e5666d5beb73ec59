import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { MailContexts, MailTemplate } from './mail-contexts.js';

/** Something to be said to somebody, and the record that it was said: `sent_at` is set once a mail server took it. */
@Entity('mails')
export class Mail {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { nullable: true }) user_id: string | null;
  @Column('text') template: MailTemplate;
  @Column('text') recipient: string;
  @Column('jsonb') context: MailContexts[MailTemplate];
  @Column('timestamptz', { nullable: true }) sent_at: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
}

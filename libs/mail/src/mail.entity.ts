import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { MailTemplate, StoredContext } from './mail-contexts.js';

/** A mail, from the transaction that caused it. `sent_at` is set when a mail server has accepted it; MailCleanup deletes it later. */
@Entity('mails')
export class Mail {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { nullable: true }) user_id: string | null;
  @Column('text') template: MailTemplate;
  @Column('text') recipient: string;
  @Column('jsonb') context: StoredContext<MailTemplate>;
  @Column('timestamptz', { nullable: true }) sent_at: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
}

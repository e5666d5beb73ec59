import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Mail } from './mail.entity.js';

@Injectable()
export class MailsRepository {
  constructor(private readonly dataSource: DataSource) {}

  find(id: string): Promise<Mail | null> {
    return this.dataSource.getRepository(Mail).findOneBy({ id });
  }

  /** Keeps the first time: a repeat changes nothing. */
  async markSent(id: string): Promise<void> {
    await this.dataSource.query('UPDATE mails SET sent_at = clock_timestamp() WHERE id = $1 AND sent_at IS NULL', [id]);
  }
}

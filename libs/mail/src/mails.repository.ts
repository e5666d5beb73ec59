import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Mail } from './mail.entity.js';

@Injectable()
export class MailsRepository {
  constructor(private readonly dataSource: DataSource) {}

  find(id: string): Promise<Mail | null> {
    return this.dataSource.getRepository(Mail).findOneBy({ id });
  }

  /** Deletes at most `limit` mails that were sent more than `days` ago. @returns how many. */
  async deleteSentBefore(days: number, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query(
      `DELETE FROM mails WHERE id IN (
         SELECT id FROM mails WHERE sent_at < now() - $1 * interval '1 day' LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [days, limit],
    );
    return count;
  }

  /** Keeps the first time; a second call changes nothing. */
  async markSent(id: string): Promise<void> {
    await this.dataSource.query('UPDATE mails SET sent_at = clock_timestamp() WHERE id = $1 AND sent_at IS NULL', [id]);
  }
}

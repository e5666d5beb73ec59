import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ColumnProfile } from './column-profile.js';

/** Finished profiles, and marks where one was asked for. */
@Injectable()
export class ProfilesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** undefined: never asked for; null: not finished. */
  async find(uploadId: string): Promise<ColumnProfile[] | null | undefined> {
    const [row]: { columns: ColumnProfile[] | null }[] = await this.dataSource.query(
      'SELECT columns FROM csv_profiles WHERE upload_id = $1',
      [uploadId],
    );
    return row?.columns;
  }

  /** @returns whether it was the first to ask. */
  async markAsked(tx: Tx, uploadId: string): Promise<boolean> {
    const inserted: unknown[] = await tx.manager.query(
      'INSERT INTO csv_profiles (upload_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING upload_id',
      [uploadId],
    );
    return inserted.length > 0;
  }

  async forgetAsked(tx: Tx, uploadId: string): Promise<void> {
    await tx.manager.query('DELETE FROM csv_profiles WHERE upload_id = $1 AND columns IS NULL', [uploadId]);
  }

  /** Keeps a profile, unless the upload has gone meanwhile. */
  async keep(tx: Tx, uploadId: string, columns: ColumnProfile[]): Promise<void> {
    await tx.manager.query(
      `INSERT INTO csv_profiles (upload_id, columns) SELECT id, $2 FROM csv_uploads WHERE id = $1 AND status = 'completed' FOR SHARE
       ON CONFLICT (upload_id) DO UPDATE SET columns = excluded.columns`,
      [uploadId, JSON.stringify(columns)],
    );
  }
}

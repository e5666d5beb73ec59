import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { ColumnProfile } from './column-profile.js';

/** Finished profiles, and marks of those that a job is to compute. */
@Injectable()
export class ProfilesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** undefined: never requested; null: requested and not finished. */
  async find(uploadId: string): Promise<ColumnProfile[] | null | undefined> {
    const [row]: { columns: ColumnProfile[] | null }[] = await this.dataSource.query(
      'SELECT columns FROM csv_profiles WHERE upload_id = $1',
      [uploadId],
    );
    return row?.columns;
  }

  /** When a profile was requested that is to be computed; null when it exists, was not requested, or the upload is deleted. */
  async requestedAt(uploadId: string): Promise<Date | null> {
    const [row]: { created_at: Date }[] = await this.dataSource.query(
      `SELECT profile.created_at FROM csv_profiles AS profile JOIN csv_uploads AS upload ON upload.id = profile.upload_id
        WHERE upload.id = $1 AND upload.status = 'completed' AND profile.columns IS NULL`,
      [uploadId],
    );
    return row?.created_at ?? null;
  }

  /** @returns whether this is the first request. */
  async markRequested(tx: Tx, uploadId: string): Promise<boolean> {
    const inserted: unknown[] = await tx.manager.query(
      'INSERT INTO csv_profiles (upload_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING upload_id',
      [uploadId],
    );
    return inserted.length > 0;
  }

  async unmarkRequested(tx: Tx, uploadId: string): Promise<void> {
    await tx.manager.query('DELETE FROM csv_profiles WHERE upload_id = $1 AND columns IS NULL', [uploadId]);
  }

  /** Saves a profile, unless the upload was deleted or its columns were changed meanwhile. @returns whether it is saved */
  async save(tx: Tx, upload: Pick<CsvUpload, 'id' | 'lease_epoch'>, columns: ColumnProfile[]): Promise<boolean> {
    const saved: unknown[] = await tx.manager.query(
      `INSERT INTO csv_profiles (upload_id, columns)
       SELECT id, $3 FROM csv_uploads WHERE id = $1 AND status = 'completed' AND lease_epoch = $2 FOR SHARE
       ON CONFLICT (upload_id) DO UPDATE SET columns = excluded.columns RETURNING upload_id`,
      [upload.id, upload.lease_epoch, JSON.stringify(columns)],
    );
    return saved.length > 0;
  }

  /** Deletes the profile of an upload whose columns were changed; the next request for it computes it again. */
  async forget(tx: Tx, uploadId: string): Promise<void> {
    await tx.manager.query('DELETE FROM csv_profiles WHERE upload_id = $1', [uploadId]);
  }
}

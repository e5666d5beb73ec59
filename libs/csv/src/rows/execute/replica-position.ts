import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';

/** The upload of a read, as the primary knows it. */
export type ReadUpload = Pick<CsvUpload, 'id' | 'user_id' | 'lease_epoch' | 'wal_position' | 'wal_position_epoch'>;

/** Knows how far a replica must have replayed the primary's log before it may answer for an upload. */
@Injectable()
export class ReplicaPosition {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * A position behind all that reads of the upload need, under its epoch. The first read stores it with the upload: where the log stands
   * after the upload was seen is behind the commit of what was seen.
   * @param upload receives the position too
   * @returns null when the upload has changed since it was read
   */
  async of(upload: ReadUpload): Promise<number | null> {
    if (upload.wal_position_epoch === upload.lease_epoch) return upload.wal_position;
    const [[stored]]: [{ wal_position: string }[], number] = await this.dataSource.query(
      `UPDATE csv_uploads SET wal_position = (pg_current_wal_insert_lsn() - '0/0')::bigint, wal_position_epoch = lease_epoch
        WHERE id = $1 AND lease_epoch = $2 AND status = 'completed' AND wal_position_epoch IS DISTINCT FROM lease_epoch
        RETURNING wal_position`,
      [upload.id, upload.lease_epoch],
    );
    if (!stored) return null;
    upload.wal_position = Number(stored.wal_position);
    upload.wal_position_epoch = upload.lease_epoch;
    return upload.wal_position;
  }
}

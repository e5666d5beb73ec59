import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CsvUpload } from '../upload.entity.js';
import { type CommittedWork, progressOf, RECENT_SECONDS, type UploadProgress } from './upload-progress.js';

interface WorkRow {
  upload_id: string;
  bytes: string;
  rows: string;
  rejects: string;
  recent_records: string | null;
  bytes_before: string | null;
  running_seconds: string;
}

/** Reads the progress of uploads from their committed batches, since a batch does not update the row of the upload. */
@Injectable()
export class UploadProgressReader {
  constructor(private readonly dataSource: DataSource) {}

  async of(upload: CsvUpload): Promise<UploadProgress> {
    return (await this.ofAll([upload]))[0]!;
  }

  /** @returns the progress of each upload, in the same order */
  async ofAll(uploads: readonly CsvUpload[]): Promise<UploadProgress[]> {
    const running = uploads.filter(({ status }) => status === 'processing').map(({ id }) => id);
    const work = running.length === 0 ? new Map() : await committedWork(running, this.dataSource.manager);
    return uploads.map((upload) => progressOf(upload, work.get(upload.id)));
  }

  /** The byte offset up to which a file has been read. @param manager of the transaction that locks the upload, if there is one */
  async committedBytes(upload: CsvUpload, manager: EntityManager = this.dataSource.manager): Promise<number> {
    return (await committedWork([upload.id], manager)).get(upload.id)?.bytes ?? upload.bytes_done;
  }
}

async function committedWork(uploadIds: string[], manager: EntityManager): Promise<Map<string, CommittedWork>> {
  // Batches are numbered from 0 and committed by several connections. A takeover deletes the batches behind a gap, so they do not count.
  const rows: WorkRow[] = await manager.query(
    `SELECT upload_id, max(byte_end) AS bytes, sum(row_count) AS rows, sum(reject_count) AS rejects,
            sum(row_count + reject_count) FILTER (WHERE is_recent) AS recent_records,
            max(byte_end) FILTER (WHERE NOT is_recent) AS bytes_before,
            extract(epoch FROM clock_timestamp() - max(started_at)) AS running_seconds
       FROM (SELECT batch.*, upload.started_at,
                    committed_at > clock_timestamp() - $2 * interval '1 s' AS is_recent,
                    row_number() OVER (PARTITION BY upload_id ORDER BY batch_no) AS place
               FROM csv_batches batch JOIN csv_uploads upload ON upload.id = batch.upload_id
              WHERE upload_id = ANY($1)) AS numbered
      WHERE batch_no = place - 1
      GROUP BY upload_id`,
    [uploadIds, RECENT_SECONDS],
  );
  return new Map(rows.map((row) => [row.upload_id, workOf(row)]));
}

const workOf = (row: WorkRow): CommittedWork => ({
  bytes: Number(row.bytes),
  rows: Number(row.rows),
  rejects: Number(row.rejects),
  recent: {
    seconds: Math.min(RECENT_SECONDS, Number(row.running_seconds)),
    bytes: Number(row.bytes) - Number(row.bytes_before ?? 0),
    records: Number(row.recent_records ?? 0),
  },
});

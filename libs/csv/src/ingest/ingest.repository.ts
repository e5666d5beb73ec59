import type { TypeSet } from '@app/csv-format';
import { type CsvColumn, type Dialect } from '@app/csv-format';
import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CsvUpload, type UploadError } from '../uploads/upload.entity.js';
import { ownTable, SHARED_ROWS_TABLE } from '../uploads/uploads.repository.js';
import type { Checkpoint } from './batches/batch.js';
import { LeaseLost } from './ingest-failures.js';

/** What is known of a file before its records are read. */
export interface IngestPlan {
  dialect: Dialect;
  columns: CsvColumn[];
  warnings: UploadError[];
}

/** What all batches of an upload come to. */
export interface LoadTotals {
  rows: number;
  rejects: number;
  shortRecords: number;
  bytes: number;
  types: TypeSet[];
  rejectsByCode: { code: string; count: number }[];
}

/** Of how an upload ends. */
type Ending = Pick<CsvUpload, 'errors' | 'processed_rows' | 'rejected_rows' | 'bytes_done'> &
  Partial<Pick<CsvUpload, 'columns'>>;

/** What an ingest asks of the tables beside its batches. Every change of an upload is fenced by the epoch it was claimed under. */
@Injectable()
export class IngestRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes an upload up, from the queue or from a worker that was lost: from now on whoever held it before can change nothing.
   * Waits for a batch of his that is being committed.
   * @returns null when there is nothing to be done: it is settled, or gone.
   */
  async claim(uploadId: string): Promise<CsvUpload | null> {
    return this.claimIn(this.dataSource.manager, uploadId);
  }

  /** The same within a transaction. */
  async claimIn(manager: EntityManager, uploadId: string): Promise<CsvUpload | null> {
    const claimed = await manager
      .createQueryBuilder()
      .update(CsvUpload)
      .set({
        status: 'processing',
        lease_epoch: () => 'lease_epoch + 1',
        started_at: () => 'coalesce(started_at, clock_timestamp())',
      })
      .where(`id = :uploadId AND status IN ('pending', 'processing')`, { uploadId })
      .execute();
    return claimed.affected === 1 ? manager.findOneBy(CsvUpload, { id: uploadId }) : null;
  }

  /** @throws LeaseLost */
  async enterStage(upload: CsvUpload, stage: string): Promise<void> {
    await this.change(this.dataSource.manager, upload, { stage });
  }

  /** Keeps what was found out about the file, with the place where its records begin as batch 0. @throws LeaseLost */
  async keepPlan(manager: EntityManager, upload: CsvUpload, plan: IngestPlan, start: Checkpoint): Promise<void> {
    const { dialect, columns, warnings } = plan;
    await this.change(manager, upload, { dialect, columns, errors: warnings });
    Object.assign(upload, { dialect, columns, errors: warnings });
    await manager.query(
      `INSERT INTO csv_batches (upload_id, batch_no, byte_end, text_end, line_end, record_end, row_end, row_count, reject_count,
                                short_count, column_types)
       VALUES ($1, 0, $2, $3, $4, 0, 0, 0, 0, 0, '{}')`,
      [upload.id, start.byte, start.text, start.line],
    );
  }

  /**
   * Where the batches end that follow each other without a gap. Several connections commit batches, so those behind a gap were committed by
   * a worker that died with the one in the gap.
   * @returns null when not even batch 0 is there
   */
  async findCheckpoint(uploadId: string): Promise<Checkpoint | null> {
    const [found] = await this.dataSource.query(
      `SELECT batch_no AS batch, byte_end AS byte, text_end AS text, line_end AS line, record_end AS record, row_end AS row
         FROM (SELECT *, row_number() OVER (ORDER BY batch_no) AS place FROM csv_batches WHERE upload_id = $1) AS numbered
        WHERE batch_no = place - 1
        ORDER BY batch_no DESC LIMIT 1`,
      [uploadId],
    );
    if (!found) return null;
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, Number(value)]),
    ) as unknown as Checkpoint;
  }

  /** Removes whatever was committed behind a checkpoint; everything when there is none. @throws LeaseLost */
  async discardBehind(upload: CsvUpload, checkpoint: Checkpoint | null): Promise<void> {
    const { batch, row, record } = checkpoint ?? { batch: -1, row: 0, record: 0 };
    await this.dataSource.transaction(async (manager) => {
      await this.hold(manager, upload);
      await manager.query(`DELETE FROM ${upload.rows_table} WHERE upload_id = $1 AND row_number > $2`, [
        upload.id,
        row,
      ]);
      await manager.query('DELETE FROM csv_rejects WHERE upload_id = $1 AND record_number > $2', [upload.id, record]);
      await manager.query('DELETE FROM csv_batches WHERE upload_id = $1 AND batch_no > $2', [upload.id, batch]);
    });
  }

  /** Gives a big upload a table of its own, like the shared one. @throws LeaseLost */
  async createOwnTable(upload: CsvUpload): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [{ number }] = await manager.query(`SELECT nextval('csv_part_numbers') AS number`);
      const table = ownTable(`csv_parts.rows_${number}`);
      await manager.query(`CREATE TABLE ${table} (LIKE ${SHARED_ROWS_TABLE} INCLUDING ALL)`);
      await this.change(manager, upload, { rows_table: table });
      upload.rows_table = table;
    });
  }

  /**
   * Lets the planner know how big an upload's own table is. Statistics over whole rows would tell it nothing (those of a column come
   * with its index), and row numbers need no large sample: 20 ms instead of 300 for a million rows.
   */
  async analyze(upload: CsvUpload): Promise<void> {
    await this.unhurried(async (manager) => {
      await manager.query('SET LOCAL default_statistics_target = 10');
      await manager.query(`ANALYZE ${ownTable(upload.rows_table)} (upload_id, row_number)`);
    });
  }

  async totals(manager: EntityManager, uploadId: string): Promise<LoadTotals> {
    const [sums] = await manager.query(
      `SELECT sum(row_count) AS rows, sum(reject_count) AS rejects, sum(short_count) AS short, max(byte_end) AS bytes,
              max(row_end) AS row_end, max(record_end) AS record_end, max(batch_no) + 1 = count(*) AS whole
         FROM csv_batches WHERE upload_id = $1`,
      [uploadId],
    );
    const types: { types: number }[] = await manager.query(
      `SELECT bit_and(found) AS types
         FROM csv_batches, unnest(column_types) WITH ORDINALITY AS of_batch (found, position)
        WHERE upload_id = $1 GROUP BY position ORDER BY position`,
      [uploadId],
    );
    const rejectsByCode: { code: string; count: string }[] = await manager.query(
      'SELECT code, count(*) AS count FROM csv_rejects WHERE upload_id = $1 GROUP BY code ORDER BY count(*) DESC, code',
      [uploadId],
    );
    const [rows, rejects] = [Number(sums.rows), Number(sums.rejects)];
    const kept = rejectsByCode.reduce((sum, { count }) => sum + Number(count), 0);
    if (
      !sums.whole ||
      rows !== Number(sums.row_end) ||
      rows + rejects !== Number(sums.record_end) ||
      kept !== rejects
    ) {
      throw new Error(`The batches of upload ${uploadId} do not add up.`);
    }
    return {
      rows,
      rejects,
      shortRecords: Number(sums.short),
      bytes: Number(sums.bytes),
      types: types.map((column) => column.types),
      rejectsByCode: rejectsByCode.map(({ code, count }) => ({ code, count: Number(count) })),
    };
  }

  /** What there is of an upload that ends before its file does. */
  async kept(manager: EntityManager, uploadId: string): Promise<{ rejects: number; bytes: number }> {
    const [kept] = await manager.query(
      `SELECT (SELECT count(*) FROM csv_rejects WHERE upload_id = $1) AS rejects,
              (SELECT coalesce(max(byte_end), 0) FROM csv_batches WHERE upload_id = $1) AS bytes`,
      [uploadId],
    );
    return { rejects: Number(kept.rejects), bytes: Number(kept.bytes) };
  }

  /** @throws LeaseLost */
  async complete(tx: Tx, upload: CsvUpload, ending: Ending): Promise<CsvUpload> {
    return this.end(tx, upload, { ...ending, status: 'completed', stage: 'done' });
  }

  /** Ends an upload without rows; the table that it gives up is for a purge to remove. @throws LeaseLost */
  async fail(tx: Tx, upload: CsvUpload, ending: Ending): Promise<CsvUpload> {
    return this.end(tx, upload, { ...ending, status: 'failed', stage: 'failed', rows_table: SHARED_ROWS_TABLE });
  }

  private async end({ manager }: Tx, upload: CsvUpload, changes: Partial<CsvUpload>): Promise<CsvUpload> {
    await this.change(manager, upload, changes);
    await manager.query('UPDATE csv_uploads SET completed_at = clock_timestamp() WHERE id = $1', [upload.id]);
    return manager.findOneByOrFail(CsvUpload, { id: upload.id });
  }

  private async change(manager: EntityManager, upload: CsvUpload, changes: Partial<CsvUpload>): Promise<void> {
    const changed = await manager
      .createQueryBuilder()
      .update(CsvUpload)
      .set(changes as object)
      .where(`id = :id AND lease_epoch = :epoch AND status = 'processing'`, {
        id: upload.id,
        epoch: upload.lease_epoch,
      })
      .execute();
    if (changed.affected !== 1) throw new LeaseLost();
  }

  private async hold(manager: EntityManager, upload: CsvUpload): Promise<void> {
    const held: unknown[] = await manager.query(
      `SELECT FROM csv_uploads WHERE id = $1 AND lease_epoch = $2 AND status = 'processing' FOR SHARE`,
      [upload.id, upload.lease_epoch],
    );
    if (held.length === 0) throw new LeaseLost();
  }

  /** Work on a whole table takes its time, whatever an ordinary statement may take. */
  private async unhurried(work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL statement_timeout = 0');
      await work(manager);
    });
  }
}

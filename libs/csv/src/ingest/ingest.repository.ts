import { type ColumnFindings, type CountedLines, type CsvColumn, type Dialect, splitCells } from '@app/csv-format';
import { sqlState, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CsvUpload, type FileFooter, type UploadError, type UploadStage } from '../uploads/upload.entity.js';
import {
  createKey,
  createOwnTable,
  deleteBehind,
  isOwnTable,
  ownTable,
  rowsOfUpload,
  SHARED_ROWS_TABLE,
} from '../uploads/upload-tables.js';
import type { Checkpoint, ColumnExceptions } from './batches/batch.js';
import { RecordNotes, type StoredNotes } from './batches/record-notes.js';
import { columnFindings } from './column-findings.js';
import { LeaseLost } from './ingest-failures.js';

/** What is known about a file before its records are read. */
export interface IngestPlan {
  dialect: Dialect;
  columns: CsvColumn[];
  warnings: UploadError[];
  /** The first lines above the table, to be shown. */
  preamble: string[];
  footer: FileFooter | null;
}

/** Sums over all batches of an upload. */
export interface LoadTotals {
  rows: number;
  rejects: number;
  /** How many of the last records are rows, without a reject between them; 0 where the end of the file was not read. */
  rowsAtEnd: number;
  /** What was passed over in the rows. */
  notes: StoredNotes;
  /** Line breaks up to where the table ends. */
  lines: number;
  bytes: number;
  hasEscapes: boolean;
  /** By column, in file order. */
  columns: ColumnFindings[];
  /** The physical line of the first record, from 1. */
  firstLine: number;
  rejectsByCode: { code: string; count: number }[];
}

/** What a mail shows of a table. */
const SHOWN_ROWS = 3;
const SHOWN_CELLS = 8;
const SHOWN_ROW_CHARACTERS = 4_000;

/** The results that are stored when an upload ends. */
type Ending = Pick<CsvUpload, 'errors' | 'processed_rows' | 'rejected_rows' | 'bytes_done'> &
  Partial<Pick<CsvUpload, 'columns' | 'dialect' | 'has_escapes'>>;

const QUERY_CANCELED = '57014';

/** The statements of an ingest, except the batches. Each change of an upload checks the epoch under which the upload was claimed. */
@Injectable()
export class IngestRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Claims an upload for this worker. A worker that held it before can no longer change it. Waits for batches that are being committed.
   * @returns null if there is nothing to do, because the upload has ended, was deleted, or is claimed by another worker meanwhile
   */
  async claim(uploadId: string): Promise<CsvUpload | null> {
    return this.claimIn(this.dataSource.manager, uploadId);
  }

  /** Like `claim`, in a transaction of the caller. */
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
      .returning('lease_epoch')
      .execute();
    const [lease]: { lease_epoch: number }[] = claimed.raw;
    // Another worker may claim the upload between the two statements. Without the epoch in the condition, both would hold its epoch.
    return lease ? manager.findOneBy(CsvUpload, { id: uploadId, lease_epoch: lease.lease_epoch }) : null;
  }

  /** @throws LeaseLost */
  async enterStage(upload: CsvUpload, stage: UploadStage): Promise<void> {
    await this.change(this.dataSource.manager, upload, { stage });
  }

  /** Stores what was detected, and the place where the records begin as checkpoint 0. @throws LeaseLost */
  async savePlan(
    manager: EntityManager,
    upload: CsvUpload,
    plan: IngestPlan,
    start: Checkpoint,
    comments: CountedLines | null,
  ): Promise<void> {
    const { dialect, columns, warnings: errors, preamble, footer } = plan;
    await this.change(manager, upload, { dialect, columns, errors, preamble, footer });
    Object.assign(upload, { dialect, columns, errors, preamble, footer });
    await manager.query(
      `INSERT INTO csv_batches (upload_id, batch_no, byte_end, text_end, line_end, record_end, row_end, row_count, reject_count,
                                column_types, notes)
       VALUES ($1, 0, $2, $3, $4, 0, 0, 0, 0, '{}', $5)`,
      [upload.id, start.byte, start.text, start.line, comments ? { comment_lines: comments } : {}],
    );
  }

  /**
   * The end of the last batch before the first gap. Several connections commit batches, so there is a gap if a worker died before it
   * committed a batch and after it committed a later one.
   * @returns null if there is no batch 0
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

  /**
   * Deletes what was committed behind a checkpoint; everything if there is no checkpoint. An own table has no key yet, so all of it is
   * read, an estimated second per 2 GB. @throws LeaseLost
   */
  async discardBehind(upload: CsvUpload, checkpoint: Checkpoint | null): Promise<void> {
    await this.withoutStatementTimeout(async (manager) => {
      await this.requireLease(manager, upload);
      await deleteBehind(manager, upload, checkpoint ?? { batch: -1, row: 0, record: 0 });
    });
  }

  /** Gives a big upload a table of its own. @throws LeaseLost */
  async createOwnTable(upload: CsvUpload): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const table = await createOwnTable(manager);
      await this.change(manager, upload, { rows_table: table });
      upload.rows_table = table;
    });
  }

  /** How many rows the batches have stored. */
  async countRows(uploadId: string): Promise<number> {
    const [{ rows }] = await this.dataSource.query(
      'SELECT coalesce(max(row_end), 0) AS rows FROM csv_batches WHERE upload_id = $1',
      [uploadId],
    );
    return Number(rows);
  }

  /**
   * Gives an upload's own table its key, after all rows are stored: with the key, storing a narrow row takes twice the CPU of the server
   * and 1.6 times the WAL. The build fails if a row is there twice.
   * @throws LeaseLost if the build is cancelled because the upload was deleted or cancelled
   */
  async addKey(upload: CsvUpload): Promise<void> {
    try {
      await this.withoutStatementTimeout((manager) => createKey(manager, upload.rows_table));
    } catch (error) {
      if (sqlState(error) === QUERY_CANCELED) await this.requireLease(this.dataSource.manager, upload);
      throw error;
    }
  }

  /**
   * Tells the query planner the size of an upload's own table. Statistics over whole rows are of no use (those of a column come with its
   * index), and row numbers need no large sample: 20 ms instead of 300 ms for a million rows.
   */
  async analyze(upload: CsvUpload): Promise<void> {
    await this.withoutStatementTimeout(async (manager) => {
      await manager.query('SET LOCAL default_statistics_target = 10');
      await manager.query(`ANALYZE ${ownTable(upload.rows_table)} (row_number)`);
    });
  }

  /** @throws if rows, rejects and records do not add up, which would be a bug */
  async totals(manager: EntityManager, { id: uploadId, rows_table }: CsvUpload): Promise<LoadTotals> {
    const [sums] = await manager.query(
      `SELECT sum(row_count) AS rows, sum(reject_count) AS rejects, max(byte_end) AS bytes, max(line_end) AS lines,
              bool_or(has_escapes) AS has_escapes, min(line_end) AS first_line,
              max(row_end) AS row_end, max(record_end) AS record_end, max(batch_no) + 1 = count(*) AS whole
         FROM csv_batches WHERE upload_id = $1`,
      [uploadId],
    );
    const rejectsByCode: { code: string; count: string; last: string }[] = await manager.query(
      `SELECT code, count(*) AS count, max(record_number) AS last
         FROM csv_rejects WHERE upload_id = $1 GROUP BY code ORDER BY count(*) DESC, code`,
      [uploadId],
    );
    // One statement stores the rows of a batch and its checkpoint, so the last row of a batch stands for all of them.
    const [{ missing }] = await manager.query(
      `SELECT count(*) AS missing FROM csv_batches AS batch
        WHERE upload_id = $1 AND row_count > 0
          AND NOT EXISTS (SELECT FROM ${rows_table} AS stored
                           WHERE ${rowsOfUpload(rows_table, '$1')} AND stored.row_number = batch.row_end)`,
      [uploadId],
    );
    const [rows, rejects] = [Number(sums.rows), Number(sums.rejects)];
    const stored = rejectsByCode.reduce((sum, { count }) => sum + Number(count), 0);
    if (
      !sums.whole ||
      Number(missing) > 0 ||
      rows !== Number(sums.row_end) ||
      rows + rejects !== Number(sums.record_end) ||
      stored !== rejects
    ) {
      throw new Error(`The batches of upload ${uploadId} do not add up.`);
    }
    return {
      rows,
      rejects,
      rowsAtEnd: rows + rejects - Math.max(0, ...rejectsByCode.map(({ last }) => Number(last))),
      notes: await this.notes(manager, uploadId),
      lines: Number(sums.lines),
      bytes: Number(sums.bytes),
      hasEscapes: sums.has_escapes,
      columns: await this.columnFindings(manager, uploadId),
      firstLine: Number(sums.first_line) + 1,
      rejectsByCode: rejectsByCode.map(({ code, count }) => ({ code, count: Number(count) })),
    };
  }

  private async columnFindings(manager: EntityManager, uploadId: string): Promise<ColumnFindings[]> {
    const found: { readings: number; filled: string }[] = await manager.query(
      `SELECT bit_and(readings) AS readings, sum(filled) AS filled
         FROM csv_batches, unnest(column_types, column_filled) WITH ORDINALITY AS of_batch (readings, filled, position)
        WHERE upload_id = $1 GROUP BY position ORDER BY position`,
      [uploadId],
    );
    const batches: { column_exceptions: ColumnExceptions[] }[] = await manager.query(
      `SELECT column_exceptions FROM csv_batches WHERE upload_id = $1 AND column_exceptions <> '[]' ORDER BY batch_no`,
      [uploadId],
    );
    return columnFindings(
      found.map(({ readings, filled }) => ({ readings, filled: Number(filled) })),
      batches.flatMap((batch) => batch.column_exceptions),
    );
  }

  private async notes(manager: EntityManager, uploadId: string): Promise<StoredNotes> {
    const batches: { notes: StoredNotes }[] = await manager.query(
      `SELECT notes FROM csv_batches WHERE upload_id = $1 AND notes <> '{}' ORDER BY batch_no`,
      [uploadId],
    );
    const sum = new RecordNotes();
    for (const { notes } of batches) sum.merge(notes);
    return sum.all();
  }

  /** The first cells of the first rows, in column order, to be shown. A row may be megabytes, so only its beginning is read. */
  async firstRows(manager: EntityManager, { id, rows_table }: CsvUpload): Promise<string[][]> {
    const rows: { cells: string }[] = await manager.query(
      `SELECT left(cells, ${SHOWN_ROW_CHARACTERS}) AS cells FROM ${rows_table} AS stored
        WHERE ${rowsOfUpload(rows_table, '$1')} ${isOwnTable(rows_table) ? 'AND $1::uuid IS NOT NULL' : ''}
        ORDER BY row_number LIMIT ${SHOWN_ROWS}`,
      [id],
    );
    return rows.map(({ cells }) => splitCells(cells).slice(0, SHOWN_CELLS));
  }

  /** The rejects and bytes of an upload that ends before the end of its file. */
  async partialTotals(manager: EntityManager, uploadId: string): Promise<{ rejects: number; bytes: number }> {
    const [found] = await manager.query(
      `SELECT (SELECT count(*) FROM csv_rejects WHERE upload_id = $1) AS rejects,
              (SELECT coalesce(max(byte_end), 0) FROM csv_batches WHERE upload_id = $1) AS bytes`,
      [uploadId],
    );
    return { rejects: Number(found.rejects), bytes: Number(found.bytes) };
  }

  /** @throws LeaseLost */
  async complete(tx: Tx, upload: CsvUpload, ending: Ending): Promise<CsvUpload> {
    return this.end(tx, upload, { ...ending, status: 'completed', stage: 'done' });
  }

  /** Ends an upload without rows. It no longer refers to its own table, so a purge can drop it. @throws LeaseLost */
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

  private async requireLease(manager: EntityManager, upload: CsvUpload): Promise<void> {
    const held: unknown[] = await manager.query(
      `SELECT FROM csv_uploads WHERE id = $1 AND lease_epoch = $2 AND status = 'processing' FOR SHARE`,
      [upload.id, upload.lease_epoch],
    );
    if (held.length === 0) throw new LeaseLost();
  }

  /** Runs `work` in a transaction without the time limit of ordinary statements, for work on a whole table. */
  private async withoutStatementTimeout(work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL statement_timeout = 0');
      await work(manager);
    });
  }
}

import { Statements, sqlState } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type InsertQueryBuilder, type ObjectLiteral } from 'typeorm';
import { isOwnTable } from '../../uploads/upload-tables.js';
import { LeaseLost } from '../ingest-failures.js';
import type { Batch, RejectsPayload } from './batch.js';

/** The upload that receives the batches, under the epoch that this worker has claimed. */
export interface LoadTarget {
  uploadId: string;
  epoch: number;
  rowsTable: string;
}

/** SQLSTATE of csv_hold when the upload is not held under the epoch of the batch. */
const NOT_HELD = 'CSV01';
/** SQLSTATEs after which the statement certainly had no effect: deadlock, lock timeout, serialization failure. */
const ROLLED_BACK = new Set(['40P01', '55P03', '40001']);
const ATTEMPTS = 5;

/**
 * Commits each batch as ONE statement: the fence, the rows, the rejects and the checkpoint succeed or fail together. There is no
 * transaction of several round trips, in which a stopped process could hold the fence's lock. PostgreSQL runs the INSERT of the checkpoint,
 * and with it the fence, before those of rows and rejects, to which nothing refers; in another order the error would undo them too.
 */
@Injectable()
export class BatchWriter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {}

  /** @throws LeaseLost if the upload is no longer held under this epoch; then nothing was inserted */
  async write(batch: Batch, target: LoadTarget): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.statements.large(...this.statement(batch, target).getQueryAndParameters());
        return;
      } catch (error) {
        if (sqlState(error) === NOT_HELD) throw new LeaseLost();
        if (attempt === ATTEMPTS || !ROLLED_BACK.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private statement(batch: Batch, target: LoadTarget): InsertQueryBuilder<ObjectLiteral> {
    const { end, rowCount, notes, rejects, evidence } = batch;
    const statement = this.dataSource.createQueryBuilder().insert();
    statement.setParameters({ uploadId: target.uploadId, epoch: target.epoch });
    if (rowCount > 0) statement.addCommonTableExpression(this.rows(batch, target), 'stored_rows');
    if (rejects.count > 0) {
      statement.addCommonTableExpression(STORED_REJECTS, 'stored_rejects').setParameters(rejectParameters(rejects));
    }
    return statement.into('csv_batches', CHECKPOINT_COLUMNS).valuesFromSelect((select) =>
      select
        .select([FENCE, ...CHECKPOINT_COLUMNS.slice(1).map((column) => `:${column}`)])
        .from('(SELECT 1)', 'one')
        .setParameters({
          batch_no: end.batch,
          byte_end: end.byte,
          text_end: end.text,
          line_end: end.line,
          record_end: end.record,
          row_end: end.row,
          row_count: rowCount,
          reject_count: rejects.count,
          notes: JSON.stringify(notes),
          has_escapes: batch.rows.hasEscapes,
          column_types: `{${evidence.readings.join(',')}}`,
          column_filled: `{${evidence.filled.join(',')}}`,
          column_exceptions: JSON.stringify(evidence.exceptions),
        }),
    );
  }

  private rows({ rows, rowCount, end }: Batch, { rowsTable }: LoadTarget): InsertQueryBuilder<ObjectLiteral> {
    const key = isOwnTable(rowsTable)
      ? { columns: [], values: [] }
      : { columns: ['upload_id'], values: ['CAST(:uploadId AS uuid)'] };
    return this.dataSource
      .createQueryBuilder()
      .insert()
      .into(rowsTable, [...key.columns, 'row_number', 'cells'])
      .valuesFromSelect((select) =>
        select
          .select([...key.values, 'CAST(:rowsBefore AS bigint) + line.number', 'line.cells'])
          .from(rowCount === 1 ? ONE_LINE : LINES, 'line')
          .setParameters({
            rowsBefore: end.row - rowCount,
            // A Buffer is sent as it is. A string would be decoded here and encoded again by the driver.
            payload: asBuffer(rows.text),
          }),
      );
  }
}

/** The id of the upload, where it is held under the epoch of the batch. */
const FENCE = 'csv_hold(CAST(:uploadId AS uuid), CAST(:epoch AS integer))';

const CHECKPOINT_COLUMNS = [
  'upload_id',
  'batch_no',
  'byte_end',
  'text_end',
  'line_end',
  'record_end',
  'row_end',
  'row_count',
  'reject_count',
  'notes',
  'has_escapes',
  'column_types',
  'column_filled',
  'column_exceptions',
];

/** The rows of a batch, numbered from 1. */
const LINES = `(SELECT cells, number FROM string_to_table(CAST(:payload AS text), E'\\x1e') WITH ORDINALITY AS split (cells, number))`;
/** A lone row may be one empty cell, and string_to_table makes no row of an empty text. */
const ONE_LINE = '(SELECT CAST(:payload AS text) AS cells, 1 AS number)';

// RejectsPayload explains the numbers of a line. OFFSET 0 makes PostgreSQL split each line once, not once per number.
const STORED_REJECTS = `
  INSERT INTO csv_rejects (upload_id, record_number, line_number, byte_offset, code, message, raw, raw_truncated)
  SELECT CAST(:uploadId AS uuid), facts[1], facts[2], facts[3], (CAST(:codes AS text[]))[facts[4]], (CAST(:messages AS text[]))[facts[4]],
         substring(CAST(:raws AS bytea) FROM CAST(facts[5] AS integer) FOR CAST(facts[6] AS integer)), facts[7] = 1
    FROM (SELECT CAST(string_to_array(line, ' ') AS bigint[]) AS facts
            FROM string_to_table(CAST(:reject_lines AS text), E'\\n') AS line OFFSET 0) AS rejected`;

const rejectParameters = ({ codes, messages, facts, raws }: RejectsPayload) => ({
  codes,
  messages,
  reject_lines: asBuffer(facts),
  raws: asBuffer(raws!),
});

/** A Buffer that comes from a parser worker arrives as a plain Uint8Array. */
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

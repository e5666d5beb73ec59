import type { CsvColumn } from '@app/csv-format';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { ownTable } from '../../uploads/upload-tables.js';
import { cellText, comparable } from '../sql/cell-sql.js';
import type { IndexChoice } from './index-needs.js';
import type { Cut, CutRange, RankQuestion } from './rank-question.js';

const MARKS = 1_000;

/** Runs a statement with positional parameters. */
export type Ask = <Row>(sql: string, parameters: unknown[]) => Promise<Row[]>;

/**
 * Counts ranges of an indexed column exactly without walking through them. An index knows in which order its values are, but not
 * how many there are before one; so with it are kept the rows at every so-manyth place. A range of half a million rows is counted by
 * two look-ups and two walks of at most a step: some 3 ms instead of 160 with three processes.
 */
@Injectable()
export class RankMarks {
  protected readonly smallestStep: number = 1_000;

  /** Takes the marks of a column whose ordering index has just been built, in the same transaction. */
  async set(manager: EntityManager, upload: CsvUpload, { kind, column }: IndexChoice): Promise<void> {
    if (column === null || kind === 'contains') return;
    const step = Math.max(this.smallestStep, Math.ceil(upload.processed_rows / MARKS));
    const table = ownTable(upload.rows_table);
    const cell = cellText(column);
    // Sorted anew, by several processes: walking the index would read the rows one by one from all over the table.
    await manager.query('SET LOCAL enable_indexscan = off; SET LOCAL max_parallel_workers_per_gather = 2');
    const marks: { number: string }[] = await manager.query(
      `SELECT number FROM (
         SELECT row_number AS number, row_number() OVER (ORDER BY ${compared(upload, column, cell)}, row_number) - 1 AS place
           FROM ${table} WHERE ${cell} IS NOT NULL) AS ranked
        WHERE place % $1 = 0 ORDER BY place`,
      [step],
    );
    const [{ entries }] = await manager.query(`SELECT count(*) AS entries FROM ${table} WHERE ${cell} IS NOT NULL`);
    await manager.query('SET LOCAL enable_indexscan = on');
    await manager.query(
      `UPDATE csv_indexes SET entries = $4, mark_step = $5, mark_rows = $6,
              mark_values = ARRAY(SELECT ${cell} FROM unnest($6::bigint[]) WITH ORDINALITY AS mark (number, nth)
                                    JOIN ${table} ON upload_id = $1 AND row_number = mark.number ORDER BY nth)
        WHERE upload_id = $1 AND kind = $2 AND column_key = $3`,
      [upload.id, kind, column.key, entries, step, marks.map(({ number }) => number)],
    );
  }

  /** @returns null when there are no marks of this column. */
  async count(ask: Ask, upload: CsvUpload, question: RankQuestion): Promise<number | null> {
    const [marked] = await ask<{ entries: string }>(
      `SELECT entries FROM csv_indexes WHERE upload_id = $1 AND column_key = $2 AND status = 'ready' AND entries IS NOT NULL LIMIT 1`,
      [upload.id, question.column.key],
    );
    if (!marked) return null;
    const entries = Number(marked.entries);
    let counted = 0;
    for (const range of question.ranges) counted += await this.countRange(ask, upload, question.column, range, entries);
    switch (question.of) {
      case 'ranges':
        return counted;
      case 'filled-without':
        return entries - counted;
      case 'all-without':
        return upload.processed_rows - counted;
    }
  }

  private async countRange(
    ask: Ask,
    upload: CsvUpload,
    column: CsvColumn,
    { lower, upper }: CutRange,
    entries: number,
  ): Promise<number> {
    let from = 0;
    let to = entries;
    for (const cut of lower) from = Math.max(from, await this.rank(ask, upload, column, cut));
    for (const cut of upper) to = Math.min(to, await this.rank(ask, upload, column, cut));
    return Math.max(0, to - from);
  }

  /** The place of the last mark before the cut, and how many cells there are from it to the cut. */
  private async rank(ask: Ask, upload: CsvUpload, column: CsvColumn, { value, side }: Cut): Promise<number> {
    const table = ownTable(upload.rows_table);
    const cell = compared(upload, column, cellText(column));
    const sign = side === 'below' ? '<' : '<=';
    const limit = compared(upload, column, 'CAST($3 AS text)');
    const [row] = await ask<{ rank: string }>(
      `SELECT (mark.nth - 1) * mark.step
              + (SELECT count(*) FROM ${table} WHERE upload_id = $1 AND ${cell} = mark.value AND row_number >= mark.number)
              + (SELECT count(*) FROM ${table} WHERE upload_id = $1 AND ${cell} > mark.value AND ${cell} ${sign} ${limit}) AS rank
         FROM (SELECT nth, step, number, ${compared(upload, column, 'text')} AS value
                 FROM (SELECT mark_step AS step, mark_rows, mark_values FROM csv_indexes
                        WHERE upload_id = $1 AND column_key = $2 AND status = 'ready' AND entries IS NOT NULL LIMIT 1) AS marked,
                      unnest(mark_rows, mark_values) WITH ORDINALITY AS mark (number, text, nth)
                WHERE ${compared(upload, column, 'text')} ${sign} ${limit}
                ORDER BY nth DESC LIMIT 1) AS mark`,
      [upload.id, column.key, value],
    );
    return Number(row?.rank ?? 0);
  }
}

const compared = (upload: CsvUpload, column: CsvColumn, text: string): string =>
  comparable(column.type, upload.dialect?.decimal ?? '.', text);

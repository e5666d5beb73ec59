import { ColumnEvidence, type CsvColumn, escapeCell, type Readings, unescapeCell } from '@app/csv-format';
import type { Deadline } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { rowsOfUpload } from '../../uploads/upload-tables.js';
import { CELL_END } from '../compose/stored-rows.js';
import type { ReadSession } from '../execute/guarded-reads.js';
import { ReadScheduler } from '../execute/read-scheduler.js';

/** Rows of one statement: 10 MB at most, and some milliseconds of this process. */
const SLICE_ROWS = 10_000;
/** No number and no day is this long, so a longer text may be cut: it is neither, whole or cut. */
const SHOWN_CHARACTERS = 1_000;

/** What a whole column has shown. */
export interface CheckedColumn {
  /** The readings that all values have but for the exceptions. */
  readings: Readings;
  /** Values that are not empty. */
  filled: number;
  exceptions: { count: number; first: { row_id: number; value: string } } | null;
}

/** Reads all cells of a column by the rules of the ingest. */
@Injectable()
export class ColumnCheck {
  constructor(private readonly scheduler: ReadScheduler) {}

  /**
   * One pass over the rows of a completed upload, which never change; it waits for its turn among the scans.
   * @param wanted the readings that a value may have. @param nullValues texts that are no values
   * @throws QueryTimeout, ClientGone; NotFound when the rows are deleted meanwhile
   */
  async run(
    upload: CsvUpload,
    column: Pick<CsvColumn, 'position'>,
    wanted: Readings,
    nullValues: readonly string[],
    deadline: Deadline,
  ): Promise<CheckedColumn> {
    const nulls = nullValues.map((text) => Buffer.from(escapeCell(text)));
    const evidence = await this.scheduler.pass(upload, deadline, async (session) => {
      const seen = new ColumnEvidence([{ readings: wanted, isDeclared: true }], nulls);
      for (let row = 1; row <= upload.processed_rows; row += SLICE_ROWS) {
        see(seen, await slice(session, upload, column, row), row - 1);
      }
      return seen;
    });
    const found = evidence.exceptions.get(0);
    return {
      readings: evidence.readings[0]!,
      filled: evidence.filled[0]!,
      exceptions: found
        ? { count: found.count, first: { row_id: found.row + 1, value: unescapeCell(found.value) } }
        : null,
    };
  }
}

/** The stored texts of the column from row `first` on, joined as cells are. */
async function slice(
  { sql }: ReadSession,
  { id, rows_table }: CsvUpload,
  { position }: Pick<CsvColumn, 'position'>,
  first: number,
): Promise<string> {
  const [row] = await sql<{ cells: string | null }>(
    `SELECT string_agg(left(split_part(cells, E'\\x1f', ${position}), ${SHOWN_CHARACTERS}), E'\\x1f' ORDER BY row_number) AS cells
       FROM ${rows_table} WHERE ${rowsOfUpload(rows_table, '$1::uuid')} AND $1::uuid IS NOT NULL AND row_number BETWEEN $2 AND $3`,
    [id, first, first + SLICE_ROWS - 1],
  );
  return row?.cells ?? '';
}

/** @param row the number of the first cell's row, from 0 */
function see(evidence: ColumnEvidence, cells: string, row: number): void {
  const bytes = Buffer.from(cells);
  let number = row;
  for (let from = 0; from <= bytes.length; number++) {
    const end = bytes.indexOf(CELL_END, from);
    const to = end < 0 ? bytes.length : end;
    if (to > from) evidence.see(0, bytes, from, to, number, 0);
    from = to + 1;
  }
}

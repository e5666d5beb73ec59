import {
  ColumnEvidence,
  type ColumnFindings,
  type ColumnRule,
  type CsvColumn,
  escapeCell,
  NONE,
  unescapeCell,
} from '@app/csv-format';
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

/** Reads all cells of a column by the rules of the ingest. */
@Injectable()
export class ColumnCheck {
  constructor(private readonly scheduler: ReadScheduler) {}

  /**
   * What a whole column shows. One pass over the rows of a completed upload, which never change, and a second one where most values have
   * another form than the first; each waits for its turn among the scans.
   * @param nullValues texts that are no values
   * @throws QueryTimeout, ClientGone; NotFound when the rows are deleted meanwhile
   */
  async run(
    upload: CsvUpload,
    column: Pick<CsvColumn, 'position'>,
    rule: ColumnRule,
    nullValues: readonly string[],
    deadline: Deadline,
  ): Promise<ColumnFindings> {
    const nulls = nullValues.map((text) => Buffer.from(escapeCell(text)));
    const pass = (readings: ColumnRule['readings']) =>
      this.scheduler.pass(upload, deadline, async (session) => {
        const seen = new ColumnEvidence([{ ...rule, readings }], nulls);
        for (let row = 1; row <= upload.processed_rows && seen.readings[0] !== NONE; row += SLICE_ROWS) {
          see(seen, await slice(session, upload, column, row), row - 1);
        }
        return seen;
      });
    const first = await pass(rule.readings);
    const others = first.contested.get(0);
    const isOutvoted = (first.exceptions.get(0)?.count ?? 0) * 2 > first.filled[0]!;
    return findingsOf(others !== undefined && isOutvoted ? fewerExceptions(await pass(others), first) : first);
  }
}

function fewerExceptions(one: ColumnEvidence, other: ColumnEvidence): ColumnEvidence {
  const [ofOne = 0, ofOther = Number.POSITIVE_INFINITY] = [one, other].map(
    ({ exceptions }) => exceptions.get(0)?.count,
  );
  return one.readings[0] !== NONE && ofOne < ofOther ? one : other;
}

function findingsOf({ readings, filled, exceptions }: ColumnEvidence): ColumnFindings {
  const found = exceptions.get(0);
  return {
    readings: readings[0]!,
    filled: filled[0]!,
    exceptions: found
      ? {
          count: found.count,
          alike: found.alike,
          first: { row_id: found.row + 1, value: unescapeCell(found.value) },
          line: 0,
        }
      : null,
  };
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
  for (let from = 0; from <= bytes.length && evidence.readings[0] !== NONE; number++) {
    const end = bytes.indexOf(CELL_END, from);
    const to = end < 0 ? bytes.length : end;
    if (to > from) evidence.see(0, bytes, from, to, number, 0);
    from = to + 1;
  }
}

import { NotFound } from '@app/problems';
import type { SelectQueryBuilder } from 'typeorm';
import type { ExportPlan } from '../plan/rows-plan.js';
import type { ExportStatements } from '../sql/export-statements.js';

/** The rows of one page. */
export interface RowsPage {
  /** As they are stored, joined by U+001E. */
  cells: string;
  rows: number;
  /** The position of the last row in `cells`. */
  last: number;
}

/** The rows of an export, at positions from 1 in the order they are written. */
export interface RowSource {
  size: number;
  /** The rows from one position to another, or fewer where the page gets too long. */
  read(from: number, to: number): Promise<RowsPage>;
}

export interface PageRow {
  cells: string | null;
  rows: string;
  last: string | null;
}

/** Executes the statement of one page. */
export type ReadPage = (query: SelectQueryBuilder<object>) => Promise<PageRow | undefined>;

/** All rows of a file: positions are row numbers, counted from the end where the order is descending. */
export function rangeSource(
  { direction, size }: Extract<ExportPlan, { by: 'range' }>,
  statements: ExportStatements,
  readPage: ReadPage,
): RowSource {
  const numberAt = (position: number) => (direction === 'asc' ? position : size + 1 - position);
  return {
    size,
    read: async (from, to) => {
      const [first, last] = direction === 'asc' ? [from, to] : [numberAt(to), numberAt(from)];
      return complete(await readPage(statements.range(first, last, direction)), from, numberAt);
    },
  };
}

/**
 * Rows by their numbers, in any order.
 * @param list four bytes for each number, big-endian, as PostgreSQL's int4send writes them. A million numbers take 4 MB so; as
 *   JavaScript numbers in objects they took 100.
 */
export function listSource(list: Buffer, statements: ExportStatements, readPage: ReadPage): RowSource {
  return {
    size: list.length / 4,
    read: async (from, to) => {
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => list.readInt32BE((from - 1 + index) * 4));
      return complete(await readPage(statements.rows(numbers)), from, (last) => from - 1 + last);
    },
  };
}

/** Rows of a completed upload are only deleted all together: where some are missing, the upload is being deleted. */
function complete(row: PageRow | undefined, from: number, positionOf: (last: number) => number): RowsPage {
  const rows = Number(row?.rows);
  const last = positionOf(Number(row?.last));
  if (!row || row.cells === null || last - from + 1 !== rows) throw new NotFound({ what: 'upload' });
  return { cells: row.cells, rows, last };
}

import type { ExportPlan } from '../plan/rows-plan.js';
import type { ExportStatements } from '../sql/export-statements.js';

/** The rows of an export, at positions from 1 in the order they are written. */
export interface RowSource {
  size: number;
  /** The statement that reads the rows from one position to another, or fewer where the page gets too long. */
  page(from: number, to: number): string;
  /** Which `place` that statement gives to the row at a position. */
  placeAt(position: number): number;
}

/** All rows of a file: positions are row numbers, counted from the end where the order is descending. */
export function rangeSource(
  { direction, size }: Extract<ExportPlan, { by: 'range' }>,
  statements: ExportStatements,
): RowSource {
  const placeAt = (position: number) => (direction === 'asc' ? position : size + 1 - position);
  return {
    size,
    placeAt,
    page: (from, to) => {
      const [first, last] = direction === 'asc' ? [from, to] : [placeAt(to), placeAt(from)];
      return statements.range(first, last, direction);
    },
  };
}

/**
 * Rows by their numbers, in any order.
 * @param list four bytes for each number, big-endian, as PostgreSQL's int4send writes them. A million numbers take 4 MB so; as
 *   JavaScript numbers in objects they took 100.
 */
export function listSource(list: Buffer, statements: ExportStatements): RowSource {
  return {
    size: list.length / 4,
    placeAt: (position) => position,
    page: (from, to) => {
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => list.readInt32BE((from - 1 + index) * 4));
      return statements.rows(numbers, from);
    },
  };
}

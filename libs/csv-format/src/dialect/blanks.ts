import { COMMON_DELIMITERS } from './delimiters.js';
import type { SampleTable } from './sample-table.js';
import { isRule } from './table-shape.js';

/** Share of the filled cells that must have a blank on a side for the blanks to be the writer's habit and no part of the cells. */
const SYSTEMATIC = 0.9;
/** As many blanks at least: one or two may be cells that end in a blank. */
const FEWEST_BLANKS = 3;

const BLANK = /[ \t]/;

/**
 * The delimiter behind which blanks stand before quotes, as in `1, "a, b"`; null where that is not usual in the sample. By the grammar a
 * quote opens a cell only as its first character, so the blanks must be trimmed before anything else can be found out.
 */
export function delimiterBeforeBlanks(sample: Buffer): string | null {
  for (const delimiter of COMMON_DELIMITERS) {
    if (!sample.includes(`${delimiter} "`) && !sample.includes(`${delimiter}\t"`)) continue;
    const text = sample.toString('latin1');
    const mark = delimiter === '|' ? '\\|' : delimiter;
    const blank = delimiter === '\t' ? ' ' : '[ \\t]';
    const apart = text.match(new RegExp(`${mark}${blank}+"(?=[^"])`, 'g'))?.length ?? 0;
    const tight = text.match(new RegExp(`${mark}"(?=[^"])`, 'g'))?.length ?? 0;
    if (apart > tight * 4) return delimiter;
  }
  return null;
}

/**
 * Whether blanks beside the delimiters are the writer's habit: nearly every cell has one on a side that faces a delimiter, or the cells of a
 * column are filled up with blanks to one length.
 * @param from the first record of the table @param width how many cells most records have
 */
export function hasSystematicBlanks(table: SampleTable, from: number, width: number): boolean {
  if (width < 2 || table.grammar.delimiter === ' ') return false;
  let records = 0;
  let left = 0;
  let right = 0;
  let leftSides = 0;
  let rightSides = 0;
  for (let record = from; record < table.detailed; record++) {
    // A rule below the names is drawn without the blanks that cells have.
    if (table.width[record] !== width || isRule(table, record)) continue;
    records++;
    for (let column = 0; column < table.cells(record); column++) {
      if (!table.isFilled(record, column) || table.isQuoted(record, column)) continue;
      const cell = table.text(record, column);
      if (cell.trim() === '') continue;
      if (column > 0) {
        leftSides++;
        if (BLANK.test(cell[0]!)) left++;
      }
      if (column < width - 1) {
        rightSides++;
        if (BLANK.test(cell.at(-1)!)) right++;
      }
    }
  }
  // A blank behind every delimiter is a habit even in a single record: a cell hardly begins with one.
  const isHabit = (count: number, sides: number): boolean =>
    count > 0 && (count === sides || (records > 1 && count >= FEWEST_BLANKS && count >= sides * SYSTEMATIC));
  return isHabit(left, leftSides) || isHabit(right, rightSides) || hasPaddedColumns(table, from, width);
}

/** Whether most columns have cells of one length, by blanks at an end. */
function hasPaddedColumns(table: SampleTable, from: number, width: number): boolean {
  let padded = 0;
  let columns = 0;
  for (let column = 0; column < Math.min(width, 100); column++) {
    const lengths = new Set<number>();
    let cells = 0;
    let blanks = 0;
    for (let record = from; record < table.detailed; record++) {
      if (table.width[record] !== width || column >= table.cells(record) || !table.isFilled(record, column)) continue;
      const cell = table.text(record, column);
      cells++;
      lengths.add(cell.length);
      if (cell.trim().length < cell.length) blanks++;
    }
    if (cells < 3) continue;
    columns++;
    if (lengths.size === 1 && blanks > 0) padded++;
  }
  return padded > 0 && padded * 2 >= columns;
}

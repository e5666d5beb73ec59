import { type Kind, kindOf } from './cell-kind.js';
import type { SampleTable } from './sample-table.js';

/** From this share of records with several cells on, the table has several columns; below it, some texts contain the delimiter. */
const TABLE_SHARE = 0.1;

/** The width that most records have, and the larger of equally frequent ones; 1 where too few have several cells, 0 without records. */
export function usualWidth(table: SampleTable): number {
  const counts = new Map<number, number>();
  for (const width of table.width) counts.set(width, (counts.get(width) ?? 0) + 1);
  let usual = table.records > 0 ? 1 : 0;
  let most = 0;
  let several = 0;
  for (const [width, count] of counts) {
    if (width === 1) continue;
    several += count;
    if (count > most || (count === most && width > usual)) {
      usual = width;
      most = count;
    }
  }
  return several < table.records * TABLE_SHARE ? 1 : usual;
}

/** A preamble is detected within this many records; a longer one has to be declared. */
export const LONGEST_PREAMBLE = 60;
/** A longer last block is a table of its own. */
export const MAX_FOOTER_LINES = 20;

/**
 * The record that the footer of a table begins with: its last block, behind a blank line, of which no record has the table's width. The
 * number of records where there is none; also in a longer table, which a footer changes nothing of.
 */
export function footerStart(table: SampleTable, width: number): number {
  if (table.records > table.detailed) return table.records;
  const first = table.blankBefore.lastIndexOf(true);
  if (first <= 0 || table.records - first > MAX_FOOTER_LINES) return table.records;
  return table.width.indexOf(width, first) < 0 ? first : table.records;
}

/** The usual width without trailing columns that no record fills, as where every row of data ends with a delimiter. */
export function filledWidth(table: SampleTable, width: number): number {
  let reach = 1;
  for (let record = 0; record < table.detailed; record++) {
    if (table.width[record] === width) reach = Math.max(reach, lastFilled(table, record) + 1);
  }
  return reach;
}

/** Whether a record is a rule below names: dashes in each of its cells, as database clients and Markdown write it. */
export function isRule(table: SampleTable, record: number): boolean {
  const cells: string[] = [];
  for (let column = 0; column < table.cells(record); column++) {
    const cell = table.text(record, column).trim();
    if (cell !== '') cells.push(cell);
  }
  // One or two dashes mark a missing value.
  return cells.every((cell) => /^:?-+:?$/.test(cell)) && cells.some((cell) => cell.includes('---'));
}

function lastFilled(table: SampleTable, record: number): number {
  // Cells that were not kept may be filled.
  if (table.cells(record) < table.width[record]!) return table.width[record]! - 1;
  let column = table.cells(record) - 1;
  while (column > 0 && !table.isFilled(record, column)) column--;
  return Math.max(0, column);
}

/** Whether each second column of the table has no cell, not even in its header, and all others have one. */
export function isEachSecondEmpty(table: SampleTable, width: number): boolean {
  if (width < 3 || width % 2 === 0) return false;
  const isFilled = new Array<boolean>(width).fill(false);
  for (let record = 0; record < table.detailed; record++) {
    if (table.width[record] !== width) continue;
    const cells = Math.min(width, table.cells(record));
    for (let column = 0; column < cells; column++) {
      if (!table.isFilled(record, column)) continue;
      if (column % 2 === 1) return false;
      isFilled[column] = true;
    }
  }
  return isFilled.every((filled, column) => filled || column % 2 === 1);
}

export function kindAt(table: SampleTable, record: number, column: number): Kind {
  const { from, to } = table.ranges;
  const cell = table.cell(record, column);
  return kindOf(table.sample, from[cell]!, to[cell]!, table.isQuoted(record, column));
}

const COMMENT = /^(#|\/\/|%|--|;|!)/;

/** Whether the record begins as comments do that programs write above their tables. */
export function isComment(table: SampleTable, record: number): boolean {
  return table.cells(record) > 0 && COMMENT.test(table.text(record, 0));
}

import { type CsvGrammar, firstLineBehind } from '../records/grammar.js';
import { readSample, type SampleTable } from './sample-table.js';
import { MAX_FOOTER_LINES } from './table-shape.js';

/** Lines below a table that are no part of it. */
export interface Footer {
  /** The text of the footer, from its first line to the end of the file: UTF-8. */
  text: Buffer;
  /** How many records it would have, if it were a table. */
  records: number;
}

/** How much of the end of a file is enough to find a footer: 20 lines, and the rows above them. */
export const TAIL_BYTES = 64 * 1024;

const ALL = {
  records: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  recordsWithCells: Number.POSITIVE_INFINITY,
  cellsPerRecord: 1,
};

/**
 * The footer of a file: its last block of lines, behind a blank line, of at most 20 lines, none of which has the width that most records
 * have. It is looked for in the end of the file alone.
 * @param tail the end of the file as UTF-8, at most up to the header @param width how many cells most records have @param isCut whether the tail begins within a line, which is left out
 */
export function findFooter(tail: Buffer, grammar: CsvGrammar, width: number, isCut: boolean): Footer | null {
  const from = isCut ? firstLineBehind(tail, grammar) : 0;
  const table = readSample(tail, from, grammar, ALL, true);
  const first = table.blankBefore.lastIndexOf(true);
  if (first <= 0) return null;
  const block = table.width.slice(first);
  const lines = table.line.at(-1)! - table.line[first]! + 1;
  if (lines > MAX_FOOTER_LINES || block.includes(width)) return null;
  if (isCut && !isMostlyOf(width, table, first)) return null;
  return { text: tail.subarray(table.from[first]!), records: block.length };
}

/** Where the tail begins within quotes, its records are not those of the file; they hardly have the width then. */
function isMostlyOf(width: number, table: SampleTable, until: number): boolean {
  return table.width.slice(0, until).filter((cells) => cells === width).length * 2 > until;
}

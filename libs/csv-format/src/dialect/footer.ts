import { type CsvGrammar, firstLineBehind, lineBreakLength } from '../records/grammar.js';
import { readSample, type SampleTable } from './sample-table.js';

/** Lines below a table that are no part of it. */
export interface Footer {
  /** The text of the footer, with the blank lines above it: UTF-8. */
  text: Buffer;
  /** Its lines that are not blank. */
  lines: number;
  /** Physical lines of the tail before the first of them. */
  linesBefore: number;
}

/** A longer block is a table of its own. */
const MAX_FOOTER_LINES = 20;
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
 * have. It is looked for in the end of the file alone. The record above the blank line must be as wide as most: so the blank line is none
 * within quotes.
 * @param tail the end of the file as UTF-8, at most up to the header @param width how many cells most records have @param isCut whether the tail begins within a line, which is left out
 */
export function findFooter(tail: Buffer, grammar: CsvGrammar, width: number, isCut: boolean): Footer | null {
  const from = isCut ? firstLineBehind(tail, grammar) : 0;
  const table = readSample(tail, from, grammar, ALL, true);
  const first = table.blankBefore.lastIndexOf(true);
  if (first <= 0) return null;
  const block = table.width.slice(first);
  const lines = table.line.at(-1)! - table.line[first]! + 1;
  if (lines > MAX_FOOTER_LINES || block.includes(width) || table.width[first - 1] !== width) return null;
  const start = endOf(table, first - 1);
  return { text: tail.subarray(start), lines: block.length, linesBefore: table.line[first]! };
}

/** Behind the line break of a record that a blank line follows. */
function endOf(table: SampleTable, record: number): number {
  const { sample, grammar } = table;
  let at = table.from[record + 1]!;
  // Back over the blank lines, to the end of the record's own line break.
  const isBreak = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;
  while (at > 0 && isBreak(sample[at - 1])) at--;
  return at + lineBreakLength(sample[at]!, sample[at + 1] ?? -1, true, grammar);
}

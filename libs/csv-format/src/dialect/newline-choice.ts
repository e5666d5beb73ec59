import type { Dialect } from '../model.js';
import { END_CR, END_OF_SAMPLE, type LineEnds, type TokenTable } from './record-tokenizer.js';
import { usualWidth } from './table-shape.js';

export interface NewlineChoice {
  newline: Dialect['newline'];
  ends: LineEnds;
}

const NAMES = ['lf', 'crlf', 'cr'] as const;

/**
 * What ends records, from a table that was read with every line break ending one.
 * A second kind of line break makes the file `mixed` if the records that it ends, and those after them, are as wide as the others;
 * if they are fragments, it is a line break left in cells unquoted, and the file is of the first kind. (A lone CR is then text; a line
 * feed ends a record all the same, except in a CR file.)
 */
export function chooseNewline(table: TokenTable): NewlineChoice {
  const seen = [...table.blankLines];
  for (const end of table.end) if (end !== END_OF_SAMPLE) seen[end]!++;
  const most = Math.max(...seen);
  if (most === 0) return { newline: 'lf', ends: 'any' };
  const main = seen.indexOf(most);
  const others = [...NAMES.keys()].filter((kind) => kind !== main && seen[kind]! > 0);
  return others.some((kind) => endsRecords(table, kind))
    ? { newline: 'mixed', ends: 'any' }
    : { newline: NAMES[main]!, ends: main === END_CR ? 'cr' : 'lf' };
}

function endsRecords(table: TokenTable, kind: number): boolean {
  const usual = usualWidth(table);
  let whole = 0;
  let fragments = 0;
  for (let record = 0; record < table.records; record++) {
    if (table.end[record] !== kind) continue;
    const next = table.width[record + 1];
    if (table.width[record] === usual && (next === usual || next === undefined)) whole++;
    else fragments++;
  }
  return whole >= fragments;
}

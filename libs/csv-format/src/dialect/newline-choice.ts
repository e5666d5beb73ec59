import type { Newline } from '../model.js';
import { RecordEnd, type SampleTable } from './sample-table.js';
import { usualWidth } from './table-shape.js';

const NEWLINES = ['lf', 'crlf', 'cr'] as const satisfies Newline[];

/**
 * What ends records, from a table that was read as `mixed`, with every line break ending one.
 * A second kind of line break makes the file `mixed` if the records that it ends, and those after them, are as wide as the others.
 * If they are fragments, it is an unquoted line break within cells, and the file is of the first kind. (A lone CR is then text; a line
 * feed ends a record all the same, except in a CR file.)
 */
export function chooseNewline(table: SampleTable): Newline {
  const seen = [...table.blankLines];
  for (const end of table.end) if (end !== RecordEnd.Sample) seen[end]!++;
  const most = Math.max(...seen);
  if (most === 0) return 'lf';
  const main = seen.indexOf(most);
  const others = [...NEWLINES.keys()].filter((kind) => kind !== main && seen[kind]! > 0);
  return others.some((kind) => endsRecords(table, kind)) ? 'mixed' : NEWLINES[main]!;
}

function endsRecords(table: SampleTable, kind: number): boolean {
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

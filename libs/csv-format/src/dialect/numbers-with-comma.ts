import type { SampleTable } from './sample-table.js';

// Records that a comma cuts where it may be no delimiter: a decimal comma, or the mark of thousands.

/** A whole number as it stands before a decimal comma, with or without thousands marks. */
const WHOLE_NUMBER = /^[-+]?(?:\d+|\d{1,3}(?:[.'\u00a0\u202f ]\d{3})+)$/u;

/** Whether the two cells of a record are one number with a decimal comma: `0,165`. */
export const isSplitAtDecimal = (table: SampleTable, record: number): boolean =>
  isPair(table, record) && WHOLE_NUMBER.test(table.text(record, 0)) && /^\d+$/.test(table.text(record, 1));

/**
 * Whether a decimal comma within a longer text may have been taken for the delimiter: `Oslo 12,5`, `12,50 €`, `10:00:01,123 INFO start`. Digits
 * end the first cell, behind a blank or a mark or alone, and up to three begin the second. The day of a date stands behind another digit and a dash.
 */
export const isSplitWithinText = (table: SampleTable, record: number): boolean =>
  isPair(table, record) &&
  /(?:^|[\s:€$£+]|\s-|^-)\d{1,3}$/.test(table.text(record, 0)) &&
  /^\d{1,3}(?:$|[\s€%])/.test(table.text(record, 1));

const isPair = (table: SampleTable, record: number): boolean =>
  table.cells(record) === 2 && !table.isQuoted(record, 0) && !table.isQuoted(record, 1);

const GROUPED_NUMBER = /^[-+]?\d{1,3}(?:,\d{3})*(?:\.\d+)?$/;

/** Whether the cells of a record are the groups of digits of one number, with or without a decimal point behind the last. */
export function isSplitAtThousands(table: SampleTable, record: number): boolean {
  const cells = Array.from({ length: table.cells(record) }, (_, column) => table.text(record, column));
  return !cells.some((_, column) => table.isQuoted(record, column)) && GROUPED_NUMBER.test(cells.join(','));
}

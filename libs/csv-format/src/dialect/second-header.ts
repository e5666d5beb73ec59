import { ColumnFamilies } from './column-families.js';
import type { SampleTable } from './sample-table.js';

/** Further headers within a table: where tables of one width were joined. */
export interface SecondHeaders {
  count: number;
  /** The first of them. */
  record: number;
}

const MOST_BESIDE_HEADERS = 0.6;

/**
 * Finds records that are headers once more: the same names as the header, or, below a blank line and above a row, words where the table has
 * numbers and the like.
 * @param names of the header, as in the file; null where the table has none
 * @param from the first row
 */
export function findSecondHeaders(
  table: SampleTable,
  names: readonly string[] | null,
  from: number,
  width: number,
): SecondHeaders | null {
  // Second headers are among the records that the families are of.
  const families = new ColumnFamilies(table, from, width, MOST_BESIDE_HEADERS);
  const found: number[] = [];
  for (let record = from; record < table.detailed; record++) {
    if (table.width[record]! < 2 && names?.length !== 1) continue;
    const isRepeat = names !== null && isSame(table, record, names);
    const isNew =
      table.blankBefore[record] &&
      table.width[record] === width &&
      !families.areAllText &&
      families.isTextAboveValues(record) &&
      record + 1 < table.detailed &&
      !table.blankBefore[record + 1] &&
      families.agreement(record + 1) > 0;
    if (isRepeat || isNew) found.push(record);
  }
  return found.length > 0 ? { count: found.length, record: found[0]! } : null;
}

function isSame(table: SampleTable, record: number, names: readonly string[]): boolean {
  if (table.cells(record) < names.length || !names.some((name) => /\p{L}/u.test(name))) return false;
  return names.every((name, column) => clean(table.text(record, column)) === clean(name));
}

const clean = (text: string): string => text.replace(/^\ufeff/, '').trim();

import { headerLogOdds } from './header-likelihood.js';
import type { SampleTable } from './sample-table.js';
import { filledWidth, isComment } from './table-shape.js';

/** Where the table begins: its header, or its first row if it has none. */
export interface TableStart {
  record: number;
  /** Log-odds that this record is a header. */
  headerOdds: number;
  /** 0 to 1: the probability that the lines before it are not part of the table. 1 if there are none. */
  certainty: number;
}

/** A preamble is detected within this many records; a longer one has to be declared. */
const LONGEST_PREAMBLE = 60;
/** Log-odds from which a record is clear enough a header to pass over the records before it; without evidence they are 0.7. */
const CLEAR_HEADER = 1.5;
/** Lines before a table are only passed over if this share of its records has its width. */
const MIN_EVEN_SHARE = 0.5;

/**
 * Finds the first record of the table, given its usual width. Titles and notes before it have fewer cells, are comments, are padded with
 * empty cells up to the width (as by spreadsheets), or are followed by a blank line. A record is passed over only if it looks like that, or if
 * a header follows it: a short first row of data is data.
 */
export function findTableStart(table: SampleTable, width: number): TableStart {
  const odds = new Map<number, number>();
  const oddsOf = (record: number): number => {
    const known = odds.get(record) ?? headerLogOdds(table, record, width);
    odds.set(record, known);
    return known;
  };
  const record = locate(table, width, oddsOf);
  return { record, headerOdds: oddsOf(record), certainty: certaintyOf(table, record, width) };
}

function locate(table: SampleTable, width: number, oddsOf: (record: number) => number): number {
  const last = Math.min(table.detailed, LONGEST_PREAMBLE) - 1;
  const reach = filledWidth(table, width);
  const fits = (record: number): boolean =>
    record <= last && (table.width[record] === width || table.width[record] === reach);

  let first = 0;
  while (first < last && isComment(table, first)) first++;
  // A header may be written as a comment ("#id,name"), unless there is one below it.
  if (first > 0 && fits(first - 1) && oddsOf(first) < CLEAR_HEADER && oddsOf(first - 1) > oddsOf(first))
    return first - 1;
  const uncommented = first;
  if (width === 1) return first;

  while (first <= last && !fits(first)) first++;
  if (first > last || shareOfWidth(table, first, width) < MIN_EVEN_SHARE) return uncommented;

  const dense = firstDense(table, first, last, fits);
  // Rows without any value can be passed over without loss.
  const isEmpty = (record: number): boolean => filled(table, record) === 0;
  const loss = table.width.slice(first, dense).some((_, i) => !isEmpty(first + i));
  if (dense !== first && oddsOf(dense) > (loss ? CLEAR_HEADER : 0)) return dense;

  for (let record = Math.min(last, first + 10); record > first; record--) {
    if (table.blankBefore[record] && fits(record) && oddsOf(record) > Math.max(CLEAR_HEADER, oddsOf(first)))
      return record;
  }
  if (first === uncommented || oddsOf(first) > CLEAR_HEADER) return first;

  // No header where the usual width begins: it may be shorter or longer than the rows, or the first rows may be uneven.
  for (let record = uncommented; record < first; record++) {
    const run = isRun(table, record, first);
    if (run && table.width[record]! * 2 >= reach && oddsOf(record) > CLEAR_HEADER) return record;
  }
  const looksLikePreamble =
    table.blankBefore[first] || (reach > 2 && table.width.slice(uncommented, first).every((cells) => cells === 1));
  return looksLikePreamble ? first : uncommented;
}

/** The first fitting record that is not mostly padding, if the one at `first` is: at most a third of its cells filled, and half as many as usual. */
function firstDense(table: SampleTable, first: number, last: number, fits: (record: number) => boolean): number {
  const fillOf = (record: number): number => filled(table, record);
  const fills = Array.from({ length: Math.min(table.detailed, 200) - first }, (_, i) => fillOf(first + i)).sort(
    (a, b) => a - b,
  );
  const usual = fills[fills.length >> 1]!;
  const isPadded = (record: number): boolean =>
    fillOf(record) * 3 <= Math.max(3, table.width[record]!) && fillOf(record) * 2 <= usual;
  if (!isPadded(first)) return first;
  for (let record = first; record <= last; record++) if (fits(record) && !isPadded(record)) return record;
  return first;
}

function shareOfWidth(table: SampleTable, first: number, width: number): number {
  return table.width.slice(first).filter((cells) => cells === width).length / (table.records - first);
}

function isRun(table: SampleTable, from: number, to: number): boolean {
  for (let record = from; record <= to; record++) {
    if (table.width[record]! < 2 || (record > from && table.blankBefore[record])) return false;
  }
  return true;
}

function certaintyOf(table: SampleTable, start: number, width: number): number {
  if (start === 0) return 1;
  const before = table.width.slice(0, start);
  const setOff =
    table.blankBefore[start] ||
    before.every((cells) => cells * 2 < width) ||
    before.every((_, record) => isComment(table, record));
  return setOff ? 0.97 : 0.85;
}

function filled(table: SampleTable, record: number): number {
  let count = 0;
  for (let column = 0; column < table.cells(record); column++) if (table.isFilled(record, column)) count++;
  return count;
}

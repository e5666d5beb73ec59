import { headerLogOdds } from './header-likelihood.js';
import type { SampleTable } from './sample-table.js';
import { filledWidth, isComment } from './table-shape.js';

/** Where the table begins: its header, or its first row if it has none. */
export interface TableStart {
  record: number;
  /** Log-odds that this record is a header. */
  headerOdds: number;
  /** 0 to 1: that what stands before it is no part of the table. 1 where nothing does. */
  certainty: number;
}

/** A preamble is looked for in this many records; a longer one has to be declared. */
const LONGEST_PREAMBLE = 60;
/** Log-odds from which a record counts as a header when records before it are to be passed over; what tells nothing has 0.7. */
const CLEARLY = 1.5;
/** Share of the records from the table's first on that must have its width, for lines before it to be passed over. */
const TABLE = 0.5;

/**
 * Finds the first record of the table, given its usual width. Titles and notes before it have fewer cells, are comments, are padded with empty
 * cells up to the width (as spreadsheets do), or are set off by a blank line. A record is passed over only if it looks like that, or if
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
  // The last comment is the header of those who write "#id,name", unless one stands below it.
  if (first > 0 && fits(first - 1) && oddsOf(first) < CLEARLY && oddsOf(first - 1) > oddsOf(first)) return first - 1;
  const uncommented = first;
  if (width === 1) return first;

  while (first <= last && !fits(first)) first++;
  if (first > last || shareOfWidth(table, first, width) < TABLE) return uncommented;

  const dense = firstDense(table, first, last, fits);
  // To pass over rows without any value loses nothing.
  const isEmpty = (record: number): boolean => filled(table, record) === 0;
  const loss = table.width.slice(first, dense).some((_, i) => !isEmpty(first + i));
  if (dense !== first && oddsOf(dense) > (loss ? CLEARLY : 0)) return dense;

  for (let record = Math.min(last, first + 10); record > first; record--) {
    if (table.blankBefore[record] && fits(record) && oddsOf(record) > Math.max(CLEARLY, oddsOf(first))) return record;
  }
  if (first === uncommented || oddsOf(first) > CLEARLY) return first;

  // No header where the usual width begins: it may be shorter or longer than the rows, or the rows uneven from the start.
  for (let record = uncommented; record < first; record++) {
    const run = isRun(table, record, first);
    if (run && table.width[record]! * 2 >= reach && oddsOf(record) > CLEARLY) return record;
  }
  const looksLikePreamble =
    table.blankBefore[first] || (reach > 2 && table.width.slice(uncommented, first).every((cells) => cells === 1));
  return looksLikePreamble ? first : uncommented;
}

/** The first fitting record that is not all padding, if the one at `first` is: at most a third filled where others are much fuller. */
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

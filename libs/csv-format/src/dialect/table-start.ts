import { ColumnFamilies } from './column-families.js';
import { CLEAR_HEADER, headerLogOdds } from './header-likelihood.js';
import { type HeaderReading, readHeader } from './header-reading.js';
import type { SampleTable } from './sample-table.js';
import { filledWidth, footerStart, isComment, LONGEST_PREAMBLE } from './table-shape.js';

/** Where the table begins: its header, or its first row if it has none. */
export interface TableStart {
  record: number;
  /** The record as a header. */
  header: HeaderReading;
  /** Log-odds that this record is a header. */
  headerOdds: number;
}

/** Lines as wide as the table are passed over for a header that is at most this many records below the first of them. */
const LONGEST_WIDE_PREAMBLE = 20;
/** So many lines right above a header, of its width and unlike the rows below, are no header themselves. */
const LEAST_NOTES = 3;
/** Log-odds from which a record that is wider than all others is the header. Titles of so many cells are sentences, with lower odds. */
const LIKELY_HEADER = 0.5;
/** Added for a first record of another width than all others, as only headers and titles have. */
const OTHER_WIDTH = 1.5;
/** In a table of text, by how much a header must be clearer than a record of another width above it. */
const MUCH = 1.5;
/** Lines before a table are only passed over if this share of its records has its width. */
const MIN_EVEN_SHARE = 0.5;

/**
 * Finds the first record of the table, given its usual width.
 *
 * A record as wide as the table is part of it, whatever it begins with, unless a clear header follows it: then it is a title padded with
 * empty cells, a comment, or a note of as many cells. A record of another width is a title or note if it is one cell, a comment, or set off
 * by a blank line; else it is a header that is wider or narrower than the rows, or a row.
 *
 * @param isDeclared whether the table has a header for certain
 */
export function findTableStart(table: SampleTable, width: number, whole: boolean, isDeclared = false): TableStart {
  return new StartSearch(table, width, whole, isDeclared).find();
}

class StartSearch {
  private readonly readings = new Map<number, HeaderReading>();
  private readonly odds = new Map<number, number>();
  private readonly reach: number;
  private readonly last: number;

  constructor(
    private readonly table: SampleTable,
    private readonly width: number,
    private readonly whole: boolean,
    private readonly isDeclared: boolean,
  ) {
    this.reach = filledWidth(table, width);
    this.last = Math.min(table.detailed, LONGEST_PREAMBLE) - 1;
  }

  find(): TableStart {
    const first = this.firstOfWidth();
    let record = this.locate(first);
    // Where no header is found, the first line of the table's width is the declared one.
    if (this.isDeclared && this.oddsOf(record) < 0 && first !== null) record = first;
    return {
      record,
      header: this.readingOf(record),
      headerOdds: this.oddsOf(record),
    };
  }

  private locate(first: number | null): number {
    if (first === null) return 0;
    const start = this.passOtherWidths(first);
    if (start < first) return start;
    return this.passPadding(first) ?? this.passComments(first) ?? this.passNotes(first) ?? first;
  }

  /** The first record of the table's width; null where none is near, or too few have it. */
  private firstOfWidth(): number | null {
    for (let record = 0; record <= this.last; record++) {
      if (this.fits(record)) return shareOfWidth(this.table, record, this.width) < MIN_EVEN_SHARE ? null : record;
    }
    return null;
  }

  private fits(record: number): boolean {
    const { table, width, reach } = this;
    return record <= this.last && (table.width[record] === width || (table.width[record] === reach && reach > 1));
  }

  /** Of the records above the first of the table's width: where the table begins. */
  private passOtherWidths(first: number): number {
    const { table } = this;
    if (first === 0) return 0;
    const families = new ColumnFamilies(table, Math.min(first + 1, table.detailed - 1), this.width);
    const isTitle = (record: number): boolean =>
      isComment(table, record) || (table.width[record]! === 1 && this.reach > 2) || table.width[record]! > this.width;
    // What is above a blank line is no part of the table, unless its cells are like those of the rows.
    let from = 0;
    for (let record = first; record > 0 && from === 0; record--) if (table.blankBefore[record]) from = record;
    for (let record = 0; record < from; record++) {
      if (!isTitle(record) && !families.areAllText && families.agreement(record) > 0) from = 0;
    }
    if (from === first) return first;

    // A header may be wider or narrower than the rows, or have another delimiter.
    const mayBeHeader = (record: number): boolean =>
      this.readingOf(record).form !== 'cells' ||
      (rangeEvery(record, first, (other) => table.width[other]! > 1) &&
        table.width[record]! * 2 >= this.reach &&
        !isComment(table, record) &&
        this.oddsOf(record) > (table.width[record]! > this.width ? LIKELY_HEADER : CLEAR_HEADER));
    const candidates = Array.from({ length: first - from }, (_, i) => from + i).filter(mayBeHeader);
    const isClearBelow =
      this.oddsOf(first) > CLEAR_HEADER &&
      (families.areAllText
        ? candidates.every((record) => this.oddsOf(record) + MUCH < this.oddsOf(first))
        : families.isTextAboveValues(first));
    if (!isClearBelow && candidates.length > 0) return candidates[0]!;
    // A line of keys and values may have a number where the table has some; most do not.
    const rowsAbove = rangeCount(from, first, (record) => families.agreement(record) * 2 > families.size);
    const areRowsAbove = rowsAbove * 2 > first - from;
    const isPreamble = (record: number): boolean =>
      isComment(table, record) ||
      // A short record has a value like those below it, a title has none.
      (table.width[record]! === 1 && (isClearBelow || (this.reach > 2 && families.agreement(record) <= 0))) ||
      (isClearBelow && (families.areAllText || !areRowsAbove || families.agreement(record) <= 0));
    for (let record = from; record < first; record++) if (!isPreamble(record)) return record;
    return first;
  }

  /** Titles padded with empty cells up to the width of the table, as spreadsheets write them. */
  private passPadding(first: number): number | null {
    const { table } = this;
    const fills = Array.from({ length: Math.min(table.detailed, 200) - first }, (_, i) => filled(table, first + i));
    const usual = median(
      fills.slice(
        Math.min(
          fills.length - 1,
          fills.findIndex((fill) => fill * 2 > Math.max(...fills)),
        ),
      ),
    );
    const isPadded = (record: number): boolean => {
      const fill = filled(table, record);
      return (
        fill * 2 <= Math.max(2, table.width[record]!) &&
        fill * 2 <= Math.max(2, usual) &&
        isEmptyAtTheEnd(table, record)
      );
    };
    if (usual < 2 || !isPadded(first)) return null;
    const families = new ColumnFamilies(table, first + 1, this.width);
    let found: number | null = null;
    for (let record = first; record <= this.last; record++) {
      // A title that is a number ("2026") agrees with a column of numbers, but is padded like the others.
      const isRow = !isPadded(record) && !families.areAllText && families.agreement(record) * 2 > families.size;
      // A header of years agrees with columns of numbers too.
      if (isRow && this.oddsOf(record) <= 0) break;
      // A header has a name for nearly every column.
      if (!this.fits(record) || isPadded(record) || filled(table, record) * 5 < usual * 4) continue;
      // Rows without any value are passed over without loss.
      const loss = rangeSome(first, record, (above) => filled(table, above) > 0);
      if (this.oddsOf(record) > (loss ? CLEAR_HEADER : 0)) found = record;
      if (families.areAllText) break;
      if (record + 1 < table.detailed && families.agreement(record + 1) > 0) break;
    }
    return found;
  }

  /** Comments that have as many cells as the table by accident. */
  private passComments(first: number): number | null {
    const { table } = this;
    let behind = first;
    while (behind <= this.last && isComment(table, behind)) behind++;
    if (behind === first || behind > this.last || !this.fits(behind)) return null;
    // "# exported, 2024" is a comment, "#id,name" may be a header.
    const isRemark = /^\S{1,2}\s/.test(table.text(behind - 1, 0));
    if (this.oddsOf(behind) > CLEAR_HEADER && (isRemark || this.oddsOf(behind) > this.oddsOf(behind - 1)))
      return behind;
    // A header may be written as a comment: "#id,name" below "# exported, 2024".
    const above = behind - 1;
    return above > first && this.fits(above) && this.oddsOf(above) > Math.max(CLEAR_HEADER, this.oddsOf(first))
      ? above
      : null;
  }

  /** Notes of as many cells as the table ("Station,Potsdam"), above a clear header. */
  private passNotes(first: number): number | null {
    const { table } = this;
    const until = Math.min(this.last, first + LONGEST_WIDE_PREAMBLE);
    for (let record = first + 1; record <= until; record++) {
      if (!this.fits(record) || this.oddsOf(record) <= CLEAR_HEADER) continue;
      const families = new ColumnFamilies(table, record + 1, this.width);
      if (!families.isTextAboveValues(record) || !this.mayEndNotes(first, record, families)) continue;
      // Rows above a second header are rows. A value of few notes is of the kind that the rows have in its place.
      const rows = rangeCount(first, record, (above) => families.agreement(above) > 0);
      const isMeasured = this.width > 1 && families.measured.length > 0;
      if (isMeasured ? rows * 2 < record - first : rows === 0) return this.clearerOf(record);
    }
    return null;
  }

  /** Where notes end with one of words alone, the header is the line below it. */
  private clearerOf(record: number): number {
    const next = record + 1;
    if (this.table.blankBefore[record] || next >= this.last || !this.fits(next)) return record;
    const isAlike = new ColumnFamilies(this.table, next + 1, this.width).isTextAboveValues(next);
    return isAlike && this.oddsOf(next) > this.oddsOf(record) ? next : record;
  }

  /** Whether the records above a clear header may be notes: set off from it, no header themselves, and no more than its rows. */
  private mayEndNotes(first: number, record: number, families: ColumnFamilies): boolean {
    if (this.table.blankBefore[record]) return true;
    const notes = record - first;
    // A header of two lines, or units below it, are no notes.
    if (this.oddsOf(first) > 0 && (notes < LEAST_NOTES || this.width === 1)) return false;
    const rows = this.table.records - record - 1;
    // Many rows above one other line ("Total") are no notes; keys and values above two rows of numbers are.
    return rows >= notes || (rows > 1 && this.width > 1 && families.measured.length > 0);
  }

  private readingOf(record: number): HeaderReading {
    const known = this.readings.get(record) ?? readHeader(this.table, record, this.width, this.whole);
    this.readings.set(record, known);
    return known;
  }

  private oddsOf(record: number): number {
    const known = this.odds.get(record);
    if (known !== undefined) return known;
    const reading = this.readingOf(record);
    const odds = headerLogOdds(this.table, record, this.width, reading);
    const isOtherWidth = !this.fits(record) && (reading.form !== 'cells' || this.table.width[record]! > 1);
    const value = odds + (isOtherWidth && odds > -1 ? OTHER_WIDTH : 0);
    this.odds.set(record, value);
    return value;
  }
}

function shareOfWidth(table: SampleTable, first: number, width: number): number {
  const records = table.width.slice(first, footerStart(table, width));
  return records.filter((cells) => cells === width).length / records.length;
}

function filled(table: SampleTable, record: number): number {
  let count = 0;
  for (let column = 0; column < table.cells(record); column++) if (table.isFilled(record, column)) count++;
  return count;
}

function isEmptyAtTheEnd(table: SampleTable, record: number): boolean {
  const cells = table.cells(record);
  return cells > 0 && !table.isFilled(record, cells - 1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Whether all, or some, of the records in `[from, to)` are such. */
function rangeEvery(from: number, to: number, test: (record: number) => boolean): boolean {
  for (let record = from; record < to; record++) if (!test(record)) return false;
  return true;
}
function rangeCount(from: number, to: number, test: (record: number) => boolean): number {
  let count = 0;
  for (let record = from; record < to; record++) if (test(record)) count++;
  return count;
}
const rangeSome = (from: number, to: number, test: (record: number) => boolean): boolean =>
  !rangeEvery(from, to, (record) => !test(record));

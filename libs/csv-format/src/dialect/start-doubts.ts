import { familyAt, headerLogOdds, NAME_ABOVE_VALUES, readSigns } from './header-likelihood.js';
import { isHeaderOfOtherDelimiter } from './header-reading.js';
import { isCount, mayBeLabels } from './numbers-as-names.js';
import type { SampleTable } from './sample-table.js';
import { footerStart } from './table-shape.js';
import type { TableStart } from './table-start.js';
import { isTable } from './wide-block.js';

// Guesses about the beginning of a table that are told whatever certainty the weights give them, because they have been wrong in silence.

/**
 * Whether the guess about the header is told.
 * @param certaintyOfText the certainty of the header in a table that is all text; 1 in another
 */
export const isHeaderTold = (table: SampleTable, start: TableStart, width: number, certaintyOfText: number): boolean =>
  isHeaderDoubtful(table, start, width) ||
  (certaintyOfText < certainOfText(columnsWithValues(table, start, width)) && !isCodeAmongCodes(table, start, width)) ||
  (certaintyOfText < 1 && isUnknownWordOfFew(table, start, width));

/** Whether the guess where the table begins is told. @param isAllText whether no column has other values than text */
export const isStartTold = (table: SampleTable, start: TableStart, width: number, isAllText: boolean): boolean =>
  mayBeginBelow(table, start.record, width) ||
  mayBeginAbove(table, start, width) ||
  (isAllText && width > 1 && hasValuesOnlyAbove(table, start.record, width));

/** A row with U+0000 would be rejected; a header only loses it. */
const isDamaged = (name: string): boolean => name.includes('\0');

/**
 * Ten guesses are always told: a header in which one word decides, beside values above values of the same kind; a header without any row; a
 * header with U+0000; a header with digits and marks, and without letters: `12.5*`; a header that alone has blanks behind its delimiters, as a
 * title has; a header of the numbers 0, 1, 2 above a few rows of numbers; a row of data with such numbers behind a word, or with
 * others that may name the columns; a row of data with a word that often names columns; and in a single column, a first text whose letters are unlike those of all others.
 */
function isHeaderDoubtful(table: SampleTable, start: TableStart, width: number): boolean {
  const { headerOdds, record, header } = start;
  const isOnly = table.records - record <= 1;
  if (headerOdds >= 0)
    return (
      headerOdds === NAME_ABOVE_VALUES ||
      isOnly ||
      header.names.some(isDamaged) ||
      isMarkedNumber(header.names) ||
      isSpacedAlone(table, record) ||
      isOfFewNumbers(table, record, header.names, width)
    );
  if (isOnly) return false;
  if (isCount(header.names.slice(1)) && /^\p{L}/u.test(header.names[0]!)) return true;
  if (mayBeLabels(table, record, header.names, width)) return true;
  const { naming, characters } = readSigns(table, record, width, header).signs;
  return naming > A_NAME * Math.max(1, width / 3) || (width === 1 && characters > UNLIKE_ALL);
}

/** Whether no name has a letter, and one has other marks than numbers have beside its digits. */
const isMarkedNumber = (names: readonly string[]): boolean =>
  !names.some((name) => /\p{L}/u.test(name)) &&
  names.some((name) => /\p{N}/u.test(name) && /[^\p{N}\s.,:/+-]/u.test(name));

/** Records with such codes, at least. */
const FEWEST_CODES = 5;

/**
 * Whether the first of a single column is a row with a code of the very form of all below it: `X91156` above `X28542`. A name may have that
 * form by accident above few of them.
 */
function isCodeAmongCodes(table: SampleTable, { headerOdds, record }: TableStart, width: number): boolean {
  if (headerOdds >= 0 || width !== 1 || table.records - record < FEWEST_CODES) return false;
  const formOf = (at: number): string => (table.cells(at) > 0 ? table.text(at, 0).trim().replace(/\d+/g, '0') : '');
  const form = formOf(record);
  if (!form.includes('0')) return false;
  for (let at = record + 1; at < table.detailed; at++) if (table.cells(at) > 0 && formOf(at) !== form) return false;
  return true;
}
/** Texts that are too few to tell a name above them from one of them. */
const FEW_TEXTS = 3;

/** Whether a header is the only word above so few texts, and none that often names columns: `ok` above `FR` and `FR`. */
function isUnknownWordOfFew(table: SampleTable, { headerOdds, record, header }: TableStart, width: number): boolean {
  if (headerOdds < 0 || width !== 1 || table.records - record - 1 > FEW_TEXTS) return false;
  return readSigns(table, record, width, header).signs.naming <= 0;
}

/** Above so few rows of whole numbers, 0, 1, 2 may be a row like them, as in a matrix of distances. */
const FEW_ROWS = 10;

function isOfFewNumbers(table: SampleTable, record: number, names: readonly string[], width: number): boolean {
  if (!isCount(names) || table.records - record > FEW_ROWS) return false;
  for (let below = record + 1; below < table.detailed; below++) {
    for (let column = 0; column < Math.min(width, table.cells(below)); column++)
      if (!/^\d*$/.test(table.text(below, column))) return false;
  }
  return true;
}

/** Whether a record has blanks behind its delimiters, and none below it has: `Sales, all regions, 2026` above rows is a title. */
function isSpacedAlone(table: SampleTable, record: number): boolean {
  const isSpaced = (at: number): boolean => {
    for (let column = 1; column < table.cells(at); column++) if (table.text(at, column).startsWith(' ')) return true;
    return false;
  };
  if (!isSpaced(record)) return false;
  for (let at = record + 1; at < table.detailed; at++) if (isSpaced(at)) return false;
  return true;
}

/**
 * Whether the table may begin below its first lines: where the only blank line, or line of delimiters, sets a few of them off, and what
 * stands below it may be a header. In a table of text nothing else tells such notes from rows.
 */
function mayBeginBelow(table: SampleTable, start: number, width: number): boolean {
  const until = footerStart(table, width);
  const isSetOff = (at: number): boolean =>
    table.blankBefore[at] === true || (at - 1 > start && isEmptyRecord(table, at - 1));
  const blanks = table.width.flatMap((_, at) => (at > start && at < until && isSetOff(at) ? [at] : []));
  const [below] = blanks;
  if (below === undefined || blanks.length > 1 || below - start > MOST_NOTES) return false;
  if (table.width[below] !== width || below + 1 >= table.detailed) return false;
  return headerLogOdds(table, below, width) >= 0;
}
const MOST_NOTES = 20;

function isEmptyRecord(table: SampleTable, record: number): boolean {
  for (let column = 0; column < table.cells(record); column++) if (table.isFilled(record, column)) return false;
  return table.cells(record) > 1;
}

/**
 * Whether a table of text has numbers or dates behind a word in some of its first records, and in none of the others: the first may be keys
 * and values above its header.
 */
function hasValuesOnlyAbove(table: SampleTable, start: number, width: number): boolean {
  const until = footerStart(table, width);
  let last = start;
  // The first may be a header of numbers.
  for (let record = start + 1; record < Math.min(until, table.detailed); record++) {
    // A key is a word.
    if (table.cells(record) < 2 || familyAt(table, record, 0) !== 'text') continue;
    for (let column = 1; column < Math.min(width, table.cells(record)); column++) {
      const family = familyAt(table, record, column);
      if (family === 'number' || family === 'date') last = record;
    }
  }
  return last > start && last - start <= MOST_NOTES && last + 1 < until;
}

/**
 * Whether lines that were passed over may be a part of the table, or a table of their own: a narrower one, or, where no other header is
 * found, one of another delimiter and of another number of names, or a comment that names the columns.
 */
function mayBeginAbove(table: SampleTable, { record, headerOdds }: TableStart, width: number): boolean {
  if (record === 0) return false;
  const widths = new Set(table.width.slice(0, record).filter((cells) => cells > 1 && cells < width));
  if ([...widths].some((narrower) => isTable(table, record, narrower))) return true;
  if (width > 1 && isFirstCellBelow(table, record)) return true;
  if (headerOdds >= 0 || table.cells(record - 1) !== 1) return false;
  const above = table.text(record - 1, 0);
  return isHeaderOfOtherDelimiter(above) || isListOfFields(above, width);
}

/** Whether the line above has one cell, which stands in the first column below as well: it may be a short row. */
function isFirstCellBelow(table: SampleTable, start: number): boolean {
  if (table.cells(start - 1) !== 1 || !table.isFilled(start - 1, 0)) return false;
  const text = table.text(start - 1, 0);
  for (let record = start + 1; record < table.detailed; record++)
    if (table.cells(record) > 0 && table.text(record, 0) === text) return true;
  return false;
}

/** Whether a comment names as many columns as the table has: `#Fields: date time cs-method`, as logs of web servers do. */
function isListOfFields(line: string, width: number): boolean {
  const names = /^#\s*(?:\w+:\s*)?(.*)$/
    .exec(line)?.[1]
    ?.trim()
    .split(/[\s,;|]+/);
  return width > 1 && names?.length === width && names.every((name) => /^\p{L}\S*$/u.test(name));
}

/**
 * In a table of text, of a single column above all, a header is told from a row by the form of its words alone. A guess about it is told up to
 * a higher certainty than others: so nearly all that are wrong are told, and one clean table of 200 more.
 */
const certainOfText = (width: number): number => (width === 1 ? 0.96 : 0.945);

/** Trailing delimiters make columns in which nothing stands. */
function columnsWithValues(table: SampleTable, { record }: TableStart, width: number): number {
  let last = 1;
  for (let at = record; at < table.detailed; at++)
    for (let column = Math.min(width, table.cells(at)) - 1; column >= last; column--)
      if (table.isFilled(at, column)) last = column + 1;
  return last;
}

/** The log-odds that a word which often names columns gives in every third column, where no value below is such a word. */
const A_NAME = 2;
/** The log-odds of letters unlike those of ten values or more. */
const UNLIKE_ALL = 1.5;

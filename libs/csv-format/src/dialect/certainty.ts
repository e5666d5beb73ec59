import type { DelimiterChoice } from './delimiter-choice.js';
import { NAME_ABOVE_VALUES } from './header-likelihood.js';
import { isSplitAtDecimal, isSplitAtThousands, isSplitWithinText } from './numbers-with-comma.js';
import type { SampleTable } from './sample-table.js';
import { likelyDelimiter } from './single-column.js';
import type { TableStart } from './table-start.js';

/** What speaks for and against one part of a dialect. The weights were fitted; see `calibration/`. */
export type Evidence = Readonly<Record<string, number>>;

/** Per part of a dialect 0 to 1: the estimated probability that it is what the file's writer meant. 1 for what is declared. */
export interface Certainties {
  delimiter: number;
  quoting: number;
  header: number;
  start: number;
  decimal: number;
}

type Weights = Readonly<Record<string, number>>;

/** The probability that a part is right: logistic regression over its evidence. */
export function certaintyBy(weights: Weights, evidence: Evidence): number {
  let odds = weights.bias!;
  for (const [sign, value] of Object.entries(evidence)) odds += (weights[sign] ?? 0) * value;
  return 1 / (1 + Math.exp(-odds));
}

/**
 * What the certainties of the parts say about the whole: their product, as parts are not independent of each other, by a curve of four
 * straight pieces that meet where it is 0.5, 0.65 and 0.8.
 */
export function wholeEvidence(certainties: readonly number[]): Evidence {
  const odds = logOdds(
    clamp(
      certainties.reduce((all, part) => all * part, 1),
      0.001,
      0.999,
    ),
  );
  const above = (share: number): number => Math.max(0, odds - logOdds(share));
  return { odds, odds_above_0_5: above(0.5), odds_above_0_65: above(0.65), odds_above_0_8: above(0.8) };
}

const logOdds = (share: number): number => Math.log(share / (1 - share));
const doublings = (count: number): number => Math.min(7, Math.log2(1 + count));
const clamp = (value: number, from: number, to: number): number => Math.max(from, Math.min(to, value));

/** Share of the table's records that have another width than most. */
function unevenness(table: SampleTable, start: number, width: number): number {
  const records = table.records - start;
  if (records <= 0) return 0;
  let other = 0;
  for (let record = start; record < table.records; record++) if (table.width[record] !== width) other++;
  return other / records;
}

export function delimiterEvidence(choice: DelimiterChoice, table: SampleTable, start: number, width: number): Evidence {
  const isOne = choice.best.delimiter === null ? 1 : 0;
  return {
    margin: clamp(choice.margin, -1, 8),
    records: doublings(table.records),
    one_column: isOne,
    margin_of_one_column: isOne * clamp(choice.margin, -1, 8),
    two_columns: width === 2 ? 1 : 0,
    uneven: unevenness(table, start, width),
    only_candidate: choice.others.length === 0 && choice.candidates === 0 ? 1 : 0,
    number_with_comma: choice.best.delimiter === ',' && areNumbersWithComma(table, start, width) ? 1 : 0,
    likely_delimiter: isOne && likelyDelimiter(table) !== null ? 1 : 0,
  };
}

/** Whether nearly all records are a number with a comma, if the comma is no delimiter, and the first is no header of several names. */
function areNumbersWithComma(table: SampleTable, start: number, width: number): boolean {
  const records = table.detailed - start;
  let notDecimal = 0;
  let notGrouped = 0;
  for (let record = start; record < table.detailed; record++) {
    const isDecimal = width === 2 && (isSplitAtDecimal(table, record) || isSplitWithinText(table, record));
    const isGrouped = isSplitAtThousands(table, record);
    if (!isDecimal) notDecimal++;
    if (!isGrouped) notGrouped++;
    if (record === start && !isDecimal && !isGrouped && table.cells(record) > 1) return false;
    if (Math.min(notDecimal, notGrouped) > records * 0.1) return false;
  }
  return records > 0;
}

export function headerEvidence(table: SampleTable, start: TableStart, width: number, isAllText: boolean): Evidence {
  const odds = Math.min(8, Math.abs(start.headerOdds));
  const names = start.header.names;
  const isHeader = start.headerOdds >= 0 ? 1 : 0;
  const isOnly = table.records - start.record <= 1 ? 1 : 0;
  const isText = isAllText ? 1 : 0;
  const isOne = width === 1 ? 1 : 0;
  return {
    odds,
    rows: doublings(table.records - start.record - 1),
    odds_of_text: isText * odds,
    odds_of_header: isHeader * odds,
    all_text: isText,
    one_column: isOne,
    one_column_of_text: isOne * isText,
    is_header: isHeader,
    is_header_of_text: isHeader * isText,
    is_header_of_wide_text: isHeader * isText * (width > 2 ? 1 : 0),
    is_header_of_one_text: isHeader * isText * isOne,
    no_rows: isOnly,
    only_header: isOnly * isHeader,
    only_header_of_one: isOnly * isHeader * isOne,
    odds_of_only_header: isOnly * isHeader * odds,
    one_name_decides: start.headerOdds === NAME_ABOVE_VALUES ? 1 : 0,
    other_form: start.header.form === 'cells' ? 0 : 1,
    wider: names.length > width && start.header.form === 'cells' ? 1 : 0,
    narrower: names.length < width && start.header.offset === 0 && start.header.form === 'cells' ? 1 : 0,
    shifted: start.header.offset,
    // One row of another width than the header has may be the damaged one of the two.
    other_width_of_few: names.length !== width ? 1 / Math.max(1, table.records - start.record - 1) : 0,
    uneven: unevenness(table, start.record, width),
    year_above_numbers: start.headerOdds < 0 && hasYearAboveNumbers(table, start.record, width) ? 1 : 0,
  };
}

/** Whether a first record that is taken for data has a year above numbers that are none. */
function hasYearAboveNumbers(table: SampleTable, record: number, width: number): boolean {
  const isYear = (text: string): boolean => /^(19|20)\d\d$/.test(text.trim());
  for (let column = 0; column < Math.min(width, table.cells(record)); column++) {
    if (!isYear(table.text(record, column))) continue;
    const last = Math.min(table.detailed, record + 20);
    let years = 0;
    for (let below = record + 1; below < last; below++)
      if (column < table.cells(below) && isYear(table.text(below, column))) years++;
    if (years === 0 && last > record + 1) return true;
  }
  return false;
}

/** Whether a blank line stands below a few records, and not more of them: what is above it may be notes. */
function hasBlankLater(table: SampleTable, start: number): boolean {
  const blanks = table.blankBefore.filter((isBlank, record) => isBlank && record > start).length;
  const first = table.blankBefore.indexOf(true, start + 2);
  return blanks === 1 && first > 0 && first - start <= 10 && table.detailed - first > 1;
}

const isSentence = (name: string): boolean => /\s\S+(?:\s+\S+){4}/.test(name);

export function startEvidence(table: SampleTable, start: TableStart, width: number, isAllText: boolean): Evidence {
  const above = table.width.slice(0, start.record);
  const next = table.width[start.record + 1];
  const names = start.header.names;
  return {
    lines_above: start.record > 0 ? 1 : 0,
    wide_above: above.some((cells) => cells >= width) ? 1 : 0,
    set_off: start.record > 0 && table.blankBefore[start.record] ? 1 : 0,
    blank_below: start.record + 1 < table.detailed && table.blankBefore[start.record + 1] ? 1 : 0,
    one_column: width === 1 ? 1 : 0,
    one_column_of_text: width === 1 && isAllText ? 1 : 0,
    two_columns: width === 2 ? 1 : 0,
    few_records: 1 / Math.max(1, table.records - start.record),
    all_text: isAllText ? 1 : 0,
    first_is_other: table.width[start.record] !== width ? 1 : 0,
    next_is_other: next !== undefined && next !== width ? 1 : 0,
    empty_names: names.length > 1 && names.filter((name) => name === '').length * 2 > names.length ? 1 : 0,
    empty_last: names.length > 1 && names.at(-1) === '' ? 1 : 0,
    odds: Math.min(6, Math.abs(start.headerOdds)),
    blank_later: hasBlankLater(table, start.record) ? 1 : 0,
    blank_later_of_text: isAllText && hasBlankLater(table, start.record) ? 1 : 0,
    sentence: start.headerOdds >= 0 && names.some(isSentence) ? 1 : 0,
  };
}

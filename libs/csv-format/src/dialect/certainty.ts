import type { DelimiterChoice } from './delimiter-choice.js';
import type { SampleTable } from './sample-table.js';
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

/** What the product of the certainties says about the whole: parts are not independent of each other. */
export function wholeEvidence(certainties: readonly number[]): Evidence {
  const product = clamp(
    certainties.reduce((all, part) => all * part, 1),
    0.001,
    0.999,
  );
  return { odds: Math.log(product / (1 - product)) };
}

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
  };
}

export function headerEvidence(table: SampleTable, start: TableStart, width: number, isAllText: boolean): Evidence {
  const odds = Math.min(8, Math.abs(start.headerOdds));
  const names = start.header.names;
  return {
    odds,
    rows: doublings(table.records - start.record - 1),
    odds_of_text: isAllText ? odds : 0,
    all_text: isAllText ? 1 : 0,
    one_column: width === 1 ? 1 : 0,
    is_header: start.headerOdds >= 0 ? 1 : 0,
    no_rows: table.records - start.record <= 1 ? 1 : 0,
    other_form: start.header.form === 'cells' ? 0 : 1,
    other_width: names.length !== width && start.header.form === 'cells' ? 1 : 0,
    uneven: unevenness(table, start.record, width),
  };
}

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
  };
}

import type { CsvGrammar } from '../records/grammar.js';
import { FAMILY, KINDS, type Kind, PLAUSIBILITY } from './cell-kind.js';
import { COMMON_DELIMITERS, DELIMITERS } from './delimiters.js';
import { isSplitAtDecimal, isSplitAtThousands } from './numbers-with-comma.js';
import type { Quoting } from './quoting-choice.js';
import { readSample, type SampleLimits, type SampleTable } from './sample-table.js';
import { filledWidth, isComment, kindAt, usualWidth } from './table-shape.js';
import { tableWidth } from './wide-block.js';

/** One way to read the sample. `score`: how well it fits, 0 to 1, comparable between delimiters. */
interface Reading {
  /** One character; null: the file has one column. */
  delimiter: string | null;
  quote: string;
  escape: string;
  score: number;
}

export interface DelimiterChoice {
  best: Reading;
  /** By how much it is better than all others: the logarithm of the odds that scores stand for; infinite without others. */
  margin: number;
  /** How many delimiters occur in the sample. */
  candidates: number;
  /** The best reading of each other delimiter whose score is near, best first. */
  others: Reading[];
}

/** Candidates are compared on this much: reading all of 1 MiB a dozen times would take too long, and changes nothing. */
const COMPARED: SampleLimits = { records: 300, bytes: 96 * 1024, recordsWithCells: 300, cellsPerRecord: 128 };

/** The weight of the type score for one column; for two it is 0.8, for ten 0.96. */
const ONE_COLUMN = 0.6;

/** Another delimiter is mentioned from this share of the best score on. */
const NEAR_SHARE = 0.6;

/** Turns differences of scores into odds. A right and a wrong delimiter differ by 0.1 to 0.5; e^(12 x 0.3) is 37 to 1. */
export const ODDS_SCALE = 12;

/**
 * The delimiter, by reading the sample's beginning with every candidate and scoring the result: how many records have the same number
 * of cells, times how plausible the cells are (numbers, dates, words, or fragments). The idea, and the proof that it is better than
 * counting characters: G. van den Burg, A. Nazábal, C. Sutton, "Wrangling messy CSV files by detecting row and type
 * patterns", Data Mining and Knowledge Discovery 33 (2019). Unlike there, a preamble costs little, types are judged per column, and
 * scores become a certainty.
 *
 * @param quotings the quote and escape pairs to try, `['', '']` among them if possibly nothing is quoted.
 */
export function chooseDelimiter(
  sample: Buffer,
  from: number,
  quotings: readonly Quoting[],
  whole: boolean,
  given: Pick<CsvGrammar, 'trim' | 'comment'> = {},
): DelimiterChoice {
  const readings: Reading[] = [];
  const isMark = (delimiter: string): boolean => quotings.some((marks) => marks.includes(delimiter));
  const candidates = [...DELIMITERS.keys()].filter(
    (delimiter) =>
      sample.includes(delimiter, from) && !isMark(delimiter) && !(delimiter === ':' && isOfClocks(sample, from)),
  );
  for (const delimiter of [null, ...candidates]) {
    let best: Reading | null = null;
    for (const [quote, escapeMark] of quotings) {
      const grammar: CsvGrammar = { ...given, delimiter: delimiter ?? '', quote, escape: escapeMark, newline: 'mixed' };
      const table = readSample(sample, from, grammar, COMPARED, whole);
      const score = scoreOf(table, delimiter);
      if (!best || score > best.score + 1e-9) best = { delimiter, quote, escape: escapeMark, score };
    }
    readings.push(best!);
  }
  readings.sort((a, b) => b.score - a.score);
  const best = readings[0]!;
  const oddsAgainst = readings
    .slice(1)
    .reduce((sum, { score }) => sum + Math.exp(ODDS_SCALE * (score - best.score)), 0);
  return {
    best,
    margin: -Math.log(oddsAgainst),
    candidates: candidates.length,
    others: readings.slice(1).filter(({ score }) => score > best.score * NEAR_SHARE),
  };
}

/** Whether most colons stand in times of day, as in 10:30:15. */
function isOfClocks(sample: Buffer, from: number): boolean {
  const text = sample.toString('latin1', from, from + COMPARED.bytes);
  const colons = text.split(':').length - 1;
  const clocks = text.match(/(?<!\d)\d{1,2}:[0-5]\d(:[0-5]\d)?(?!\d)/g)?.join('') ?? '';
  return (clocks.split(':').length - 1) * 2 > colons;
}

/** Evenness x types x well-formedness of quotes x prior of the delimiter. */
function scoreOf(table: SampleTable, delimiter: string | null): number {
  if (table.records === 0) return 0;
  const damaged = table.malformed + table.unclosedLines;
  const quoting = 1 - damaged / Math.max(1, table.quoted + damaged);
  const usual = usualWidth(table);
  // Below comments that are ten times as many, the few records of a table are not the usual ones.
  const width = usual === 1 && delimiter !== null ? tableWidth(table) : usual;
  const isBelowComments = width !== usual;
  if (delimiter === null || width === 1)
    return ONE_COLUMN * typeScore(table, 0, 1) * quoting * (delimiter === null ? 1 : 0.9);
  const first = table.width.indexOf(width);
  const even = evenness(table, first, width);
  return (
    even *
    (isBelowComments ? 1 : preamblePenalty(table, first, width)) *
    (1 - 0.4 / width) *
    typeScore(table, first, width) *
    quoting *
    priorOf(delimiter, width, even, table.records - first) *
    (delimiter === ',' ? commaFactor(table, first, width) : 1)
  );
}

/**
 * The prior of a colon or a space rises where it splits every record into equally many cells, and more so with many cells.
 * @param records from the first of the usual width on
 */
function priorOf(delimiter: string, width: number, even: number, records: number): number {
  const prior = DELIMITERS.get(delimiter)!;
  return prior > 0.6 || even < 0.95 || records < 4 ? prior : prior + 0.25 * Math.min(1, (width - 2) / 4);
}

/** A comma that only stands within sentences is hardly the delimiter, and one within numbers is none. */
const SENTENCES = 0.5;
const NUMBERS = 0.5;
const commaFactor = (table: SampleTable, first: number, width: number): number =>
  splitsSentences(table, first)
    ? SENTENCES
    : (width === 2 && splitsDecimals(table, first)) || splitsThousands(table, first)
      ? NUMBERS
      : 1;

/**
 * Whether all records are `0,165`, and some show that they are one number: `-0` is no whole number, few are written as `065`, and `1.234.567` is
 * a whole number only where the comma is the decimal mark.
 */
function splitsDecimals(table: SampleTable, first: number): boolean {
  let proofs = 0;
  for (let record = first; record < table.detailed; record++) {
    if (!isSplitAtDecimal(table, record)) return false;
    const [whole, fraction] = [table.text(record, 0), table.text(record, 1)];
    if (/^[-+]0$/.test(whole) || /^0\d/.test(fraction) || groupsOf(whole) > 2) proofs++;
  }
  return proofs > 0;
}

/** Whether all records are `38,621,857.34`, and some show that they are one number: a group `016` is no number of its own. */
function splitsThousands(table: SampleTable, first: number): boolean {
  let proofs = 0;
  for (let record = first; record < table.detailed; record++) {
    if (!isSplitAtThousands(table, record)) return false;
    for (let column = 1; column < table.cells(record); column++)
      if (table.text(record, column).startsWith('0')) proofs++;
  }
  return proofs > 0;
}

const groupsOf = (number: string): number => number.match(/\d+/g)?.length ?? 0;

/** A part of a sentence has more words than this, on average; a cell of a table has fewer. */
const WORDS_OF_A_CELL = 2.5;

/** Whether a blank follows every comma, and the cells are several words each. The first cell that is none ends the search. */
function splitsSentences(table: SampleTable, first: number): boolean {
  let cells = 0;
  let words = 0;
  for (let record = first; record < table.detailed; record++) {
    for (let column = 0; column < table.cells(record); column++) {
      if (!table.isFilled(record, column) || table.isQuoted(record, column)) return false;
      const text = table.text(record, column);
      if ((column > 0 && text[0] !== ' ') || FAMILY[kindAt(table, record, column)] !== 'text') return false;
      cells++;
      words += text.trim().split(/\s+/).length;
    }
  }
  return cells > 0 && words > cells * WORDS_OF_A_CELL;
}

/** Share of the records, from the first of the usual width on, that have it. */
function evenness(table: SampleTable, first: number, width: number): number {
  const widest = Math.max(...table.width.slice(first));
  let fit = 0;
  for (let record = first; record < table.records; record++) {
    const cells = table.width[record]!;
    if (cells === width) fit++;
    // Short records are allowed. Where the header is the widest record, some exports have many of them.
    else if (cells > 1) fit += cells < width || table.width[first] === widest ? 0.5 : 0.25;
  }
  return fit / (table.records - first);
}

/** Lines before the table cost less than uneven records in it; but a line right above a table without header probably is its header. */
function preamblePenalty(table: SampleTable, first: number, width: number): number {
  // Where all records end with a delimiter, the header may be the only one that does not.
  const lines = table.width[first - 1] === filledWidth(table, width) ? first - 1 : first;
  if (lines === 0) return 1;
  const fit = table.width.reduce((count, cells) => count + (cells === width ? 1 : 0), 0);
  const columns = Array.from(
    { length: Math.min(width, table.cells(first)) },
    (_, column) => FAMILY[kindAt(table, first, column)],
  );
  const headerless =
    lines === first &&
    !table.blankBefore[first] &&
    !isComment(table, first - 1) &&
    columns.some((family) => family !== 'text' && family !== 'none');
  const penalty = isOfOtherDelimiter(table, first - 1, width) ? HEADER_OF_OTHER_DELIMITER : HEADERLESS;
  return (fit / (fit + 0.4 * lines)) * (headerless ? penalty : 1);
}

const HEADERLESS = 0.6;
const HEADER_OF_OTHER_DELIMITER = 0.8;

/** Whether a record is one cell that another common delimiter splits into as many as the table has. */
function isOfOtherDelimiter(table: SampleTable, record: number, width: number): boolean {
  if (table.width[record] !== 1 || table.cells(record) !== 1) return false;
  const text = table.text(record, 0);
  return COMMON_DELIMITERS.some((delimiter) => text.split(delimiter).length === width);
}

/** Mean over the columns of how plausible their cells are, and how much of one kind. */
function typeScore(table: SampleTable, first: number, width: number): number {
  const columns = Math.min(width, 128);
  const counts = new Int32Array(columns * KINDS);
  // The first record is probably a header, which says nothing about the types of its columns. A single column keeps it.
  const from = table.records - first > 1 && width > 1 ? first + 1 : first;
  for (let record = from; record < table.records; record++) {
    if (table.width[record] !== width) continue;
    const cells = Math.min(columns, table.cells(record));
    for (let column = 0; column < cells; column++) {
      const kind = kindAt(table, record, column);
      counts[column * KINDS + kind]!++;
    }
  }
  let sum = 0;
  let filled = 0;
  for (let column = 0; column < columns; column++) {
    const score = columnScore(counts.subarray(column * KINDS, (column + 1) * KINDS));
    if (score === null) continue;
    sum += score;
    filled++;
  }
  // Half of the columns are empty with a delimiter of two characters, or with columns aligned by spaces.
  return filled === 0 ? 0.5 : (sum / filled) * (filled * 2 > columns ? 1 : 0.5 + filled / columns);
}

function columnScore(counts: Int32Array): number | null {
  const perFamily = new Map<string, number>();
  let total = 0;
  let plausible = 0;
  for (let kind = 1; kind < KINDS; kind++) {
    const count = counts[kind]!;
    if (count === 0) continue;
    const family = FAMILY[kind as Kind];
    total += count;
    plausible += count * PLAUSIBILITY[kind]!;
    perFamily.set(family, (perFamily.get(family) ?? 0) + count * PLAUSIBILITY[kind]!);
  }
  if (total === 0) return null;
  const main = Math.max(...perFamily.values());
  return (main + (plausible - main) * 0.5) / total;
}

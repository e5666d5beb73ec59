import type { Dialect, DialectOptions, Newline, Warning } from '../model.js';
import { type CsvGrammar, grammarOf, latin1Of, lineBreakLength } from '../records/grammar.js';
import { lastRecords } from '../records/last-records.js';
import { delimiterBeforeBlanks, hasSystematicBlanks } from './blanks.js';
import {
  type Certainties,
  certaintyBy,
  delimiterEvidence,
  type Evidence,
  headerEvidence,
  startEvidence,
  wholeEvidence,
} from './certainty.js';
import { WEIGHTS } from './certainty-weights.js';
import { ColumnFamilies } from './column-families.js';
import { chooseDecimal } from './decimal-choice.js';
import { chooseDelimiter, type DelimiterChoice } from './delimiter-choice.js';
import { readOption } from './dialect-options.js';
import { warningsOf } from './dialect-warnings.js';
import { headerLogOdds } from './header-likelihood.js';
import { columnNames, readHeader } from './header-reading.js';
import { chooseNewline } from './newline-choice.js';
import { chooseQuoting, possibleQuotings, type QuotingChoice } from './quoting-choice.js';
import { readSample, type SampleTable, WHOLE_SAMPLE } from './sample-table.js';
import { isHeaderTold, isStartTold } from './start-doubts.js';
import { filledWidth, isEachSecondEmpty, usualWidth } from './table-shape.js';
import { findTableStart, type TableStart } from './table-start.js';
import { findWideBlock } from './wide-block.js';

/** How much of a sample is used. */
export const SAMPLE_BYTES = 1024 * 1024;

/** What was found out, how sure each part is, and what was seen of the table. */
export interface DialectVerdict {
  /** All but the encoding, which was known before. */
  dialect: Omit<Dialect, 'encoding'>;
  certainty: Certainties;
  /** What the certainties were computed from. */
  evidence: { delimiter?: Evidence; header?: Evidence; start?: Evidence };
  /** The names of the columns as they are in the file, shifted and filled up where it has too few; null without a header. */
  header: string[] | null;
  /** Whether the quotes of the header are malformed, so that it is read without them. */
  hasLiteralHeader: boolean;
  /** How many cells most records have: 0 where the sample holds no record. */
  width: number;
  warnings: Warning[];
}

/**
 * The dialect of a table, from the beginning of its file.
 *
 * @param sample the first bytes of the file as UTF-8 without byte order mark, as a transcoder returns them; what is past 1 MiB is
 *   ignored
 * @param declared it is never doubted
 * @param whole whether the sample is all of the file; if not, its last record is not
 */
export function detectDialect(sample: Buffer, declared: DialectOptions = {}, whole = true): DialectVerdict {
  const options = withImplied(declared);
  const bytes = sample.subarray(0, SAMPLE_BYTES);
  const isWhole = whole && bytes.length === sample.length;
  const verdict = detectIn(bytes, options, isWhole);
  const { skip_footer: skip = 0 } = options;
  if (!isWhole || skip === 0) return verdict;
  // The records that are skipped at the end have no say.
  const skipped = lastRecords(bytes, grammarOf(verdict.dialect), skip)!.text.length;
  const inTable = detectIn(bytes.subarray(0, bytes.length - skipped), options, true);
  return inTable.width > 0 ? inTable : verdict;
}

function detectIn(bytes: Buffer, options: DialectOptions, isWhole: boolean): DialectVerdict {
  const spaced = delimiterBeforeBlanks(bytes);
  const isTrimDeclared = options.trim === 'true' || options.trim === 'false';
  if (!isTrimDeclared && spaced !== null && (options.delimiter ?? spaced) === spaced) {
    const { verdict, rejected } = judge(bytes, options, isWhole, true);
    if (verdict.width > 1 && verdict.dialect.delimiter === spaced && rejected <= MAX_REJECTED) return verdict;
  }
  const trim = options.trim === 'true';
  const first = judge(bytes, options, isWhole, trim);
  if (first.doubled !== null) {
    const doubled = judge(bytes, options, isWhole, trim, first.doubled);
    if (doubled.verdict.width * 2 - 1 === first.verdict.width) return doubled.verdict;
  }
  if (first.rejected <= MAX_REJECTED) {
    if (trim || !hasNameBehindBlanks(first.verdict)) return first.verdict;
    // With the blanks, the quotes of a name were a part of it.
    const trimmed = judge(bytes, options, isWhole, true, first.verdict.dialect.delimiter);
    if (trimmed.rejected <= MAX_REJECTED) return trimmed.verdict;
    return judge(bytes, { ...options, trim: 'false' }, isWhole).verdict;
  }
  // A guess that rejects most of the records loses to the next one, and all of them to one column.
  let best = first;
  for (const { delimiter } of [...first.others, { delimiter: null }]) {
    const other = judge(bytes, options, isWhole, trim, delimiter, first.verdict.dialect.delimiter);
    if (other.rejected < best.rejected) best = other;
    if (best.rejected <= MAX_REJECTED) break;
  }
  return best.verdict;
}

/** Whether blanks are trimmed, and the quote of a name in the header may stand behind some. */
const hasNameBehindBlanks = ({ dialect, header }: DialectVerdict): boolean =>
  dialect.trim && dialect.quote !== '' && Boolean(header?.some((name) => name.startsWith(dialect.quote)));

/** What is below the header can only be skipped where there is one. */
const withImplied = (options: DialectOptions): DialectOptions =>
  (options.skip_after_header ?? 0) > 0 ? { ...options, header: 'true' } : options;

/** A guess is given up where the reader would reject more than this share of the sample's records. */
const MAX_REJECTED = 0.5;

interface Judgement {
  verdict: DialectVerdict;
  /** Share of the sample's records that a reader of this dialect rejects. */
  rejected: number;
  /** Other delimiters, best first. */
  others: readonly { delimiter: string | null }[];
  /** The delimiter twice, where that may be the delimiter: `::`. */
  doubled: string | null;
}

/**
 * Reads the sample, and judges the reading by what a reader makes of it.
 * @param trim blanks beside delimiters are no part of the cells
 * @param guess the delimiter to try, null for one column; the best one if it is left out
 * @param givenUp the best one, where it is not tried
 */
function judge(
  bytes: Buffer,
  options: DialectOptions,
  isWhole: boolean,
  trim = false,
  guess?: string | null,
  givenUp: string | null = null,
): Judgement {
  const declaredByFile = separatorLine(bytes);
  const delimiter = options.delimiter ?? declaredByFile?.delimiter ?? guess;
  const readFrom = (start: number, newline?: Newline): TableReading =>
    readTable(bytes, start, delimiter, options, trim, isWhole, newline);
  const linesAbove = options.skip ?? (declaredByFile ? 1 : 0);
  const { choice, cut, quoting, newline, table } = readBehind(linesAbove, bytes, readFrom);
  const block = findWideBlock(table);
  const width = block?.width ?? usualWidth(table);

  const start = startOf(table, width, options, isWhole);
  const header = hasHeader(start, options);
  const firstRow = start.record + (header ? 1 + (options.skip_after_header ?? 0) : 0);
  const decimal =
    options.decimal === undefined ? chooseDecimal(table, firstRow, width) : { decimal: options.decimal, certainty: 1 };
  const isAllText = new ColumnFamilies(table, firstRow, width).areAllText;
  const evidence = {
    ...(choice && { delimiter: delimiterEvidence(choice, table, start.record, width) }),
    ...(!isDeclared(options.header) && { header: headerEvidence(table, start, width, isAllText) }),
    // Where a header is declared or denied, nothing above it is missing.
    ...(options.skip === undefined &&
      !(isDeclared(options.header) && start.record === 0) && { start: startEvidence(table, start, width, isAllText) }),
  };
  const certainty = {
    delimiter: evidence.delimiter
      ? certaintyBy(WEIGHTS.delimiter, evidence.delimiter)
      : undetectedDelimiter(width, options, header, guess),
    quoting: quoting.certainty,
    header: evidence.header ? certaintyBy(WEIGHTS.header, evidence.header) : 1,
    start: evidence.start ? certaintyBy(WEIGHTS.start, evidence.start) : 1,
    decimal: decimal.certainty,
  };
  const isTrimmed = trim || (options.trim !== 'false' && hasSystematicBlanks(table, start.record, width));
  const named = header && width > 0 ? columnNames(start.header, filledWidth(table, width)) : null;
  // U+0000 is damage; the reader drops it too.
  const names = named?.map((name) => (isTrimmed ? name.trim() : name).replaceAll('\0', '')) ?? null;
  const confidence =
    width === 0 ? 0 : round(Math.min(confidenceOf(certainty), choice ? mostCertain(table.records, width) : 1));
  const verdict: DialectVerdict = {
    dialect: {
      delimiter: cut ?? unusedDelimiter(bytes),
      quote: quoting.quote,
      escape: quoting.escape,
      newline,
      has_header: header,
      preamble_lines: linesAbove + (isPreambleDetected(options, start) ? (table.line[start.record] ?? 0) : 0),
      decimal: decimal.decimal,
      thousands: options.thousands ?? '',
      trim: isTrimmed,
      comment: options.comment ?? '',
      confidence,
    },
    certainty: rounded(certainty),
    evidence,
    header: names,
    hasLiteralHeader: header && start.header.form === 'literal',
    width,
    warnings: warningsOf({
      table,
      linesAbove,
      width,
      start,
      hasHeader: header,
      names,
      certainty,
      confidence,
      choice,
      isOneColumn: cut === null,
      givenUp,
      options,
      told: {
        quoting: quoting.isContested,
        header: evidence.header !== undefined && isHeaderTold(table, start, width, isAllText ? certainty.header : 1),
        start:
          evidence.start !== undefined && (block?.isClear === false || isStartTold(table, start, width, isAllText)),
      },
    }),
  };
  const columns = Math.max(names?.length ?? 0, filledWidth(table, width));
  return {
    verdict,
    rejected: rejectedShare(table, firstRow, columns),
    others: choice?.others ?? [],
    doubled:
      choice && cut !== null && MAY_BE_DOUBLED.includes(cut) && isEachSecondEmpty(table, width) ? cut + cut : null,
  };
}

/** Never more than the least certain part: no two parts hide each other's doubt. */
function confidenceOf(certainty: Certainties): number {
  const parts = Object.values(certainty);
  const least = Math.min(...parts);
  return least === 1 ? 1 : Math.min(least, certaintyBy(WEIGHTS.whole, wholeEvidence(parts)));
}

/** One record of few cells fits nearly any dialect. Each further one that agrees halves the doubt; so does twice as many cells. */
const mostCertain = (records: number, width: number): number =>
  1 - (DOUBT_OF_ONE_RECORD * 0.5 ** (records - 1) * FEW_CELLS) / Math.max(FEW_CELLS, width);
const DOUBT_OF_ONE_RECORD = 0.12;
const FEW_CELLS = 4;

function undetectedDelimiter(
  width: number,
  { delimiter }: DialectOptions,
  hasNames: boolean,
  guess: string | null | undefined,
): number {
  if (delimiter === undefined && guess?.length === 2)
    return hasNames || guess === '::' ? DOUBLED : DOUBLED_WITHOUT_NAMES;
  if (delimiter === undefined) return guess === undefined ? 1 : NEXT_BEST;
  return width === 1 ? ABSENT : 1;
}

/** The certainty of a delimiter that was tried because a better one rejects the records. */
const NEXT_BEST = 0.4;
/** The certainty of `||` and the like where each second column would be empty, and of the same in a table without names. */
const DOUBLED = 0.95;
const DOUBLED_WITHOUT_NAMES = 0.8;
/** Delimiters that programs write twice; a comma or a tab twice is an empty column. */
const MAY_BE_DOUBLED = [':', '|', '~', '^'];

/** The certainty of a declared delimiter that is not there, or in hardly any line: the file is read as one column. */
const ABSENT = 0.3;

/** Share of the records that have more cells than there are columns, with something in them, or an unclosed quote. */
function rejectedShare(table: SampleTable, from: number, columns: number): number {
  let rejected = table.unclosedLines;
  for (let record = from; record < table.records; record++) {
    if (table.width[record]! <= columns) continue;
    const kept = table.cells(record);
    let surplus = kept === 0 || kept < table.width[record]!;
    for (let column = columns; column < kept; column++) surplus ||= table.isFilled(record, column);
    if (surplus) rejected++;
  }
  const records = table.records - from + table.unclosedLines;
  return records > 0 ? rejected / records : 0;
}

/** The sample as a table, and what it is read by. */
interface TableReading {
  /** Null where the delimiter was declared. */
  choice: DelimiterChoice | null;
  cut: string | null;
  quoting: QuotingChoice;
  newline: Newline;
  table: SampleTable;
  /** The same table, read with every kind of line break. */
  mixed: SampleTable;
}

/** @param required the newline by which the lines above the table were counted; the table's must agree with it. */
function readTable(
  bytes: Buffer,
  from: number,
  delimiter: string | null | undefined,
  options: DialectOptions,
  trim: boolean,
  isWhole: boolean,
  required?: Newline,
): TableReading {
  const given = { trim, comment: options.comment };
  const quotings = possibleQuotings(bytes, options, delimiter ?? undefined);
  const choice = delimiter === undefined ? chooseDelimiter(bytes, from, quotings, isWhole, given) : null;
  const cut = choice ? choice.best.delimiter : (delimiter ?? null);
  const quoting = chooseQuoting(bytes, from, cut, quotings, isWhole, given);

  const read = (newline: Newline): SampleTable => {
    const { quote, escape: escapeMark } = quoting;
    const grammar: CsvGrammar = { ...given, delimiter: latin1Of(cut ?? ''), quote, escape: escapeMark, newline };
    return readSample(bytes, from, grammar, WHOLE_SAMPLE, isWhole);
  };
  const mixed = read('mixed');
  const found = chooseNewline(mixed);
  const newline = required && breaksOf(found) !== breaksOf(required) ? required : found;
  return { choice, cut, quoting, newline, mixed, table: newline === 'mixed' ? mixed : read(newline) };
}

/** LF and CRLF are one: the same line breaks end records in both. */
const breaksOf = (newline: Newline): Newline => (newline === 'crlf' ? 'lf' : newline);

/**
 * The table behind a number of lines. The reader skips lines by the dialect's newline, which is only known with the table: a lone CR
 * above a table of LF ends no line. A LF above a table of CR makes the file a mixed one, because by CR alone the lines above would
 * include lines of the table.
 */
function readBehind(
  lines: number,
  bytes: Buffer,
  readFrom: (start: number, newline?: Newline) => TableReading,
): TableReading {
  const start = afterLines(bytes, lines, 'mixed');
  const reading = readFrom(start);
  const startByNewline = afterLines(bytes, lines, reading.newline);
  if (startByNewline === start) return reading;
  if (reading.newline === 'cr') return { ...reading, newline: 'mixed', table: reading.mixed };
  return readFrom(startByNewline, reading.newline);
}

function startOf(table: SampleTable, width: number, options: DialectOptions, whole: boolean): TableStart {
  if (table.records === 0) return { record: 0, header: { names: [], offset: 0, form: 'cells' }, headerOdds: 0 };
  // Where a header is denied, no record is passed over.
  if (options.skip === undefined && options.header !== 'false')
    return findTableStart(table, width, whole, options.header === 'true');
  const header = readHeader(table, 0, width, whole);
  return { record: 0, header, headerOdds: headerLogOdds(table, 0, width, header) };
}

/** Where only comments are above the table, the reader passes over them one by one, so that they are counted as comments. */
const isPreambleDetected = ({ skip, comment }: DialectOptions, { record }: TableStart): boolean =>
  skip === undefined && !(record === 0 && comment !== undefined);

const isDeclared = (header: DialectOptions['header']): header is 'true' | 'false' =>
  header === 'true' || header === 'false';

const hasHeader = (start: TableStart, { header }: DialectOptions): boolean =>
  isDeclared(header) ? header === 'true' : start.headerOdds >= 0;

/** Excel's declaration, `sep=;` on the first line; only delimiters that are allowed as an option. */
function separatorLine(bytes: Buffer): { delimiter: string } | null {
  const line = /^"?sep=([^\r\n])"?(\r|\n|$)/i.exec(bytes.toString('latin1', 0, 16));
  return line && 'value' in readOption('delimiter', line[1]!) ? { delimiter: line[1]! } : null;
}

/** Where the physical line number `lines` (from 0) begins. */
function afterLines(bytes: Buffer, lines: number, newline: Newline): number {
  let at = 0;
  for (let passed = 0; passed < lines && at < bytes.length; ) {
    const length = lineBreakLength(bytes[at]!, bytes[at + 1] ?? -1, true, { newline });
    if (length > 0) passed++;
    at += Math.max(1, length);
  }
  return at;
}

/** The delimiter for a file of one column: the first that does not occur, as it must split no cell. */
export function unusedDelimiter(bytes: Buffer): string {
  return [',', ';', '\t', '|', '\x1f', '\x01'].find((delimiter) => !bytes.includes(delimiter)) ?? '\x1f';
}

/** The dialect with its encoding. @param certainty of the encoding; 1 if it is declared. */
export function withEncoding({ dialect }: DialectVerdict, encoding: string, certainty = 1): Dialect {
  return { ...dialect, encoding, confidence: round(dialect.confidence * certainty) };
}

const round = (share: number): number => Math.round(share * 1000) / 1000;

function rounded<T extends Record<string, number>>(record: T): T {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, round(value)])) as T;
}

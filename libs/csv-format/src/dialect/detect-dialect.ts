import type { Dialect, DialectOptions, Newline, Warning } from '../model.js';
import { type CsvGrammar, lineBreakLength } from '../records/grammar.js';
import { chooseDecimal } from './decimal-choice.js';
import { chooseDelimiter, type DelimiterChoice } from './delimiter-choice.js';
import { readOption } from './dialect-options.js';
import { headerLogOdds, probability } from './header-likelihood.js';
import { chooseNewline } from './newline-choice.js';
import { chooseQuoting, possibleQuotings, type QuotingChoice } from './quoting-choice.js';
import { readSample, type SampleTable, WHOLE_SAMPLE } from './sample-table.js';
import { filledWidth, usualWidth } from './table-shape.js';
import { findTableStart, type TableStart } from './table-start.js';

/** How much of a sample is used. */
export const SAMPLE_BYTES = 1024 * 1024;

/** What was found out, how sure each part is, and what was seen of the table. */
export interface DialectVerdict {
  /** All but the encoding, which was known before; `confidence` is the product of the certainties. */
  dialect: Omit<Dialect, 'encoding'>;
  /** Per part 0 to 1: the estimated probability that it is what the file's writer meant. 1 for what is declared. */
  certainty: { delimiter: number; quoting: number; header: number; start: number; decimal: number };
  /** The cells of the header as text, or null without one. */
  header: string[] | null;
  /** How many cells most records have: 0 where the sample holds no record. */
  width: number;
  warnings: Warning[];
}

/**
 * The dialect of a table, from the beginning of its file.
 *
 * @param sample the first bytes of the file as UTF-8 without byte order mark, as a transcoder returns them; what is past 1 MiB is
 *   ignored
 * @param options what is declared; it is never doubted
 * @param whole whether the sample is all of the file; if not, its last record is not
 */
export function detectDialect(sample: Buffer, options: DialectOptions = {}, whole = true): DialectVerdict {
  const bytes = sample.subarray(0, SAMPLE_BYTES);
  const isWhole = whole && bytes.length === sample.length;
  const declaredByFile = separatorLine(bytes);
  const delimiter = options.delimiter ?? declaredByFile?.delimiter;
  const readFrom = (start: number, newline?: Newline): TableReading =>
    readTable(bytes, start, delimiter, options, isWhole, newline);
  const linesAbove = options.skip ?? (declaredByFile ? 1 : 0);
  const { choice, cut, quoting, newline, table } = readBehind(linesAbove, bytes, readFrom);
  const width = usualWidth(table);

  const start = startOf(table, width, options);
  const header = headerOf(start, options);
  const decimal =
    options.decimal === undefined
      ? chooseDecimal(table, start.record + (header.present ? 1 : 0), width)
      : { decimal: options.decimal, certainty: 1 };
  const certainty = {
    delimiter: choice?.certainty ?? 1,
    quoting: quoting.certainty,
    header: header.certainty,
    start: start.certainty,
    decimal: decimal.certainty,
  };
  const names = header.present && width > 0 ? namesOf(table, start.record, isWhole) : null;
  return {
    dialect: {
      delimiter: cut ?? unusedDelimiter(bytes),
      quote: quoting.quote,
      escape: quoting.escape,
      newline,
      has_header: header.present,
      preamble_lines: linesAbove + (options.skip === undefined ? (table.line[start.record] ?? 0) : 0),
      decimal: decimal.decimal,
      confidence: width === 0 ? 0 : round(Object.values(certainty).reduce((product, part) => product * part, 1)),
    },
    certainty: rounded(certainty),
    header: names,
    width,
    warnings: warningsOf(table, width, names, certainty, choice, options),
  };
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
  delimiter: string | undefined,
  options: DialectOptions,
  isWhole: boolean,
  required?: Newline,
): TableReading {
  const quotings = possibleQuotings(bytes, options, delimiter);
  const choice = delimiter === undefined ? chooseDelimiter(bytes, from, quotings, isWhole) : null;
  const cut = delimiter ?? choice!.best.delimiter;
  const quoting = chooseQuoting(bytes, from, cut, quotings, isWhole);

  const read = (newline: Newline): SampleTable => {
    const grammar: CsvGrammar = { delimiter: cut ?? '', quote: quoting.quote, escape: quoting.escape, newline };
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

function startOf(table: SampleTable, width: number, options: DialectOptions): TableStart {
  if (table.records === 0) return { record: 0, headerOdds: 0, certainty: 1 };
  if (options.skip !== undefined) return { record: 0, headerOdds: headerLogOdds(table, 0, width), certainty: 1 };
  return findTableStart(table, width);
}

function headerOf(start: TableStart, options: DialectOptions): { present: boolean; certainty: number } {
  if (options.header === 'true' || options.header === 'false')
    return { present: options.header === 'true', certainty: 1 };
  const likely = probability(start.headerOdds);
  return { present: likely >= 0.5, certainty: Math.max(likely, 1 - likely) };
}

/** All cells of the header, also those beyond what a table keeps of each record. */
function namesOf(table: SampleTable, record: number, whole: boolean): string[] {
  const limits = { records: 1, bytes: 0, recordsWithCells: 1, cellsPerRecord: Number.POSITIVE_INFINITY };
  const header = readSample(table.sample, table.from[record]!, table.grammar, limits, whole);
  return Array.from({ length: header.cells(0) }, (_, column) => header.text(0, column));
}

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
function unusedDelimiter(bytes: Buffer): string {
  return [',', ';', '\t', '|', '\x1f', '\x01'].find((delimiter) => !bytes.includes(delimiter)) ?? '\x1f';
}

function warningsOf(
  table: SampleTable,
  width: number,
  names: readonly string[] | null,
  certainty: DialectVerdict['certainty'],
  choice: DelimiterChoice | null,
  options: DialectOptions,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: Warning['code'], message: string): void => void warnings.push({ code, message });
  // A short file is no reason for a warning; a second plausible reading is.
  if (choice && certainty.delimiter < WARN_BELOW && choice.others.length > 0) {
    const others = choice.others.map(({ delimiter }) =>
      delimiter === null ? 'one column' : JSON.stringify(delimiter),
    );
    const chosen =
      choice.best.delimiter === null
        ? 'No delimiter was found; the file is read as one column'
        : `The delimiter ${JSON.stringify(choice.best.delimiter)} is a guess`;
    warn('delimiter_uncertain', `${chosen} (also possible: ${others.join(', ')}). Declare it with delimiter=.`);
  }
  if (options.delimiter !== undefined && width === 1 && !table.sample.includes(options.delimiter)) {
    warn(
      'delimiter_absent',
      `The declared delimiter ${JSON.stringify(options.delimiter)} does not occur at the beginning of the file.`,
    );
  }
  if (certainty.quoting < WARN_BELOW)
    warn('quoting_uncertain', 'The way of quoting is a guess. Declare it with quote= and escape=.');
  if (certainty.header < WARN_BELOW && table.records > 0) {
    warn(
      'header_uncertain',
      `It is a guess that the first record is ${names ? 'a header' : 'data, not a header'}. Declare it with header=true or header=false.`,
    );
  }
  const filled = filledWidth(table, width);
  if (names && names.length < filled) {
    warn('header_width', `The header has ${names.length} cells, but most records have ${filled}.`);
  }
  if (certainty.decimal < WARN_BELOW)
    warn(
      'decimal_uncertain',
      'Some columns have a decimal comma, others a decimal point. If the detected mark is wrong, declare it with decimal=.',
    );
  return warnings;
}

/** Below this certainty a part of the verdict gets a warning. */
const WARN_BELOW = 0.8;

/** The dialect with its encoding. @param certainty of the encoding; 1 if it is declared. */
export function withEncoding({ dialect }: DialectVerdict, encoding: string, certainty = 1): Dialect {
  return { ...dialect, encoding, confidence: round(dialect.confidence * certainty) };
}

const round = (share: number): number => Math.round(share * 1000) / 1000;

function rounded<T extends Record<string, number>>(record: T): T {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, round(value)])) as T;
}

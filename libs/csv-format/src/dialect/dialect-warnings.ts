import iconv from 'iconv-lite';
import { findEscapeSequence } from '../encoding/escape-sequences.js';
import { utf8Words } from '../encoding/utf8-words.js';
import type { DialectOptions, Warning } from '../model.js';
import type { Certainties } from './certainty.js';
import type { DelimiterChoice } from './delimiter-choice.js';
import type { SampleTable } from './sample-table.js';
import { findSecondHeaders, type SecondHeaders } from './second-header.js';
import { likelyDelimiter } from './single-column.js';
import type { TableStart } from './table-start.js';

/** A part of the dialect that is less certain than this is told, and so is a whole that is. */
const WARN_BELOW = 0.9;

/** What the warnings of a verdict are made of. */
export interface Findings {
  table: SampleTable;
  /** Physical lines before the table's text. */
  linesAbove: number;
  /** How many cells most records have. */
  width: number;
  start: TableStart;
  hasHeader: boolean;
  /** The names of the columns; null without a header. */
  names: readonly string[] | null;
  certainty: Certainties;
  confidence: number;
  choice: DelimiterChoice | null;
  /** Whether no delimiter is taken. */
  isOneColumn: boolean;
  /** The delimiter that was detected first, and by which most records would be rejected. */
  givenUp: string | null;
  options: DialectOptions;
  /** What is always told, however likely it is right. */
  told: { quoting: boolean; header: boolean; start: boolean };
}

/** What the owner of a file should know about how it is read: each with how many lines it is about, and the first of them. */
export function warningsOf(found: Findings): Warning[] {
  if (found.table.records === 0) return [];
  const warnings = [
    ...aboutLines(found),
    ...aboutDelimiter(found),
    ...aboutQuoting(found),
    ...aboutHeader(found),
    ...aboutDecimal(found),
  ];
  // No doubt is hidden: where the parts are each quite certain and the whole is not, the weakest part is named.
  if (found.confidence < WARN_BELOW && !warnings.some(tellsGuess)) warnings.push(weakestOf(found));
  return warnings;
}

/** Whether a warning says why the confidence is low. A second header is seen, and no guess. */
const tellsGuess = ({ code }: Warning): boolean => code !== 'second_header';

/** What has to be known of a verdict to tell the doubt about the encoding. */
interface JudgedDialect {
  dialect: { confidence: number };
}

/**
 * The doubt about the encoding of a file: where it is uncertain by itself, and where only with it the whole is.
 * @param sample the beginning of the file as UTF-8 @param certainty of the encoding; 1 where it is declared
 */
export function encodingWarnings(
  sample: Buffer,
  { dialect }: JudgedDialect,
  encoding: string,
  certainty: number,
): Warning[] {
  const { confidence } = dialect;
  const makesDoubtful = confidence >= WARN_BELOW && confidence * certainty < WARN_BELOW;
  if (certainty >= WARN_BELOW && !makesDoubtful) return [];
  const shift = encoding === 'utf-8' ? findEscapeSequence(sample) : null;
  const mixed = encoding.startsWith('utf-') ? -1 : firstUtf8Word(sample, encoding);
  const first = shift?.at ?? (mixed >= 0 ? mixed : firstForeign(sample, encoding));
  return [
    {
      code: 'encoding_uncertain',
      message: encodingDoubt(encoding, shift?.encoding, mixed >= 0),
      count: 1,
      ...(first >= 0 && { first_line: sample.toString('latin1', 0, first).split(/\r\n|\n|\r/).length }),
    },
  ];
}

/** @param shift the encoding of the escape sequences of the file. @param isMixed whether some of its words are UTF-8 */
function encodingDoubt(encoding: string, shift: string | undefined, isMixed: boolean): string {
  if (shift)
    return `The file is probably ${shift}, which the service does not read: its escape sequences are kept as text. Convert it to UTF-8.`;
  if (isMixed)
    return `The file is read as ${encoding}, but some of its words are UTF-8, as where files were joined: they are read wrongly. Convert the file to one encoding.`;
  return `The encoding ${encoding} is a guess. Compare letters with accents or of other scripts; if they are wrong, declare it with encoding=.`;
}

/** Where the first character is that another encoding reads otherwise; in UTF-16 each is such a one. */
const firstForeign = (sample: Buffer, encoding: string): number =>
  encoding.startsWith('utf-16') ? 0 : sample.findIndex((byte) => byte >= 0x80);

/** Where the first word is that is UTF-8 in a text of another encoding; -1 where none is. @param sample the text as UTF-8 */
function firstUtf8Word(sample: Buffer, encoding: string): number {
  const places = new Map<string, number>();
  for (const { 0: word, index } of sample.toString('latin1').matchAll(/[\x30-\x39\x40-\xff]+/g))
    if (/[\x80-\xff]/.test(word) && !places.has(word)) places.set(word, index);
  const words = [...places.keys()].map((word) => iconv.encode(Buffer.from(word, 'latin1').toString(), encoding));
  const found = new Set(utf8Words(words, encoding));
  return [...places.values()].find((_, i) => found.has(words[i]!)) ?? -1;
}

/** The number of a record's physical line in the file, from 1. */
const lineOf = ({ table, linesAbove }: Findings, record: number): number => linesAbove + (table.line[record] ?? 0) + 1;

/** A warning about the table as a whole. */
const atStart = (found: Findings, code: Warning['code'], message: string): Warning => ({
  code,
  message,
  count: 1,
  first_line: lineOf(found, found.start.record),
});

function aboutLines(found: Findings): Warning[] {
  const { table, linesAbove, start, width, names, hasHeader, options } = found;
  const warnings: Warning[] = [];
  const skipped = table.width.slice(0, start.record).flatMap((cells, record) => (cells >= width ? [record] : []));
  if (skipped.length > 0 && width > 1) {
    warnings.push({
      code: 'records_skipped',
      message:
        skipped.length === 1
          ? '1 line above the table has as many cells as it, and is not a row of it. If it is, declare skip=0 and header=false.'
          : `${skipped.length} lines above the table have as many cells as it, and are not rows of it. If they are, declare skip=0 and header=false.`,
      count: skipped.length,
      first_line: lineOf(found, skipped[0]!),
    });
  }
  const second = findSecondHeaders(
    table,
    hasHeader ? { record: start.record, names: start.header.names } : null,
    start.record + (hasHeader ? 1 + (options.skip_after_header ?? 0) : 0),
    width,
  );
  if (second) {
    warnings.push({
      code: 'second_header',
      message: secondHeaderMessage(second),
      count: second.count,
      first_line: linesAbove + second.line + 1,
    });
  }
  if (names && !options.names && start.header.form === 'cells' && start.header.names.length < width) {
    const cells = start.header.names.length;
    warnings.push(
      atStart(
        found,
        'header_width',
        start.header.offset === 1
          ? `The header has ${cells === 1 ? '1 cell' : `${cells} cells`}, and every record ${width}: its names belong to the last columns, and the first has none.`
          : `The header has ${cells === 1 ? '1 cell' : `${cells} cells`}, but most records have ${width}. The names belong to the first columns.`,
      ),
    );
  }
  const breaks = unusualBreaks(table);
  if (breaks) {
    warnings.push(
      atStart(
        found,
        'line_breaks_uncertain',
        `The file is a single line, and holds ${breaks} ${breaks === 1 ? 'character' : 'characters'} that some programs write as line breaks (U+2028, U+0085, record separators, vertical tabs or form feeds). They are read as text. If they are line breaks, replace them by line feeds.`,
      ),
    );
  }
  return warnings;
}

/** How often a file of one record has characters that some programs end lines with, and CSV has as text. */
function unusualBreaks({ records, sample }: SampleTable): number {
  if (records > 1) return 0;
  return sample.toString('utf8').match(/[\u2028\u2029\u0085\x1e\v\f]/g)?.length ?? 0;
}

function secondHeaderMessage({ count, isBelowHeader }: SecondHeaders): string {
  if (isBelowHeader && count === 1)
    return 'The line below the header has words where the others have numbers or dates (units, or further names), or it is a rule of dashes. It is kept as a row; leave it out with skip_after_header=1.';
  return count === 1
    ? '1 line within the table looks like a header, and is kept as a row. The file may hold several tables.'
    : `${count} lines within the table look like headers, and are kept as rows. The file may hold several tables.`;
}

function aboutDelimiter(found: Findings): Warning[] {
  const { choice, certainty, options, table, width } = found;
  const warnings: Warning[] = [];
  if (choice && certainty.delimiter < WARN_BELOW && choice.others.length > 0 && choice.best.delimiter !== null) {
    const others = choice.others.map(({ delimiter }) =>
      delimiter === null ? 'one column' : JSON.stringify(delimiter),
    );
    warnings.push(
      atStart(
        found,
        'delimiter_uncertain',
        `The delimiter ${JSON.stringify(choice.best.delimiter)} is a guess (also possible: ${others.join(', ')}). Declare it with delimiter=.`,
      ),
    );
  }
  const hidden = choice && choice.best.delimiter !== null && warnings.length === 0 ? delimiterInCells(found) : null;
  if (hidden !== null) {
    warnings.push(
      atStart(
        found,
        'delimiter_uncertain',
        `The delimiter ${JSON.stringify(choice!.best.delimiter)} is a guess: most records hold equally many ${JSON.stringify(hidden)} in their cells. Declare it with delimiter=.`,
      ),
    );
  }
  if (found.givenUp !== null && !found.isOneColumn) {
    warnings.push(
      atStart(
        found,
        'delimiter_uncertain',
        `The delimiter is a guess: by ${JSON.stringify(found.givenUp)}, which fits as well, most records would be rejected. Declare it with delimiter=.`,
      ),
    );
  }
  if (options.delimiter === undefined && found.isOneColumn) {
    const likely = found.givenUp ?? likelyDelimiter(table);
    if (likely !== null) {
      warnings.push(
        atStart(
          found,
          'single_column',
          `The file is read as one column, though its lines hold ${JSON.stringify(likely)}. If that is the delimiter, declare it with delimiter=.`,
        ),
      );
    }
  }
  if (options.delimiter !== undefined && width === 1) {
    warnings.push(
      atStart(
        found,
        'delimiter_absent',
        table.sample.includes(options.delimiter)
          ? `The declared delimiter ${JSON.stringify(options.delimiter)} divides hardly any line at the beginning of the file.`
          : `The declared delimiter ${JSON.stringify(options.delimiter)} does not occur at the beginning of the file.`,
      ),
    );
  }
  return warnings;
}

/** Signs that part cells more often than they stand in them. */
const COMMON = [';', '\t', '|'];
/** Those of which one in each record is enough, always in the same column: `a.jpg|10,20,30` cut at its commas. */
const RARE_IN_CELLS = ['\t', '|', '::'];
const IN_NEARLY_ALL = 0.9;
/** Share of the records that must hold as many of a sign as most do; the others may be short rows. */
const IN_MOST = 0.75;

/** A sign that most records hold two or more of, outside of quotes, though another parts them: `1.234,50 €;2025-03-04;A-51` cut at its comma. */
function delimiterInCells(found: Findings): string | null {
  const { table, start } = found;
  const texts: string[] = [];
  for (let record = start.record; record < table.detailed; record++) {
    const cells = Array.from({ length: table.cells(record) }, (_, column) =>
      table.isQuoted(record, column) ? '' : table.text(record, column),
    );
    texts.push(cells.join(''));
  }
  const isUsual = (sign: string): boolean => {
    const counts = texts.map((text) => text.split(sign).length - 1).filter((count) => count > 1);
    const usual = counts[counts.length >> 1];
    return counts.filter((count) => count === usual).length >= Math.max(2, texts.length * IN_MOST);
  };
  return COMMON.find(isUsual) ?? RARE_IN_CELLS.find((sign) => isInOneColumn(found, sign)) ?? null;
}

/** Whether the first record and nearly all others, of three at least, hold a sign in one column, and in no other. */
function isInOneColumn({ table, start, choice }: Findings, sign: string): boolean {
  if (sign === choice?.best.delimiter || table.detailed - start.record < 3) return false;
  let only = -1;
  let held = 0;
  for (let record = start.record; record < table.detailed; record++) {
    let holds = false;
    for (let column = 0; column < table.cells(record); column++) {
      if (table.isQuoted(record, column) || !table.text(record, column).includes(sign)) continue;
      if (only >= 0 && only !== column) return false;
      only = column;
      holds = true;
    }
    if (holds) held++;
    // A header has no lists in its cells, as rows may have.
    else if (record === start.record) return false;
  }
  return held >= (table.detailed - start.record) * IN_NEARLY_ALL;
}

function aboutQuoting(found: Findings): Warning[] {
  if (found.certainty.quoting >= WARN_BELOW && !found.told.quoting) return [];
  return [atStart(found, 'quoting_uncertain', 'The way of quoting is a guess. Declare it with quote= and escape=.')];
}

function aboutHeader(found: Findings): Warning[] {
  const { names, start, certainty, told } = found;
  if (names && start.header.form === 'literal')
    return [
      atStart(
        found,
        'header_uncertain',
        'The quotes of the header are malformed. It is read without them, because only so it has as many cells as the records.',
      ),
    ];
  if (names && start.header.form === 'other_delimiter')
    return [
      atStart(found, 'header_uncertain', 'The header has another delimiter than the records. It is split by that one.'),
    ];
  const isHeaderGuess = certainty.header < WARN_BELOW || told.header;
  if (!isHeaderGuess && certainty.start >= WARN_BELOW && !told.start) return [];
  const message = isHeaderGuess
    ? `It is a guess that this record is ${names ? 'a header' : 'data, not a header'}. Declare it with header=true or header=false.`
    : 'It is a guess that the table begins here. Declare the lines above it with skip=.';
  return [atStart(found, 'header_uncertain', message)];
}

function aboutDecimal(found: Findings): Warning[] {
  if (found.certainty.decimal >= WARN_BELOW) return [];
  return [
    atStart(
      found,
      'decimal_uncertain',
      'Some columns have a decimal comma, others a decimal point. If the detected mark is wrong, declare it with decimal=.',
    ),
  ];
}

function weakestOf(found: Findings): Warning {
  const { delimiter, quoting, header, start, decimal } = found.certainty;
  const least = Math.min(delimiter, quoting, header, start, decimal);
  if (least === delimiter) {
    return atStart(
      found,
      'delimiter_uncertain',
      'There are too few records to be sure of the delimiter. Declare it with delimiter=.',
    );
  }
  if (least === quoting)
    return atStart(
      found,
      'quoting_uncertain',
      'There are too few records to be sure of the quotes. Declare them with quote=.',
    );
  if (least === decimal)
    return atStart(found, 'decimal_uncertain', 'The decimal mark is a guess. Declare it with decimal=.');
  return atStart(
    found,
    'header_uncertain',
    `There is too little to tell whether the first record is a header; it is read as ${found.names ? 'one' : 'data'}. Declare it with header=true or header=false.`,
  );
}

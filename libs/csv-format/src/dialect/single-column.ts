import { Kind } from './cell-kind.js';
import type { SampleTable } from './sample-table.js';
import { isComment, kindAt } from './table-shape.js';

/** Signs that somebody may have used as a delimiter. Those in words, numbers, dates and addresses are not among them. */
const SIGNS = [
  ',',
  ';',
  '\t',
  '|',
  '#',
  '^',
  '~',
  '}',
  '{',
  '=',
  ':',
  '!',
  '$',
  '%',
  '&',
  '*',
  '\\',
  '>',
  '<',
  '§',
  '¦',
];

/** Share of the lines that must hold as many of a sign as most do. */
const IN_NEARLY_ALL = 0.9;
/** Commas, semicolons, tabs and pipes are told from this share of the lines on, however many each holds. */
const COMMON = new Set([',', ';', '\t', '|']);
const IN_MANY = 0.25;

const isTight = (text: string, sign: string): boolean =>
  text.slice(1, -1).split(sign).length > text.slice(1, -1).split(`${sign} `).length;

/** So many lines at the end are a table below other lines, however many these are. */
const LAST_LINES = 3;

/** Whether the last lines, and not single ones, hold equally many of a sign. */
function isAtTheEnd(texts: readonly string[], sign: string): boolean {
  const last = texts.slice(-LAST_LINES);
  return (
    last.length === LAST_LINES &&
    last.every((text) => isTight(text, sign)) &&
    areUsual(last, (text) => text.split(sign).length)
  );
}

/** Share of the parts between single blanks that must be numbers with a fraction: names and telephone numbers have blanks too. */
const MOSTLY_FRACTIONS = 0.5;

/** Whether nearly all texts have one count of parts, of which there are several. */
function areUsual(texts: readonly string[], count: (text: string) => number): boolean {
  if (texts.length < 2) return false;
  const counts = texts.map(count);
  const usual = counts[counts.length >> 1]!;
  return usual > 1 && counts.filter((parts) => parts === usual).length >= texts.length * IN_NEARLY_ALL;
}

/** Share of the lines that must be a key and a value; the others are headings of sections, or rules above each record of a few. */
const MOSTLY_PAIRS = 0.65;
/** A key is a few words; what follows the colon of an address is no value. */
const PAIR = /^\p{L}[^:=,;|\t]{0,40}([:=])(?!\/\/)/u;

/** The sign between keys and values, where most lines are such a pair: `Name: Ann`. */
function keySign(lines: readonly string[]): string | null {
  for (const sign of [':', '=']) {
    const pairs = lines.filter((line) => PAIR.exec(line)?.[1] === sign).length;
    if (lines.length > 1 && pairs >= lines.length * MOSTLY_PAIRS) return sign;
  }
  return null;
}

/** How many comments stand above the first other record. */
function commentsAbove(table: SampleTable): number {
  let record = 0;
  while (record < table.detailed && isComment(table, record)) record++;
  // Where nothing else follows, they are rows.
  return record < table.detailed ? record : 0;
}

/** How many whole numbers a line is, as in a list of edges; 0 where they may be one number (`1 234`) or a telephone's (`030 1234`). */
function integersIn(text: string): number {
  if (!/^-?\d+( -?\d+)+$/.test(text) || /^-?\d{1,3}( \d{3})+$/.test(text) || /^0\d/.test(text)) return 0;
  return text.split(' ').length;
}

/** The rule that database clients draw below names, one stroke for each column. */
const RULE = /^-{2,}( +-{2,})+$/;
/** The rule stands below a title, blank lines and the names. */
const RULE_WITHIN = 5;

const WHOLE_OR_FRACTION = /^[-+]?\d+([.,]\d+)?$/;

/**
 * Whether single blanks part columns: the first line has as many words as each other has parts, and below one of these words all are numbers.
 * Below a single name, streets with house numbers are no table.
 */
function hasNamesAboveNumbers([names = [], ...rows]: readonly (readonly string[])[]): boolean {
  if (names.length < 2 || rows.length < 2 || rows.some((parts) => parts.length !== names.length)) return false;
  if (!names.every((name) => /^\p{L}[\p{L}\p{N}_]*$/u.test(name))) return false;
  return names.some((_, column) => rows.every((parts) => WHOLE_OR_FRACTION.test(parts[column]!)));
}

const DATE_OR_TIME =
  /^(?:\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?)$/;

/** Whether single blanks part a date or a time from a number in nearly all lines, which have equally many parts: `2024-05-03 10:00 412`. */
function areMeasuredTimes(lines: readonly string[]): boolean {
  const partsOf = (line: string): string[] => line.split(' ');
  // `+0200` is a time zone.
  const isNumber = (part: string): boolean => WHOLE_OR_FRACTION.test(part) && !/^[-+]\d{4}$/.test(part);
  const measured = lines.filter((line) => {
    const parts = partsOf(line);
    return parts.some((part) => DATE_OR_TIME.test(part)) && parts.some(isNumber);
  });
  return measured.length >= lines.length * IN_NEARLY_ALL && areUsual(lines, (line) => partsOf(line).length);
}

/**
 * Blanks that part columns: two or more of them, of which the lines hold equally many, some of any number above a rule, or single ones
 * between numbers with a fraction, between times and numbers or below as many names.
 */
function separatingBlanks(texts: readonly string[], lines: readonly string[]): string | null {
  if (texts.length < 2) return null;
  const isUsual = (count: (text: string) => number): boolean => areUsual(texts, count);
  if (isUsual((text) => text.trim().split(/ {2,}/).length)) return '  ';
  if (lines.slice(0, RULE_WITHIN).some((line) => RULE.test(line))) return ' ';
  if (hasNamesAboveNumbers(lines.map((line) => line.split(' '))) || areMeasuredTimes(lines)) return ' ';
  const parts = texts.flatMap((text) => text.trim().split(' '));
  const fractions = parts.filter((part) => /^[-+]?\d+\.\d+$/.test(part)).length;
  return fractions >= parts.length * MOSTLY_FRACTIONS && isUsual((text) => text.trim().split(' ').length) ? ' ' : null;
}

/**
 * The sign that may be a delimiter although the file is read as one column: as often in nearly every line, or a common delimiter in many of
 * them or in the first; null where there is none. Numbers, dates, times and addresses hold signs of their own.
 */
export function likelyDelimiter(table: SampleTable): string | null {
  const texts: string[] = [];
  const lines: string[] = [];
  let unquoted = 0;
  for (let record = commentsAbove(table); record < table.detailed; record++) {
    if (table.cells(record) === 0 || !table.isFilled(record, 0)) continue;
    if (!table.isQuoted(record, 0)) unquoted++;
    const kind = kindAt(table, record, 0);
    lines.push(table.text(record, 0).trim());
    texts.push(kind === Kind.Text || kind === Kind.Code || kind > Kind.Code ? table.text(record, 0) : '');
  }
  // Cells that are quoted hold their signs on purpose.
  if (texts.length === 0 || unquoted * 2 < texts.length) return null;
  const blanks = separatingBlanks(texts, lines) ?? (areUsual(lines, integersIn) ? ' ' : null);
  if (blanks !== null) return blanks;
  const pairs = keySign(lines);
  if (pairs !== null) return pairs;
  for (const sign of SIGNS) {
    const counts = new Map<number, number>();
    for (const text of texts) {
      const count = text.slice(1, -1).split(sign).length - 1;
      counts.set(count, (counts.get(count) ?? 0) + 1);
    }
    const alike = Math.max(0, ...[...counts].flatMap(([count, lines]) => (count > 0 ? [lines] : [])));
    if (alike >= texts.length * IN_NEARLY_ALL && texts.length > 1) return sign;
    if (!COMMON.has(sign)) continue;
    // A comma with a blank behind it is one of a sentence.
    const tight = texts.filter((text) => isTight(text, sign)).length;
    if (tight >= texts.length * IN_MANY || isTight(texts[0]!, sign) || isAtTheEnd(texts, sign)) return sign;
  }
  return null;
}

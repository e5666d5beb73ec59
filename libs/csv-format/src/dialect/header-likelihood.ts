import { headerKeys } from '../columns/header-keys.js';
import { FAMILY, kindOf } from './cell-kind.js';
import type { HeaderReading } from './header-reading.js';
import { HEADER_WORDS } from './header-vocabulary.js';
import type { SampleTable } from './sample-table.js';
import { kindAt } from './table-shape.js';
import { type Style, styleOf, TextLikeness } from './text-likeness.js';

export type Family = 'none' | 'number' | 'date' | 'boolean' | 'address' | 'text';

/** Records that the candidate is compared with, and columns that are compared. */
const BODY = 200;
const COLUMNS = 100;

/** How often a cell of a header is of each family: estimates, so moderate that no single cell decides. */
const IN_HEADERS: Readonly<Record<Family, number>> = {
  none: 0.05,
  number: 0.01,
  date: 0.01,
  boolean: 0.003,
  address: 0.005,
  text: 0.9,
};
/** How often a cell of data is of each family, before any cell of the column is seen. */
const IN_BODIES: Readonly<Record<Family, number>> = {
  none: 0.08,
  number: 0.35,
  date: 0.08,
  boolean: 0.02,
  address: 0.02,
  text: 0.45,
};

/** Limits to the log-odds of one column and of all: a first line can be unusual for many reasons. e^4 is 55 to 1. */
const PER_COLUMN = 4;
const IN_ALL = 9;
/** The limit for text that only differs in form from the text below it, in all columns together. */
const TEXT_IN_ALL = 3;

/**
 * Log-odds of a header where the cells say nothing. Seven of eight tables in open data have a header, but of those whose cells say nothing
 * about it only two of three.
 */
const PRIOR = 0.7;

/** What speaks for and against a header, each as log-odds summed over the columns. */
export interface HeaderSigns {
  /** The kind of each cell (number, date, text), against the kinds below it. */
  kinds: number;
  /** Words that often name columns. */
  naming: number;
  /** Whether texts recur below, or differ in a form that all values share. */
  values: number;
  /** Whether texts are spelled as the values are. */
  style: number;
  /** Whether texts repeat words of the values. */
  words: number;
  /** Whether texts have the pairs of characters that the values have. */
  characters: number;
  /** Whether all texts of the record are spelled alike, as those of the rows are not. */
  uniform: number;
  /** Numbers in a series, equal cells, quotes unlike those below. */
  others: number;
}

/**
 * The log-odds that the record `candidate` is a header and not the first row of the data below it: above 0 for a header.
 * Every column contributes the likelihood ratio of its first cell, given the cells below:
 * - its family (number, date, text …) in the header and in the body, the body smoothed by what columns are like in general;
 * - for text: whether the value recurs below, against the share of values that occur once (Good and Turing's estimate of a new value);
 * - whether it differs in form (length, digits, spaces, case), spelling, words and characters from the values of the column;
 * - whether it is a word that often names columns.
 *
 * @param reading the cells of the candidate; those of the table, if it is left out
 * @param until the rows below end before this record
 */
export function headerLogOdds(
  table: SampleTable,
  candidate: number,
  width: number,
  reading: HeaderReading | null = null,
  until: number = table.detailed,
): number {
  const { signs, columns, isPadded, isWithoutValue, hasNameAboveValues } = readSigns(
    table,
    candidate,
    width,
    reading,
    until,
  );
  let sum = 0;
  for (const [sign, weight] of Object.entries(SIGN_WEIGHTS)) sum += weight * signs[sign as keyof HeaderSigns];
  // Columns are not independent evidence: what makes one cell unusual makes its neighbours unusual too.
  const found = clamp(PRIOR + sum / Math.max(1, Math.sqrt(columns / 4)), IN_ALL);
  // A title that is padded with empty cells is neither a header nor data. A record of marks of missing values is data.
  const odds = isWithoutValue ? Math.min(found, WITHOUT_VALUE) : isPadded ? Math.min(found, PRIOR) : found;
  // One word above a column of numbers or booleans decides: as data it would make the whole column text.
  return hasNameAboveValues ? Math.max(odds, NAME_ABOVE_VALUES) : odds;
}

/** Log-odds of a header for a record in which only marks of missing values stand: hardly anybody names a column "-" or "NA". */
const WITHOUT_VALUE = -2;

/** Fitted. Signs that overlap count less. */
const SIGN_WEIGHTS: Readonly<Record<keyof HeaderSigns, number>> = {
  kinds: 1,
  naming: 0.95,
  values: 0.5,
  style: 1.1,
  words: 0.35,
  characters: 0.35,
  uniform: 0.4,
  others: 1.2,
};

export function readSigns(
  table: SampleTable,
  candidate: number,
  width: number,
  reading: HeaderReading | null = null,
  until: number = table.detailed,
): { signs: HeaderSigns; columns: number; isPadded: boolean; isWithoutValue: boolean; hasNameAboveValues: boolean } {
  const body = withoutRepeats(table, candidate, bodyOf(table, candidate, width, until));
  const cellsOf = (reading?.names ?? textsOf(table, candidate)).map((name) => name.trim());
  const names = (reading?.offset === 1 ? ['', ...cellsOf] : cellsOf).slice(0, Math.min(COLUMNS, width));
  const columns = names.length;
  // A mark of a missing value says no more than an empty cell.
  const families = names.map((name) => (MISSING.test(name) ? 'none' : familyOf(name)));
  // Above nothing, 1,2,3 are no labels but the only row.
  const series = body.length > 0 ? seriesOf(names) : new Set<number>();
  const rowsOfSeries = body
    .slice(0, 20)
    .filter((record) => seriesOf(textsOf(table, record)).size >= series.size).length;
  // Where the rows below are such series as well, the first record is one of them.
  const isScale = series.size > 0 && rowsOfSeries * 5 <= Math.min(20, body.length);
  const signs: HeaderSigns = {
    kinds: 0,
    naming: 0,
    values: 0,
    style: 0,
    words: 0,
    characters: 0,
    uniform: 0,
    others: 0,
  };
  let hasNameAboveValues = false;
  let used = 0;
  let empty = 0;
  for (let column = reading?.offset ?? 0; column < columns; column++) {
    const cells = body.filter((record) => column < table.cells(record));
    const name = names[column]!;
    if (families[column] === 'boolean' && isOfOthers(table, column, cells, 'boolean')) families[column] = 'text';
    const family = families[column]!;
    const same = cells.filter((record) => familyAt(table, record, column) === family).length;
    // A column without any cell says nothing.
    if (name === '' && columns > 1 && cells.every((record) => !table.isFilled(record, column))) continue;
    used++;
    if (name === '') empty++;
    if (isScale && series.has(column)) continue;
    const logOdds = Math.log(IN_HEADERS[family] / ((same + IN_BODIES[family]) / (cells.length + 1)));
    if (family === 'text') {
      const naming = namingLogOdds(table, column, name, cells);
      signs.kinds += clamp(logOdds + naming, PER_COLUMN) - naming;
      signs.naming += naming;
      // Text above values of another kind is judged by that alone; text above text is compared further.
      if (same * 2 > cells.length) compareText(table, column, name, cells, signs);
      else if (isLikeSomeValue(table, column, name, cells)) signs.kinds -= PER_COLUMN;
      else if (isName(name) && NAMED_FAMILIES.has(onlyFamily(filledFamilies(table, column, cells))))
        hasNameAboveValues = true;
    } else {
      // A value above values is the strongest evidence for data. A value above text is no evidence for a header, but a number above
      // dates or booleans only is a label.
      const label = family === 'number' ? labelLogOdds(table, column, cells) : 0;
      signs.kinds += label > 0 ? label : clamp(Math.min(logOdds, 0.3), PER_COLUMN * 1.5);
    }
  }
  signs.values = Math.min(signs.values, TEXT_IN_ALL);
  signs.uniform = uniformLogOdds(table, names, families, body);
  if (isScale) signs.others += Math.min(3, Math.log((body.length + 1) / (rowsOfSeries + 0.5)));
  signs.others +=
    duplicatesLogOdds(names, body, table) +
    quotingLogOdds(table, candidate, body, Math.min(columns, table.cells(candidate)));
  const isWithoutValue = names.some((name) => name !== '') && families.every((family) => family === 'none');
  return { signs, columns: used, isPadded: used > 2 && empty * 2 > used, isWithoutValue, hasNameAboveValues };
}

function compareText(
  table: SampleTable,
  column: number,
  name: string,
  cells: readonly number[],
  signs: HeaderSigns,
): void {
  signs.values += textLogOdds(table, column, name, cells);
  const likeness = new TextLikeness(valuesOf(table, column, cells.slice(0, COMPARED_ROWS)));
  signs.style += likeness.style(name);
  signs.words += likeness.words(name);
  signs.characters += likeness.characters(name);
}

/** Rows whose texts are compared letter by letter. */
const COMPARED_ROWS = 64;

/** Names of one file are mostly spelled alike, and texts of one row mostly are not. */
function uniformLogOdds(
  table: SampleTable,
  names: readonly string[],
  families: readonly Family[],
  body: readonly number[],
): number {
  const columns = [...names.keys()].filter((column) => families[column] === 'text');
  if (columns.length < 2) return 0;
  const isUniform = (texts: readonly string[]): boolean => {
    const styles = new Set(texts.filter(Boolean).map((text) => GROUPS[styleOf(text)] ?? text));
    return styles.size <= 1;
  };
  const rows = body.slice(0, COMPARED_ROWS);
  const uniform = rows.filter((record) =>
    isUniform(columns.map((column) => (column < table.cells(record) ? table.text(record, column).trim() : ''))),
  ).length;
  const share = (uniform + 0.25) / (rows.length + 1);
  return isUniform(columns.map((column) => names[column]!)) ? Math.log(0.5 / share) : Math.log(0.5 / (1 - share));
}

/** Spellings that go together in one header. A text of any other is like none. */
const GROUPS: Partial<Record<Style, string>> = {
  lower: 'lower',
  lowerWords: 'lower',
  capital: 'capital',
  capitalWords: 'capital',
  upper: 'upper',
  camel: 'camel',
};

/** The records below the candidate that it is compared with. Those of other widths (footnotes, fragments) say nothing about the columns. */
function bodyOf(table: SampleTable, candidate: number, width: number, until: number): number[] {
  const body: number[] = [];
  for (let record = candidate + 1; record < Math.min(until, table.detailed) && body.length < BODY; record++) {
    if (table.cells(record) > 0 && table.width[record]! >= Math.min(2, width)) body.push(record);
  }
  return body;
}

/** A header that returns below, where tables were joined, is no row: not behind a blank line, nor where it is rare. */
function withoutRepeats(table: SampleTable, candidate: number, body: readonly number[]): readonly number[] {
  const names = textsOf(table, candidate).join('\n');
  const cells = table.cells(candidate);
  const repeats = body.filter(
    (record) =>
      table.cells(record) === cells &&
      (cells > 1 || table.blankBefore[record]) &&
      textsOf(table, record).join('\n') === names,
  );
  if (repeats.length === 0) return body;
  const others = body.filter((record) => !repeats.includes(record)).map((record) => textsOf(table, record).join('\n'));
  // Where no other record occurs twice, and this one is not short or is of words above values, it is no accident.
  const isAlone = new Set(others).size === others.length;
  const isRare =
    repeats.length * 20 <= body.length ||
    (isAlone && cells > 2) ||
    (isAlone &&
      cells > 1 &&
      isOfWordsAboveValues(
        table,
        candidate,
        body.filter((record) => !repeats.includes(record)),
      ));
  return body.filter((record) => !repeats.includes(record) || !(isRare || table.blankBefore[record]));
}

/** Whether a record is all text, and other records have no text in some column. */
function isOfWordsAboveValues(table: SampleTable, candidate: number, others: readonly number[]): boolean {
  const columns = Array.from({ length: table.cells(candidate) }, (_, column) => column);
  if (others.length === 0 || columns.some((column) => familyAt(table, candidate, column) !== 'text')) return false;
  return columns.some((column) =>
    others.every((record) => column < table.cells(record) && familyAt(table, record, column) !== 'text'),
  );
}

/** Log-odds from which a record is clear enough a header to pass over the records before it; without evidence they are 0.7. */
export const CLEAR_HEADER = 1.5;

/** Log-odds of a header where one cell is a word above numbers or booleans and the others look like data: likely, and doubtful. */
export const NAME_ABOVE_VALUES = 0.8;

/** Marks of a missing value, which stand in columns of numbers. */
const MISSING = /^(n\.?\/?a\.?|nan|null|none|nil|inf(inity)?|missing|unknown|tbd|k\.? ?a\.?|-+|\?+)$/i;

/** Whether a text marks a missing value. */
export const isMissing = (text: string): boolean => MISSING.test(text);

const isName = (text: string): boolean => /\p{L}/u.test(text) && !isMissing(text);

/** Families of which one word above all values of a column is its name. */
const NAMED_FAMILIES: ReadonlySet<Family | null> = new Set(['number', 'boolean']);

/** The families of the cells of a column that are not empty. */
const filledFamilies = (table: SampleTable, column: number, cells: readonly number[]): Family[] =>
  cells.map((record) => familyAt(table, record, column)).filter((family) => family !== 'none');

/** The family that all have; null where there is none, or more than one. */
const onlyFamily = ([first, ...others]: readonly Family[]): Family | null =>
  first !== undefined && others.every((family) => family === first) ? first : null;

/** Whether a column has values, and none of this family: "No" above numbers is a word. */
function isOfOthers(table: SampleTable, column: number, cells: readonly number[], family: Family): boolean {
  const found = filledFamilies(table, column, cells);
  return found.length > 0 && !found.includes(family);
}

/**
 * Whether one of the texts that stand among values of another kind has the form of this one, digits in it: `12.5*` above 13.1 and `9.8*`, or
 * a date with a note.
 */
function isLikeSomeValue(table: SampleTable, column: number, name: string, cells: readonly number[]): boolean {
  const form = formOfDigits(name);
  if (!form.includes('0')) return false;
  return cells.some(
    (record) => familyAt(table, record, column) === 'text' && formOfDigits(table.text(record, column).trim()) === form,
  );
}

/** A text with one 0 for each number in it, with its marks. */
const formOfDigits = (text: string): string => text.replace(/\d+(?:[.,]\d+)*/g, '0');

/** Log-odds of a number above a column of dates or booleans only; 0 above other columns. */
function labelLogOdds(table: SampleTable, column: number, cells: readonly number[]): number {
  const filled = filledFamilies(table, column, cells);
  const only = onlyFamily(filled);
  if (only !== 'date' && only !== 'boolean') return 0;
  return Math.min(1.5, Math.log(0.5 * (filled.length + 1)));
}

/** From log-odds to a probability. */
export const probability = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** Log-odds from whether the name recurs below, or differs from the column in its form. */
function textLogOdds(table: SampleTable, column: number, name: string, cells: readonly number[]): number {
  const values = valuesOf(table, column, cells);
  if (values.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value.toLowerCase(), (counts.get(value.toLowerCase()) ?? 0) + 1);
  const once = [...counts.values()].filter((count) => count === 1).length;
  const newValue = (once + 0.5) / (values.length + 1);
  if (counts.has(name.toLowerCase())) return Math.max(-PER_COLUMN, Math.log(0.02 / (1 - Math.min(0.95, newValue))));
  const form = formLogOdds(name, values);
  return (form < 0 ? form : Math.max(Math.log(0.98 / newValue), form)) - (name.length > 60 ? 1.5 : 0);
}

/** Log-odds from whether the words of the name often name columns, or it is spelled like an identifier; less where values are such words. */
function namingLogOdds(table: SampleTable, column: number, name: string, cells: readonly number[]): number {
  const found = namingOf(name);
  if (found === 0) return 0;
  const start = name.slice(0, wordsOf(name)[0]!.length + 1);
  const values = valuesOf(table, column, cells.slice(0, 20));
  // A name that values begin with is none: key=1, key=2.
  const shared = values.filter((value) => value.startsWith(start) || namingOf(value) === found).length;
  return clamp(Math.log(OFTEN_NAMES / ((shared + 0.04) / (values.length + 1))), found);
}

/** How often a name is made of such words. */
const OFTEN_NAMES = 0.6;

/** The most that the words of a text say for a name: 0 if none of them often names columns. */
function namingOf(text: string): number {
  if (text.length > 60) return 0;
  const words = wordsOf(text);
  const known = words.filter((word) => HEADER_WORDS.has(word.replace(/\p{N}+$/u, ''))).length;
  if (known === words.length || HEADER_WORDS.has(words.join('_'))) return 2.5;
  const spelled = /^[a-z]+(_[a-z0-9]+)+$|^[a-z]+([A-Z][a-z0-9]+)+$/.test(text);
  return known > 0 || spelled ? 1 : 0;
}

const valuesOf = (table: SampleTable, column: number, records: readonly number[]): string[] =>
  records.map((record) => table.text(record, column).trim()).filter(Boolean);

const wordsOf = (name: string): string[] => headerKeys([name])[0]!.key.split('_');

/** Properties that all values of a text column may have, and how often a header has them: a property rare in headers is evidence for data. */
const FORMS: readonly { of: (value: string) => unknown; inHeaders: number }[] = [
  { of: (value) => value.length, inHeaders: 0.5 },
  { of: (value) => /\s/.test(value), inHeaders: 0.5 },
  { of: (value) => value === value.toUpperCase(), inHeaders: 0.5 },
  { of: (value) => value === value.toLowerCase(), inHeaders: 0.5 },
  { of: (value) => /\p{N}/u.test(value), inHeaders: 0.2 },
  { of: (value) => /[^\p{L}\p{M}\p{N}\s_-]/u.test(value), inHeaders: 0.2 },
  // k_104, k_2210: the letters that all begin with.
  { of: (value) => /^\p{L}*/u.exec(value)![0], inHeaders: 0.5 },
];

function formLogOdds(name: string, values: readonly string[]): number {
  let foreign = 0;
  let alike = 0;
  for (const { of, inHeaders } of FORMS) {
    const usual = of(values[0]!);
    if (!values.every((value) => of(value) === usual)) continue;
    // Of headers half would differ, of values at most one in n + 1.
    if (of(name) !== usual) foreign = Math.max(foreign, Math.log(0.5 * (values.length + 1)));
    else if (usual === true && inHeaders < 0.5 && values.length > 1) alike += Math.log(inHeaders);
  }
  return Math.max(-2, foreign + alike);
}

/** Equal names in a header are rare; equal cells in a row of data are not, if the rows below have them. */
function duplicatesLogOdds(names: readonly string[], body: readonly number[], table: SampleTable): number {
  const hasRepeat = (cells: readonly string[]): boolean => {
    const filled = cells.filter(Boolean);
    return new Set(filled).size < filled.length;
  };
  if (!hasRepeat(names)) return 0;
  const rows = body
    .slice(0, 50)
    .map((record) => Array.from({ length: table.cells(record) }, (_, column) => table.text(record, column)));
  return Math.min(0, Math.log(0.15 / ((rows.filter(hasRepeat).length + 0.5) / (rows.length + 1))));
}

/** A header that is quoted unlike the rows below was written by other code than the rows. */
function quotingLogOdds(table: SampleTable, candidate: number, body: readonly number[], columns: number): number {
  for (let column = 0; column < columns; column++) {
    const filled = body.filter((record) => column < table.cells(record) && table.isFilled(record, column));
    if (filled.length < 2 || !table.isFilled(candidate, column)) continue;
    const quoted = table.isQuoted(filled[0]!, column);
    if (
      quoted !== table.isQuoted(candidate, column) &&
      filled.every((record) => table.isQuoted(record, column) === quoted)
    ) {
      return Math.min(2, Math.log(0.3 * (filled.length + 1)));
    }
  }
  return 0;
}

/**
 * The columns whose names form a series: years in order, anything else (days, say) by equal steps in four columns or more, or by one in
 * all columns (0, 1, 2). Such headers look like values.
 */
function seriesOf(names: readonly string[]): Set<number> {
  const found = new Set<number>();
  const places = names.map(placeOf);
  const stepTo = (column: number): number => places[column]! - places[column - 1]!;
  const isYear = (column: number): boolean => /^(19|20)\d\d$/.test(names[column]!);
  for (let from = 0; from + 1 < names.length; ) {
    const step = stepTo(from + 1);
    const continues = (to: number): boolean =>
      stepTo(to) === step || (isYear(from) && isYear(to) && Math.sign(stepTo(to)) === Math.sign(step));
    let to = from + 1;
    while (to < names.length && continues(to)) to++;
    const length = to - from;
    const isSeries = isYear(from)
      ? length >= 2
      : length >= 4 || (length >= 3 && length === names.length && Math.abs(step) === 1);
    if (Math.abs(step) > 0 && isSeries) for (let column = from; column < to; column++) found.add(column);
    from = Math.max(to - 1, from + 1);
  }
  return found;
}

function placeOf(name: string): number {
  if (/^\d{1,6}$/.test(name)) return Number(name);
  if (/^\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?$/.test(name)) {
    return Date.parse(`${name.replace(/^(\d{1,2})\.(\d{1,2})\./, '$2/$1/')} UTC`) / 86_400_000;
  }
  return Number.NaN;
}

function textsOf(table: SampleTable, record: number): string[] {
  return Array.from({ length: Math.min(COLUMNS, table.cells(record)) }, (_, column) =>
    table.text(record, column).trim(),
  );
}

function familyOf(text: string): Family {
  const bytes = Buffer.from(text);
  return FAMILY[kindOf(bytes, 0, bytes.length, true)];
}

export const familyAt = (table: SampleTable, record: number, column: number): Family =>
  FAMILY[kindAt(table, record, column)];

const clamp = (value: number, bound: number): number => Math.max(-bound, Math.min(bound, value));

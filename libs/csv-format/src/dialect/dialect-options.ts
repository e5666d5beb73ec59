import { ENCODINGS, encodingNamed } from '../encoding/encodings.js';
import type { DialectOptions } from '../model.js';

/** An option that is not valid. */
export interface OptionFault {
  /** Its name, as in the query. */
  option: string;
  detail: string;
}

export type OptionName = keyof DialectOptions;

/** The value that an option's text stands for, or why it is not valid. */
export type OptionReading<T> = { value: T } | { detail: string };

const DELIMITER_NAMES: ReadonlyMap<string, string> = new Map([
  ['comma', ','],
  ['semicolon', ';'],
  ['tab', '\t'],
  ['\\t', '\t'],
  ['pipe', '|'],
  ['space', ' '],
  ['colon', ':'],
  ['caret', '^'],
  ['tilde', '~'],
]);
const QUOTE_NAMES: ReadonlyMap<string, string> = new Map([
  ['none', ''],
  ['double', '"'],
  ['single', "'"],
]);
/** Means the quote itself, which may not be known yet. */
const DOUBLED = 'doubled';
const ESCAPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['backslash', '\\'],
  [DOUBLED, DOUBLED],
]);

const MAX_SKIP = 100_000;

const value = <T>(meant: T): OptionReading<T> => ({ value: meant });
const fault = (detail: string): { detail: string } => ({ detail });

const READERS: { [Name in OptionName]-?: (text: string) => OptionReading<NonNullable<DialectOptions[Name]>> } = {
  delimiter: (text) => {
    const meant = DELIMITER_NAMES.get(text.toLowerCase()) ?? text;
    // A letter is probably a mistyped name ("t" for a tab). One byte, because records are read as bytes.
    return /^[\x01-\x7f]$/.test(meant) && !/[\r\n"a-z0-9]/i.test(meant)
      ? value(meant)
      : fault(
          `must be one ASCII character, but no letter, digit, double quote or line break; or ${[...DELIMITER_NAMES.keys()].join(', ')}`,
        );
  },
  quote: (text) => {
    const meant = QUOTE_NAMES.get(text.toLowerCase()) ?? text;
    return meant === '' || isPunctuation(meant)
      ? value(meant)
      : fault('must be one ASCII punctuation character; or none, double, single');
  },
  escape: (text) => {
    const meant = ESCAPE_NAMES.get(text.toLowerCase()) ?? text;
    return meant === DOUBLED || isPunctuation(meant)
      ? value(meant)
      : fault('must be one ASCII punctuation character; or doubled, backslash');
  },
  encoding: (text) => {
    const name = encodingNamed(text);
    return name === null ? fault(`must be one of ${ENCODINGS.join(', ')}`) : value(name);
  },
  decimal: (text) => (text === '.' || text === ',' ? value(text) : fault('must be . or ,')),
  header: (text) => {
    const meant = (['true', 'false', 'auto'] as const).find((known) => known === text.toLowerCase());
    return meant ? value(meant) : fault('must be true, false or auto');
  },
  skip: (text) => countOption(text, MAX_SKIP),
};

/** All options, in the order in which faults are reported. */
export const OPTION_NAMES = Object.keys(READERS) as readonly OptionName[];

/** The value of one option: names become characters (`tab` -> "\t", `none` -> ""). The caller handles `auto`. */
export function readOption<Name extends OptionName>(
  name: Name,
  text: string,
): OptionReading<NonNullable<DialectOptions[Name]>> {
  const reader: (text: string) => OptionReading<unknown> = READERS[name];
  return reader(text) as OptionReading<NonNullable<DialectOptions[Name]>>;
}

/** Faults of options that are each valid: a character with two meanings, an escape without a quote. */
export function conflictsOf(options: DialectOptions): OptionFault[] {
  const { delimiter, quote, escape: escapeMark } = options;
  const faults: OptionFault[] = [];
  if (delimiter !== undefined && delimiter === quote)
    faults.push({ option: 'quote', detail: 'must not be the delimiter' });
  if (escapeMark !== undefined && escapeMark === delimiter)
    faults.push({ option: 'escape', detail: 'must not be the delimiter' });
  if (escapeMark !== undefined && quote === '')
    faults.push({ option: 'escape', detail: 'has no meaning where nothing is quoted' });
  return faults;
}

/**
 * The options from a query's parameters (strings; numbers are taken too). What is absent or `auto` is left to
 * detection; other parameters are ignored. All faults are reported together.
 */
export function readDialectOptions(
  query: Readonly<Record<string, unknown>>,
): { options: DialectOptions; faults: readonly [] } | { options: null; faults: readonly OptionFault[] } {
  const read = new Map<OptionName, unknown>();
  const faults: OptionFault[] = [];
  for (const name of OPTION_NAMES) {
    const reading = readParameter(query, name, (text) => readOption(name, text));
    if (reading === null) continue;
    if ('value' in reading) read.set(name, reading.value);
    else faults.push({ option: name, detail: reading.detail });
  }
  const options: DialectOptions = Object.fromEntries(read);
  faults.push(...conflictsOf(options));
  return faults.length > 0 ? { options: null, faults } : { options, faults: [] };
}

/** One parameter of a query; null where it is absent or `auto`. @param read what its text stands for */
export function readParameter<T>(
  query: Readonly<Record<string, unknown>>,
  name: string,
  read: (text: string) => OptionReading<T>,
): OptionReading<T> | null {
  const given = Object.hasOwn(query, name) ? query[name] : undefined;
  if (given === undefined || given === 'auto') return null;
  return typeof given === 'string' || typeof given === 'number'
    ? read(String(given))
    : fault('must be given once, as text');
}

const isPunctuation = (text: string): boolean => /^[!-/:-@[-`{-~]$/.test(text);

/** A whole number, which an option gives as text. */
export function countOption(text: string, max: number): OptionReading<number> {
  return /^\d{1,10}$/.test(text) && Number(text) <= max
    ? value(Number(text))
    : fault(`must be a whole number from 0 to ${max}`);
}

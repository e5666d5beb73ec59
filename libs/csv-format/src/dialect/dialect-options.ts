import { ENCODINGS, encodingNamed } from '../encoding/encodings.js';
import type { DialectOptions } from '../model.js';
import {
  countOption,
  dateFormatOption,
  fault,
  listOption,
  type OptionReading,
  thousandsOption,
  typesOption,
  value,
} from './option-values.js';

/** An option that is not valid. */
export interface OptionFault {
  /** Its name, as in the query. */
  option: string;
  detail: string;
}

export type OptionName = keyof DialectOptions;

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
/** They are looked for in the last 16 MiB of the file. */
const MAX_SKIP_FOOTER = 100;

const MAX_DELIMITER = 4;
/** Letters and digits of ASCII alone are probably a mistyped name ("t" for a tab); `þ` separates cells in files of law firms. */
const DELIMITER = /^(?![A-Za-z0-9]*$)[^\0\r\n"\p{Cs}]+$/u;
const COMMENT = /^[!-/:-@[-`{-~]{1,4}$/;

const READERS: { [Name in OptionName]-?: (text: string) => OptionReading<NonNullable<DialectOptions[Name]>> } = {
  delimiter: (text) => {
    const meant = DELIMITER_NAMES.get(text.toLowerCase()) ?? text;
    return DELIMITER.test(meant) && [...meant].length <= MAX_DELIMITER
      ? value(meant)
      : fault(
          `must be 1 to ${MAX_DELIMITER} characters, not only letters and digits of ASCII, without a double quote or line break; or ${[...DELIMITER_NAMES.keys()].join(', ')}`,
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
  thousands: thousandsOption,
  header: choiceOption,
  skip: (text) => countOption(text, MAX_SKIP),
  trim: choiceOption,
  comment: (text) => (COMMENT.test(text) ? value(text) : fault('must be 1 to 4 ASCII punctuation characters')),
  skip_after_header: (text) => countOption(text, MAX_SKIP),
  skip_footer: (text) => countOption(text, MAX_SKIP_FOOTER),
  names: listOption,
  types: typesOption,
  null_values: listOption,
  date_format: dateFormatOption,
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

/** Faults of options that are each valid: a character with two meanings, an option that another one leaves without a meaning. */
export function conflictsOf(options: DialectOptions): OptionFault[] {
  const { delimiter, quote, escape: escapeMark, comment, thousands, decimal } = options;
  const faults: OptionFault[] = [];
  const add = (isFault: boolean | undefined, option: OptionName, detail: string): void => {
    if (isFault) faults.push({ option, detail });
  };
  add(quote !== '' && quote !== undefined && delimiter?.includes(quote), 'quote', 'must not be part of the delimiter');
  add(escapeMark !== undefined && delimiter?.includes(escapeMark), 'escape', 'must not be part of the delimiter');
  add(escapeMark === DOUBLED && quote === '', 'escape', 'doubles the quote, but nothing is quoted');
  if (comment !== undefined) {
    const isBoth = (mark: string | undefined): boolean =>
      mark !== undefined && mark !== '' && (comment.startsWith(mark) || mark.startsWith(comment));
    add(isBoth(delimiter), 'comment', 'must not begin as the delimiter does: a record may begin with an empty cell');
    add(isBoth(quote), 'comment', 'must not begin with the quote');
    add(quote === '' && isBoth(escapeMark), 'comment', 'must not begin with the escape');
  }
  add(thousands !== undefined && thousands === decimal, 'thousands', 'must not be the decimal mark');
  add(
    (options.skip_after_header ?? 0) > 0 && options.header === 'false',
    'skip_after_header',
    'has no meaning where header=false says that there is no header',
  );
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

function choiceOption(text: string): OptionReading<'true' | 'false' | 'auto'> {
  const meant = (['true', 'false', 'auto'] as const).find((known) => known === text.toLowerCase());
  return meant ? value(meant) : fault('must be true, false or auto');
}

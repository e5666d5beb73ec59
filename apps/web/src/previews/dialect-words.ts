import type { Schemas } from '../api/client.js';
import type { OptionName, Options } from '../uploads/options.js';
import { nameOfDelimiter, nameOfQuote } from '../uploads/words.js';

type Dialect = Schemas['UploadDialectDto'];

const yesNo = (is: boolean) => (is ? 'yes' : 'no');
const MARKS: Record<string, string> = { '.': 'point', ',': 'comma', "'": 'apostrophe', ' ': 'space' };
const mark = (character: string) => (character === '' ? 'none' : (MARKS[character] ?? character));

/** What was detected, in the words of the options. */
export const detectedWords = (dialect: Dialect, footerLines: number): Partial<Record<OptionName, string>> => ({
  delimiter: nameOfDelimiter(dialect.delimiter),
  quote: nameOfQuote(dialect.quote),
  escape: dialect.escape === '' ? 'none' : dialect.escape === dialect.quote ? 'doubled quote' : dialect.escape,
  header: yesNo(dialect.has_header),
  encoding: dialect.encoding,
  decimal: mark(dialect.decimal),
  thousands: mark(dialect.thousands),
  trim: yesNo(dialect.trim),
  skip: String(dialect.preamble_lines),
  ...(footerLines > 0 && { skip_footer: String(footerLines) }),
});

/** Below this, a verdict is shown as one to be looked at. */
export const isUnsure = (confidence: number): boolean => confidence < 0.9;

/** Whether another reading is worth a click: beside a sure verdict, one of under a percent only raises doubts. */
export const isWorthOffering = (confidence: number, ofVerdict: number): boolean =>
  confidence >= 0.01 || isUnsure(ofVerdict);

interface Difference {
  option: OptionName;
  value: string;
  words: string;
}

/** In what another dialect differs, as options that declare it, so that a click gives what was offered. */
export function differencesOf(dialect: Dialect, other: Dialect): Difference[] {
  const found: Difference[] = [];
  if (other.encoding !== dialect.encoding)
    found.push({ option: 'encoding', value: other.encoding, words: other.encoding });
  if (other.delimiter !== dialect.delimiter)
    found.push({ option: 'delimiter', value: other.delimiter, words: nameOfDelimiter(other.delimiter) });
  if (other.quote !== dialect.quote)
    found.push({
      option: 'quote',
      value: other.quote || 'none',
      words: other.quote ? `quote ${other.quote}` : 'no quotes',
    });
  if (other.has_header !== dialect.has_header)
    found.push({
      option: 'header',
      value: String(other.has_header),
      words: other.has_header ? 'with a header' : 'without a header',
    });
  return found;
}

/** Options that cut the file into other cells, or read other names: what was told of single columns is not about these any more. */
const CUTTING: readonly OptionName[] = [
  'delimiter',
  'quote',
  'escape',
  'header',
  'encoding',
  'skip',
  'skip_after_header',
  'comment',
];

export const areCellsTheSame = (before: Options, after: Options): boolean =>
  CUTTING.every((name) => before[name] === after[name]);

import type { Dialect, DialectOptions } from '../model.js';
import { chooseDelimiter, ODDS_SCALE } from './delimiter-choice.js';
import { type DialectVerdict, detectDialect, unusedDelimiter } from './detect-dialect.js';
import { possibleQuotings } from './quoting-choice.js';

/** Another way to read a file, and the probability that it is the right one. */
export interface DialectAlternative {
  dialect: Omit<Dialect, 'encoding'>;
  confidence: number;
}

/** Each of them is detected once more, so the first part of a sample must do. */
const COMPARED_BYTES = 128 * 1024;
const MOST_DELIMITERS = 4;
const LEAST_CONFIDENCE = 0.001;

/**
 * What a file's dialect may be instead, most likely first: another delimiter or one column, other quotes, with or without a header. Each
 * differs from the verdict in one part, and in what follows from it. What is declared, or certain, has no alternative.
 * @param sample as `detectDialect` takes it @param whole whether it is all of the file @param verdict what was detected in it
 */
export function alternativeDialects(
  sample: Buffer,
  options: DialectOptions,
  whole: boolean,
  { dialect, certainty }: DialectVerdict,
): DialectAlternative[] {
  if (dialect.confidence === 0) return [];
  const bytes = sample.subarray(0, COMPARED_BYTES);
  const isWhole = whole && bytes.length === sample.length;
  const other = (change: DialectOptions, doubt: number, share = 1): DialectAlternative => ({
    dialect: detectDialect(bytes, { ...options, ...change }, isWhole).dialect,
    confidence: Math.min(dialect.confidence, (dialect.confidence / (1 - doubt)) * doubt * share),
  });
  const found: DialectAlternative[] = [];
  if (options.header !== 'true' && options.header !== 'false' && certainty.header < 1)
    found.push(other({ header: dialect.has_header ? 'false' : 'true' }, 1 - certainty.header));
  if (options.delimiter === undefined && certainty.delimiter < 1) {
    const others = otherDelimiters(bytes, options, dialect, isWhole);
    const sum = others.reduce((odds, one) => odds + one.odds, 0);
    for (const { delimiter, odds } of others) found.push(other({ delimiter }, 1 - certainty.delimiter, odds / sum));
  }
  if (options.quote === undefined && certainty.quoting < 1) {
    const quotes = ['"', "'", ''].filter((quote) => quote !== dialect.quote && (quote === '' || bytes.includes(quote)));
    for (const quote of quotes)
      found.push(other({ quote, escape: undefined }, 1 - certainty.quoting, 1 / quotes.length));
  }
  return found
    .map((one) => withConfidence(one.dialect, one.confidence))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence);
}

/** Whatever its own detection says: as an alternative it is as likely as this. */
function withConfidence(dialect: DialectAlternative['dialect'], confidence: number): DialectAlternative {
  const rounded = Math.round(confidence * 1000) / 1000;
  return { dialect: { ...dialect, confidence: rounded }, confidence: rounded };
}

/** The delimiters that were not taken, best first, with odds that can be compared; one column is a delimiter that does not occur. */
function otherDelimiters(
  bytes: Buffer,
  options: DialectOptions,
  { delimiter: taken, trim, comment }: DialectAlternative['dialect'],
  isWhole: boolean,
): { delimiter: string; odds: number }[] {
  const given = { trim, comment };
  const { best, others } = chooseDelimiter(bytes, 0, possibleQuotings(bytes, options, undefined), isWhole, given);
  return [best, ...others]
    .map(({ delimiter, score }) => ({
      delimiter: delimiter ?? unusedDelimiter(bytes),
      odds: Math.exp(ODDS_SCALE * (score - best.score)),
    }))
    .filter(({ delimiter }) => delimiter !== taken && !options.comment?.startsWith(delimiter))
    .slice(0, MOST_DELIMITERS);
}

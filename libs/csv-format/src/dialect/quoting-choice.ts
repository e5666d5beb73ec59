import { type CsvGrammar, latin1Of } from '../records/grammar.js';
import { readSample, type SampleTable, WHOLE_SAMPLE } from './sample-table.js';
import { usualWidth } from './table-shape.js';

export type Quoting = readonly [quote: string, escape: string];

export interface QuotingChoice {
  quote: string;
  escape: string;
  /** 0 to 1; 1 where no other way reads the sample otherwise. */
  certainty: number;
  /** Whether another way comes near, so that the owner of the file is told. */
  isContested: boolean;
}

/** Quotes that are detected; others must be declared. */
const QUOTES = ['"', "'"];

/**
 * The ways of quoting to try: those whose characters occur, and no quotes. What is declared is fixed, and a known delimiter is no quote.
 * The first one is chosen where all read the sample alike.
 */
export function possibleQuotings(
  sample: Buffer,
  options: { quote?: string; escape?: string },
  delimiter: string | undefined,
): Quoting[] {
  const { quote: declared = QUOTES.find((quote) => quote === options.escape) } = options;
  const quotes =
    declared !== undefined ? [declared] : QUOTES.filter((quote) => quote === '"' || sample.includes(quote));
  const none: Quoting = ['', options.escape === undefined || options.escape === 'doubled' ? '' : options.escape];
  const quotings = quotes.flatMap((quote): Quoting[] => {
    if (quote === '') return [none];
    if (options.escape !== undefined) return [[quote, options.escape === 'doubled' ? quote : options.escape]];
    const doubled: Quoting = [quote, quote];
    return sample.includes(`\\${quote}`) ? [doubled, [quote, '\\']] : [doubled];
  });
  const occurs = quotes.some((quote) => quote !== '' && sample.includes(quote));
  const all = declared === undefined && occurs ? [...quotings, none] : quotings;
  const possible = all.filter(
    (marks) => delimiter === undefined || !marks.some((mark) => mark !== '' && delimiter.includes(mark)),
  );
  return possible.length > 0 ? possible : [none];
}

/**
 * How cells are quoted, given the delimiter, over all of the sample.
 * A way of quoting scores by how even its records are and how many of its quotes are well-formed. It loses by what other ways find
 * well-formed and it does not use. So no quotes at all wins only where cells begin with quotes that do not close at the end of a
 * cell ("Foo" she said). An apostrophe counts as a quote only where it encloses a delimiter or line break that would break its record,
 * contains escaped apostrophes, or encloses nearly all cells of a column or of a small file.
 * Without any quotes in the sample: `"`, doubled, as in RFC 4180, because later records may have one.
 */
export function chooseQuoting(
  sample: Buffer,
  from: number,
  delimiter: string | null,
  quotings: readonly Quoting[],
  whole: boolean,
  given: Pick<CsvGrammar, 'trim' | 'comment'> = {},
): QuotingChoice {
  const readings = quotings.map(([quote, escapeMark]) => {
    const grammar: CsvGrammar = {
      ...given,
      delimiter: latin1Of(delimiter ?? ''),
      quote,
      escape: escapeMark,
      newline: 'mixed',
    };
    return new QuotedReading(quote, escapeMark, readSample(sample, from, grammar, WHOLE_SAMPLE, whole));
  });
  const bare = readings.find(({ quote }) => quote === '');
  const used = readings.filter((reading) => reading.isUsed(bare));
  const scored = readings
    .map((reading) => {
      const overlooked = Math.max(
        0,
        ...used.filter(({ quote }) => quote !== reading.quote).map((other) => other.wellFormed),
      );
      const sound = reading.begun === 0 ? 1 : used.includes(reading) ? reading.wellFormed : 0;
      return { reading, score: reading.evenness * sound * (1 - overlooked) };
    })
    .sort((a, b) => b.score - a.score);
  const { reading: best, score } = scored[0]!;
  // A way that reads every cell alike is no alternative.
  const next = scored.find(({ reading }) => !reading.readsLike(best))?.score ?? 0;
  // Where nothing is quoted the first of `quotings` is chosen, the quote of RFC 4180.
  const chosen = best.quote !== '' || best.begun > 0 || !readings[0]!.readsLike(best) ? best : readings[0]!;
  const share = score === 0 ? 0.5 : score ** 2 / (score ** 2 + next ** 2);
  const isGuess = best.table.quoted === 0 && best.table.malformed > 1;
  return {
    quote: chosen.quote,
    escape: chosen.escapeMark,
    certainty: share === 1 || isGuess ? share : RIGHT_IF_CONTESTED,
    isContested: share < CONTESTED,
  };
}

/**
 * Of some 1,330 made files where another way of quoting comes near, all but two are read by the right one: one quote that is damaged, or
 * quotes behind backslashes. Where several cells begin with a quote and none is quoted well, the scores are all that is known.
 */
const RIGHT_IF_CONTESTED = 0.99;
/** A smaller share of the two best scores is told. */
const CONTESTED = 0.9;

/** Share of a column's cells that an apostrophe must enclose to be a quote. */
const MOST_OF_A_COLUMN = 0.8;

/** Well-formed quotes that are added to every count: one or two stray ones are damage, three mean a file without quoting. */
const ASSUMED_WELL_FORMED = 2;

class QuotedReading {
  /** Share of the records that have the usual width. */
  readonly evenness: number;
  /** Cells that begin with the quote, and lines with a quote that closes nowhere. */
  readonly begun: number;
  /** Share of them that end with it too. */
  readonly wellFormed: number;

  constructor(
    readonly quote: string,
    readonly escapeMark: string,
    readonly table: SampleTable,
  ) {
    const usual = usualWidth(table);
    this.evenness =
      table.width.filter((width) => width === usual).length / Math.max(1, table.records + table.unclosedLines);
    this.begun = table.quoted + table.malformed + table.unclosedLines;
    this.wellFormed = this.begun === 0 ? 1 : (table.quoted + ASSUMED_WELL_FORMED) / (this.begun + ASSUMED_WELL_FORMED);
  }

  isUsed(bare: QuotedReading | undefined): boolean {
    if (this.quote === '' || this.begun === 0) return false;
    if (this.quote !== "'" || !bare) return true;
    const { quoted, protecting, escaped, malformed } = this.table;
    if (quoted === 0) return false;
    const holds = protecting > 0 && this.evenness > bare.evenness;
    return holds || (escaped > 0 && malformed === 0) || this.surroundsAColumn() || this.surroundsAll();
  }

  readsLike(other: QuotedReading): boolean {
    const [a, b] = [this.table, other.table];
    return (
      this.evenness === other.evenness &&
      a.quoted === b.quoted &&
      a.malformed === b.malformed &&
      a.protecting === b.protecting &&
      (a.quoted === 0 || this.quote === other.quote)
    );
  }

  /** Whether every cell is quoted, the first record's too, and there are two of them: so is a file of one record. */
  private surroundsAll(): boolean {
    const { table } = this;
    if (table.quoted < 2 || table.malformed > 0 || table.unclosedLines > 0) return false;
    for (let record = 0; record < table.detailed; record++)
      for (let column = 0; column < table.cells(record); column++)
        if (table.isFilled(record, column) && !table.isQuoted(record, column)) return false;
    return true;
  }

  private surroundsAColumn(): boolean {
    const { table } = this;
    const width = usualWidth(table);
    for (let column = 0; column < Math.min(width, WHOLE_SAMPLE.cellsPerRecord); column++) {
      let filled = 0;
      let quoted = 0;
      for (let record = 1; record < table.detailed; record++) {
        if (table.width[record] !== width || !table.isFilled(record, column)) continue;
        filled++;
        if (table.isQuoted(record, column)) quoted++;
      }
      if (quoted > 1 && quoted >= filled * MOST_OF_A_COLUMN) return true;
    }
    return false;
  }
}

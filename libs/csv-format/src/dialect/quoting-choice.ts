import type { CsvGrammar } from '../records/grammar.js';
import { readSample, type SampleTable, WHOLE_SAMPLE } from './sample-table.js';
import { usualWidth } from './table-shape.js';

export type Quoting = readonly [quote: string, escape: string];

export interface QuotingChoice {
  quote: string;
  escape: string;
  /** 0 to 1; 1 where no cell of the sample begins with a quote, so that nothing speaks for or against it. */
  certainty: number;
}

const NONE: Quoting = ['', ''];
/** Detected ones; others are declared. */
const QUOTES = ['"', "'"];

/**
 * The ways of quoting worth trying: those whose characters occur at all, and no quotes. Options decide what they say, and what is
 * known to be the delimiter is no quote. The first one stands where nothing tells them apart.
 */
export function possibleQuotings(
  sample: Buffer,
  options: { quote?: string; escape?: string },
  delimiter: string | undefined,
): Quoting[] {
  const { quote: declared = QUOTES.find((quote) => quote === options.escape) } = options;
  const quotes =
    declared !== undefined ? [declared] : QUOTES.filter((quote) => quote === '"' || sample.includes(quote));
  const quotings = quotes.flatMap((quote): Quoting[] => {
    if (quote === '') return [NONE];
    if (options.escape !== undefined) return [[quote, options.escape === 'doubled' ? quote : options.escape]];
    const doubled: Quoting = [quote, quote];
    return sample.includes(`\\${quote}`) ? [doubled, [quote, '\\']] : [doubled];
  });
  const occurs = quotes.some((quote) => quote !== '' && sample.includes(quote));
  const all = declared === undefined && occurs ? [...quotings, NONE] : quotings;
  const possible = all.filter((marks) => delimiter === undefined || !marks.includes(delimiter));
  return possible.length > 0 ? possible : [NONE];
}

/**
 * How cells are quoted, given the delimiter, over all of the sample.
 * A way of quoting is as good as its records are even and its quotes well-formed; not to see the quotes that others see well-formed
 * counts against it. So no quotes at all is the better reading only where cells begin with quotes that do not close where a cell ends
 * ("Foo" said he). An apostrophe counts as a quote only where it holds a record
 * together, has others escaped between, or stands around nearly all of a column.
 * Without any sign: `"`, doubled, as RFC 4180 has it; a quote may still come.
 */
export function chooseQuoting(
  sample: Buffer,
  from: number,
  delimiter: string | null,
  quotings: readonly Quoting[],
  whole: boolean,
): QuotingChoice {
  const readings = quotings.map(([quote, escapeMark]) => {
    const grammar: CsvGrammar = { delimiter: delimiter ?? '', quote, escape: escapeMark, newline: 'mixed' };
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
  // Who reads every cell alike is no rival.
  const rival = scored.find(({ reading }) => !reading.readsLike(best))?.score ?? 0;
  const certainty = score === 0 ? 0.5 : score ** 2 / (score ** 2 + rival ** 2);
  // Where nothing is quoted the RFC's quote stands for "none seen"; `quotings` has it first.
  const told = best.quote !== '' || best.begun > 0 || !readings[0]!.readsLike(best) ? best : readings[0]!;
  return { quote: told.quote, escape: told.escapeMark, certainty };
}

/** Share of a column's cells that an apostrophe must stand around to be a quote. */
const MOST_OF_A_COLUMN = 0.8;

/** Well-formed quotes that every file has to its credit: one or two stray ones are damage, three are a file without quoting. */
const CREDIT = 2;

class QuotedReading {
  /** Share of the records that have the usual width. */
  readonly evenness: number;
  /** Cells, and given-up lines, that begin with the quote. */
  readonly begun: number;
  /** Share of them that end with it too, a little in favour of quoting. */
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
    this.wellFormed = this.begun === 0 ? 1 : (table.quoted + CREDIT) / (this.begun + CREDIT);
  }

  isUsed(bare: QuotedReading | undefined): boolean {
    if (this.quote === '' || this.begun === 0) return false;
    if (this.quote !== "'" || !bare) return true;
    const { quoted, protecting, escaped, malformed } = this.table;
    if (quoted === 0) return false;
    const holds = protecting > 0 && this.evenness > bare.evenness;
    return holds || (escaped > 0 && malformed === 0) || this.surroundsAColumn();
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

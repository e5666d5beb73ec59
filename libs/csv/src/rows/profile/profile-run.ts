import type { CsvColumn } from '@app/csv-format';
import type { EntityManager } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { isOwnTable } from '../../uploads/upload-tables.js';
import { type ColumnProfile, type HistogramBucket, profileValue, type TopValue } from './column-profile.js';
import { BUCKETS, type CountedPart, HASH_BITS, ProfileSql, TOP_VALUES } from './profile-sql.js';

/**
 * In an upload of more than `exactCells` cells, a column that may have more than `manyDistinct` distinct values is estimated; a sample of
 * about `sampledRows` rows tells which. Counting all its values would fill the disk with temporary files.
 */
export interface ProfileLimits {
  exactCells: number;
  manyDistinct: number;
  sampledRows: number;
}

/** Limits of one pass: of its columns, and of the distinct values of all columns that are counted exactly in a big upload. */
const MAX_COLUMNS = 100;
const MAX_GROUPS = 500_000;

interface Extremes {
  filled: number;
  min: string | null;
  max: string | null;
}

/** A row of `ProfileSql.counts`. */
interface CountsRow {
  n: number;
  different: string;
  once: string;
  seen: string;
  top: { value: string; count: number }[];
}

type ColumnValues = Pick<
  ColumnProfile,
  'distinct' | 'distinct_is_estimate' | 'top_values' | 'top_values_are_estimates'
>;

/**
 * One run over the values of an upload, in one transaction. It takes two passes over the rows for up to 100 columns: the first finds the
 * filled cells and the bounds, the second counts values and fills the histograms between those bounds.
 */
export class ProfileRun {
  private readonly sql: ProfileSql;

  constructor(
    private readonly manager: EntityManager,
    private readonly upload: CsvUpload,
    private readonly limits: ProfileLimits,
  ) {
    this.sql = new ProfileSql(upload);
  }

  /** @throws the signal's reason, between two statements */
  async profile(signal: AbortSignal): Promise<ColumnProfile[]> {
    const { columns, processed_rows: rows, rows_table } = this.upload;
    // Only an upload's own table can be sampled; the others are small.
    const sampled = isOwnTable(rows_table) && rows * columns.length > this.limits.exactCells;
    const fitting = sampled ? MAX_COLUMNS : Math.floor(this.limits.exactCells / Math.max(1, rows));
    const size = Math.max(1, Math.min(MAX_COLUMNS, fitting));
    const profiles: ColumnProfile[] = [];
    for (let from = 0; from < columns.length; from += size) {
      profiles.push(...(await this.profileOf(columns.slice(from, from + size), sampled, signal)));
    }
    return profiles;
  }

  private async profileOf(columns: CsvColumn[], sampled: boolean, signal: AbortSignal): Promise<ColumnProfile[]> {
    signal.throwIfAborted();
    const extremes = await this.extremes(columns);
    const samples = sampled ? await this.sample(columns) : [];
    const exact = sampled ? this.countable(extremes, samples) : new Set(columns.keys());

    const parts: CountedPart[] = columns.map((column, n) => ({
      column,
      of: exact.has(n) ? 'values' : 'hashed-values',
    }));
    const spans = columns.flatMap((column, n) => spanOf(column, extremes[n]!) ?? []);
    signal.throwIfAborted();
    const counts = await this.counts(this.sql.counts([...parts, ...spans]));

    return columns.map((column, n) => {
      const { filled, min, max } = extremes[n]!;
      const shown = (text: string | null) => (text === null ? null : profileValue(column.type, text));
      const span = spans.findIndex((part) => part.column === column);
      return {
        key: column.key,
        filled,
        empty: this.upload.processed_rows - filled,
        ...(exact.has(n) ? countedValues(column, counts[n]) : estimatedValues(column, filled, counts[n], samples[n])),
        min: shown(min),
        max: shown(max),
        histogram: histogramOf(column, extremes[n]!, spans[span], counts[columns.length + span]),
      };
    });
  }

  private async extremes(columns: CsvColumn[]): Promise<Extremes[]> {
    const [row] = await this.manager.query(this.sql.extremes(columns));
    return columns.map((_, n) => ({ filled: Number(row[`filled_${n}`]), min: row[`min_${n}`], max: row[`max_${n}`] }));
  }

  /** By index in `columns`; no entry for a column without a value in the sample. */
  private sample(columns: CsvColumn[]): Promise<CountsRow[]> {
    const percent = Math.min(100, (100 * this.limits.sampledRows) / this.upload.processed_rows);
    const parts = columns.map((column): CountedPart => ({ column, of: 'values' }));
    return this.counts(this.sql.sampledCounts(parts, percent));
  }

  private async counts(statement: string): Promise<CountsRow[]> {
    const rows: CountsRow[] = await this.manager.query(statement);
    const counts: CountsRow[] = [];
    for (const row of rows) counts[row.n] = row;
    return counts;
  }

  /** The columns, by index, that have few enough distinct values to be counted exactly: the ones with the fewest first. */
  private countable(extremes: Extremes[], samples: CountsRow[]): Set<number> {
    const bounds = extremes.map(({ filled }, n) => ({ n, most: mostDistinct(filled, samples[n]) }));
    const countable = new Set<number>();
    let groups = 0;
    for (const { n, most } of bounds.sort((a, b) => a.most - b.most)) {
      groups += most;
      if (most <= this.limits.manyDistinct && groups <= MAX_GROUPS) countable.add(n);
    }
    return countable;
  }
}

/**
 * How many distinct values a column may have, from a sample: the share of its cells whose value occurs once is the probability that
 * another cell has a value that the sample does not know (Good and Turing).
 */
function mostDistinct(filled: number, sample: CountsRow | undefined): number {
  if (!sample) return filled;
  const seen = Number(sample.seen);
  return Number(sample.different) + ((filled - seen) * Number(sample.once)) / seen;
}

const countedValues = (column: CsvColumn, counts: CountsRow | undefined): ColumnValues => ({
  distinct: Number(counts?.different ?? 0),
  distinct_is_estimate: false,
  top_values: topValues(column, counts),
  top_values_are_estimates: false,
});

/** The number of distinct values from those whose hash was counted, the most frequent values from the sample. */
function estimatedValues(
  column: CsvColumn,
  filled: number,
  hashed: CountsRow | undefined,
  sample: CountsRow | undefined,
): ColumnValues {
  const distinct = Number(hashed?.different ?? 0) * 2 ** HASH_BITS;
  // The sample has whole pages of the table, so its share is not exactly that of its rows.
  const share = Number(sample?.seen ?? 0) / filled;
  // A value that the sample has once may occur only once in the file.
  const frequent = topValues(column, sample).filter(({ count }) => count > 1);
  return {
    distinct: Math.min(Math.max(distinct, Number(sample?.different ?? 0)), filled),
    distinct_is_estimate: true,
    top_values: frequent.map(({ value, count }) => ({ value, count: Math.round(count / share) })),
    top_values_are_estimates: true,
  };
}

const topValues = (column: CsvColumn, counts: CountsRow | undefined): TopValue[] =>
  (counts?.top ?? [])
    .slice(0, TOP_VALUES)
    .map(({ value, count }) => ({ value: profileValue(column.type, value), count }));

interface Span extends CountedPart {
  of: { from: number; to: number };
}

const isNumeric = ({ type }: CsvColumn): boolean => type === 'integer' || type === 'number';

/** The bounds of a column's numbers, where there is more than one number. */
function spanOf(column: CsvColumn, extremes: Extremes): Span | null {
  const [from, to] = [Number(extremes.min), Number(extremes.max)];
  return isNumeric(column) && to > from && Number.isFinite(to - from) ? { column, of: { from, to } } : null;
}

/** @returns null for a column that has no numbers */
function histogramOf(
  column: CsvColumn,
  { filled, min, max }: Extremes,
  span: Span | undefined,
  counts: CountsRow | undefined,
): HistogramBucket[] | null {
  if (!isNumeric(column)) return null;
  if (!span) return filled === 0 ? [] : [{ from: Number(min), to: Number(max), count: filled }];
  const { from, to } = span.of;
  const width = (to - from) / BUCKETS;
  const found = new Map(counts?.top.map(({ value, count }) => [Number(value), count]));
  return Array.from({ length: BUCKETS }, (_, n) => ({
    from: from + n * width,
    to: n === BUCKETS - 1 ? to : from + (n + 1) * width,
    count: found.get(n + 1) ?? 0,
  }));
}

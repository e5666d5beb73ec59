import type { CsvColumn } from '@app/csv-format';
import type { EntityManager } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { type ColumnProfile, type HistogramBucket, profileValue, type TopValue } from './column-profile.js';
import { BUCKETS, ProfileSql } from './profile-sql.js';

/**
 * In uploads of more than `exactRows` rows, columns with more than `manyDistinct` distinct values are estimated from about `sampledRows`
 * rows: grouping all their values would fill the disk with temporary files.
 */
export interface ProfileLimits {
  exactRows: number;
  manyDistinct: number;
  sampledRows: number;
}

/** Counts one in 64 of the distinct values: of 100,000 some 1,560, which is within 5% of the truth in 95% of cases. */
const HASH_BITS = 6;
/** Limits of the columns that one statement reads, and of the memory that grouping their cells may take. */
const MAX_COLUMNS = 100;
const MAX_CELLS = 2_000_000;

interface Extremes {
  filled: number;
  min: string | null;
  max: string | null;
}

type ColumnValues = Pick<
  ColumnProfile,
  'distinct' | 'distinct_is_estimate' | 'top_values' | 'top_values_are_estimates'
>;

const NO_VALUES: ColumnValues = {
  distinct: 0,
  distinct_is_estimate: false,
  top_values: [],
  top_values_are_estimates: false,
};

/** One run over the values of an upload, in one transaction. */
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
    const profiles: ColumnProfile[] = [];
    for (const columns of slices(this.upload.columns, this.upload.processed_rows)) {
      signal.throwIfAborted();
      profiles.push(...(await this.profileOf(columns)));
    }
    return profiles;
  }

  private async profileOf(columns: CsvColumn[]): Promise<ColumnProfile[]> {
    const extremes = await this.extremes(columns);
    const values = await this.values(columns, extremes);
    const histograms = await this.histograms(columns, extremes);
    return columns.map((column, n) => {
      const { filled, min, max } = extremes[n]!;
      const shown = (text: string | null) => (text === null ? null : profileValue(column.type, text));
      return {
        key: column.key,
        filled,
        empty: this.upload.processed_rows - filled,
        ...(values[n] ?? NO_VALUES),
        min: shown(min),
        max: shown(max),
        histogram: histograms[n] ?? null,
      };
    });
  }

  private async extremes(columns: CsvColumn[]): Promise<Extremes[]> {
    const [row] = await this.manager.query(this.sql.extremes(columns));
    return columns.map((_, n) => ({ filled: Number(row[`filled_${n}`]), min: row[`min_${n}`], max: row[`max_${n}`] }));
  }

  /** By index in `columns`; no entry for a column without a value. */
  private async values(columns: CsvColumn[], extremes: Extremes[]): Promise<ColumnValues[]> {
    if (this.upload.processed_rows > this.limits.exactRows) {
      const found: ColumnValues[] = [];
      for (const [n, column] of columns.entries()) found.push(await this.valuesOfBig(column, extremes[n]!.filled));
      return found;
    }
    return this.exactValues(columns);
  }

  private async exactValues(columns: CsvColumn[]): Promise<ColumnValues[]> {
    const rows: ValuesRow[] = await this.manager.query(this.sql.values(columns));
    const found: ColumnValues[] = [];
    for (const { n, different, top } of rows) {
      found[n] = { ...NO_VALUES, distinct: Number(different), top_values: topValues(columns[n]!, top) };
    }
    return found;
  }

  /** For a column of a big upload: exact where it has few distinct values, otherwise estimated. */
  private async valuesOfBig(column: CsvColumn, filled: number): Promise<ColumnValues> {
    const [hashed] = await this.manager.query(this.sql.distinctByHash(column, HASH_BITS));
    const distinct = Number(hashed.different) * 2 ** HASH_BITS;
    if (distinct <= this.limits.manyDistinct) return (await this.exactValues([column]))[0] ?? NO_VALUES;

    const percent = Math.min(100, (100 * this.limits.sampledRows) / this.upload.processed_rows);
    const [sample]: ValuesRow[] = await this.manager.query(this.sql.sampledValues(column, percent));
    // The sample has whole pages of the table, so its share is not exactly `percent`.
    const share = Number(sample?.seen) / filled;
    // A value that the sample has once may occur only once in the file.
    const frequent = topValues(column, sample?.top ?? []).filter(({ count }) => count > 1);
    return {
      distinct,
      distinct_is_estimate: true,
      top_values: frequent.map(({ value, count }) => ({ value, count: Math.round(count / share) })),
      top_values_are_estimates: true,
    };
  }

  /** By index in `columns`; no entry for a column that has no numbers. */
  private async histograms(columns: CsvColumn[], extremes: Extremes[]): Promise<HistogramBucket[][]> {
    const found: HistogramBucket[][] = [];
    const spans: { column: CsvColumn; n: number; from: number; to: number }[] = [];
    for (const [n, column] of columns.entries()) {
      if (column.type !== 'integer' && column.type !== 'number') continue;
      const { filled } = extremes[n]!;
      const [from, to] = [Number(extremes[n]!.min), Number(extremes[n]!.max)];
      found[n] = filled === 0 ? [] : [{ from, to, count: filled }];
      if (to > from && Number.isFinite(to - from)) spans.push({ column, n, from, to });
    }
    if (spans.length === 0) return found;

    const counts = spans.map(() => new Map<number, number>());
    const rows: { n: number; bucket: number; count: string }[] = await this.manager.query(
      this.sql.histograms(spans.map(({ column }) => column)),
      [spans.map(({ from }) => from), spans.map(({ to }) => to)],
    );
    for (const { n, bucket, count } of rows) counts[n]!.set(bucket, Number(count));
    for (const [index, { n, from, to }] of spans.entries()) found[n] = buckets(from, to, counts[index]!);
    return found;
  }
}

function slices(columns: CsvColumn[], rows: number): CsvColumn[][] {
  const size = Math.max(1, Math.min(MAX_COLUMNS, Math.floor(MAX_CELLS / Math.max(1, rows))));
  return Array.from({ length: Math.ceil(columns.length / size) }, (_, n) => columns.slice(n * size, (n + 1) * size));
}

interface ValuesRow {
  n: number;
  different: string;
  seen: string;
  top: { value: string; count: number }[];
}

const topValues = (column: CsvColumn, top: ValuesRow['top']): TopValue[] =>
  top.map(({ value, count }) => ({ value: profileValue(column.type, value), count }));

function buckets(from: number, to: number, counts: Map<number, number>): HistogramBucket[] {
  const width = (to - from) / BUCKETS;
  return Array.from({ length: BUCKETS }, (_, n) => ({
    from: from + n * width,
    to: n === BUCKETS - 1 ? to : from + (n + 1) * width,
    count: counts.get(n + 1) ?? 0,
  }));
}

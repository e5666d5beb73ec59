import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CsvUpload, UploadColumn } from '../../upload/upload.entity.js';
import { BackgroundStatements } from '../protection/background-statements.js';
import { type ColumnProfile, type HistogramBucket, profileValue, type TopValue } from './column-profile.js';
import { BUCKETS, ProfileSql } from './profile-sql.js';

/** Above so many rows, columns with very many distinct values are estimated: grouping them would fill the disk with temporary files. */
const LIMITS = { exactRows: 1_000_000, manyDistinct: 100_000, sampledRows: 200_000 };
/** One in 64 of the distinct values: of 100,000 some 1,560, so within 5% of the truth nineteen times in twenty. */
const HASH_BITS = 6;
/** An SQL statement may return 1,664 columns; three for each. */
const COLUMNS_AT_A_TIME = 100;

/** A million rows by 20 columns take some 15 s; helpers and memory are those of one job, not of a request. */
const SETTINGS = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 2`;

interface Extremes {
  filled: number;
  min: string | null;
  max: string | null;
}

type ColumnValues = Pick<
  ColumnProfile,
  'distinct' | 'distinct_is_estimate' | 'top_values' | 'top_values_are_estimates'
>;

/** Looks at every value of an upload, column by column. */
@Injectable()
export class ColumnProfiler {
  protected readonly limits = LIMITS;

  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: BackgroundStatements,
  ) {}

  async profile(upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`SET TRANSACTION READ ONLY; ${SETTINGS}`);
      return this.statements.cancellable(manager, signal, () => this.profileIn(manager, upload, signal));
    });
  }

  private async profileIn(manager: EntityManager, upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    const sql = new ProfileSql(upload);
    const extremes = await this.extremes(manager, upload, sql);
    const profiles: ColumnProfile[] = [];
    for (const [index, column] of upload.columns.entries()) {
      signal.throwIfAborted();
      const { filled, min, max } = extremes[index]!;
      const shown = (text: string | null) => (text === null ? null : profileValue(column.type, text));
      profiles.push({
        key: column.key,
        filled,
        empty: upload.processed_rows - filled,
        ...(await this.values(manager, upload, column, sql)),
        min: shown(min),
        max: shown(max),
        histogram: await this.histogram(manager, upload, column, extremes[index]!, sql),
      });
    }
    return profiles;
  }

  private async extremes(manager: EntityManager, { id, columns }: CsvUpload, sql: ProfileSql): Promise<Extremes[]> {
    const found: Extremes[] = [];
    for (let from = 0; from < columns.length; from += COLUMNS_AT_A_TIME) {
      const some = columns.slice(from, from + COLUMNS_AT_A_TIME);
      const [row] = await manager.query(sql.extremes(some), [id]);
      found.push(
        ...some.map((_, n) => ({ filled: Number(row[`filled_${n}`]), min: row[`min_${n}`], max: row[`max_${n}`] })),
      );
    }
    return found;
  }

  private async values(
    manager: EntityManager,
    upload: CsvUpload,
    column: UploadColumn,
    sql: ProfileSql,
  ): Promise<ColumnValues> {
    const estimate = await this.manyDistinct(manager, upload, column, sql);
    if (estimate === null) {
      const [{ distinct, top }] = await manager.query(sql.values(column), [upload.id]);
      return {
        distinct: Number(distinct),
        distinct_is_estimate: false,
        top_values: topValues(column, top),
        top_values_are_estimates: false,
      };
    }
    const share = Math.min(1, this.limits.sampledRows / upload.processed_rows);
    const [{ top }] = await manager.query(sql.sampledValues(column, share * 100), [upload.id]);
    // A value seen once in a sample may be in the file but once.
    const frequent = topValues(column, top).filter(({ count }) => count > 1);
    return {
      distinct: estimate,
      distinct_is_estimate: true,
      top_values: frequent.map(({ value, count }) => ({ value, count: Math.round(count / share) })),
      top_values_are_estimates: true,
    };
  }

  /** About how many distinct values there are, when that is too many to group them; else null. */
  private async manyDistinct(
    manager: EntityManager,
    upload: CsvUpload,
    column: UploadColumn,
    sql: ProfileSql,
  ): Promise<number | null> {
    if (upload.processed_rows <= this.limits.exactRows) return null;
    const [{ distinct }] = await manager.query(sql.distinctByHash(column, HASH_BITS), [upload.id]);
    const estimate = Number(distinct) * 2 ** HASH_BITS;
    return estimate > this.limits.manyDistinct ? estimate : null;
  }

  private async histogram(
    manager: EntityManager,
    { id }: CsvUpload,
    column: UploadColumn,
    { filled, min, max }: Extremes,
    sql: ProfileSql,
  ): Promise<HistogramBucket[] | null> {
    if (column.type !== 'integer' && column.type !== 'number') return null;
    const [from, to] = [Number(min), Number(max)];
    const width = (to - from) / BUCKETS;
    if (filled === 0) return [];
    if (width === 0 || !Number.isFinite(width)) return [{ from, to, count: filled }];
    const rows: { bucket: number; count: string }[] = await manager.query(sql.histogram(column), [id, from, to]);
    const counts = new Map(rows.map(({ bucket, count }) => [bucket, Number(count)]));
    return Array.from({ length: BUCKETS }, (_, n) => ({
      from: from + n * width,
      to: n === BUCKETS - 1 ? to : from + (n + 1) * width,
      count: counts.get(n + 1) ?? 0,
    }));
  }
}

const topValues = (column: UploadColumn, top: { value: string; count: number }[]): TopValue[] =>
  top.map(({ value, count }) => ({ value: profileValue(column.type, value), count }));

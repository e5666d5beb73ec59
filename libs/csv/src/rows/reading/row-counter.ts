import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../upload/upload.entity.js';
import { uploadTags } from '../../upload/upload-tags.js';
import { filterFingerprint } from '../query/fingerprint.js';
import { type CountWish, isFiltered, type RowSelection } from '../query/rows-query.js';
import { QueryTimeout } from '../rows.problems.js';
import { GuardedReads, type ReadLimits } from './guarded-reads.js';
import { RowsReader } from './rows.reader.js';
import type { RowTotal } from './rows-page.js';

/** Counts what a selection holds: exactly while that is quick, else by the planner's estimate. */
@Injectable()
export class RowCounter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly cache: TagCache,
    private readonly reads: GuardedReads,
    private readonly reader: RowsReader,
    private readonly dataSource: DataSource,
  ) {}

  /** Rows of a completed upload never change, so a count is kept as long as the cache keeps anything. */
  async count(
    upload: CsvUpload,
    selection: RowSelection,
    wish: Exclude<CountWish, 'none'>,
    limits: ReadLimits,
  ): Promise<RowTotal> {
    if (!isFiltered(selection)) return { count: upload.processed_rows, isEstimate: false };
    const { value } = await this.cache.read<RowTotal>({
      key: `row-count:${upload.id}:${wish}:${filterFingerprint(selection)}`,
      tags: [uploadTags.one(upload.id)],
      load: () => (wish === 'exact' ? this.exactInTime(upload, selection, limits) : this.estimate(upload, selection)),
    });
    return value;
  }

  private async exactInTime(upload: CsvUpload, selection: RowSelection, limits: ReadLimits): Promise<RowTotal> {
    const timeoutMs = Math.min(limits.timeoutMs, this.config.COUNT_TIMEOUT_MS);
    try {
      const query = this.reader.compilerFor(upload).count(selection);
      const [row] = await this.reads.run({ ...limits, timeoutMs }, (session) => session.all<{ total: string }>(query));
      return { count: Number(row?.total), isEstimate: false };
    } catch (error) {
      if (error instanceof QueryTimeout) return this.estimate(upload, selection);
      throw error;
    }
  }

  private async estimate(upload: CsvUpload, selection: RowSelection): Promise<RowTotal> {
    const [sql, parameters] = this.reader.compilerFor(upload).rowNumbersOfAll(selection).getQueryAndParameters();
    const [{ 'QUERY PLAN': plan }] = await this.dataSource.query(`EXPLAIN (FORMAT JSON) ${sql}`, parameters);
    const planned = Math.round(plan[0].Plan['Plan Rows']);
    return { count: Math.min(planned, upload.processed_rows), isEstimate: true };
  }
}

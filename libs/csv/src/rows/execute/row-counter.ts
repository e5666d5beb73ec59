import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import { uploadTags } from '../../upload/upload-tags.js';
import { SHARED_ROWS_TABLE } from '../../upload/uploads.repository.js';
import { RankMarks } from '../indexes/rank-marks.js';
import { rankQuestion } from '../indexes/rank-question.js';
import { filterFingerprint } from '../request/fingerprint.js';
import { type CountWish, isFiltered, isTextMatch, type RowSelection } from '../request/rows-query.js';
import { QueryTimeout } from '../rows.problems.js';
import type { ReadSession } from './guarded-reads.js';
import { ReadLanes } from './read-lanes.js';
import { type RowsRead, RowsReader } from './rows.reader.js';
import type { RowTotal } from './rows-page.js';

/** Rows that are looked at for an estimate where the planner knows nothing of the values. */
const SAMPLED_ROWS = 20_000;

/**
 * An index on trigrams has each row that it finds looked at again, one after the other: a sixth of a million took 430 ms. Several
 * processes that look at every row took 200.
 */
const FREQUENT_SHARE = 1 / 20;

interface ExplainRow {
  'QUERY PLAN': { Plan: { 'Plan Rows': number } }[];
}

/** Counts what a selection holds: exactly while that is quick, else by an estimate. */
@Injectable()
export class RowCounter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly cache: TagCache,
    private readonly lanes: ReadLanes,
    private readonly reader: RowsReader,
    private readonly marks: RankMarks,
  ) {}

  /** Rows of a completed upload never change, so a count is kept as long as the cache keeps anything. */
  async count(
    read: RowsRead,
    selection: RowSelection,
    wish: Exclude<CountWish, 'none'>,
    fresh = false,
  ): Promise<RowTotal> {
    const { upload } = read;
    if (!isFiltered(selection)) return { count: upload.processed_rows, isEstimate: false };
    const { value } = await this.cache.read<RowTotal>({
      key: `row-count:${upload.id}:${wish}:${filterFingerprint(selection)}`,
      tags: [uploadTags.one(upload.id)],
      bypass: fresh,
      load: async () => (await this.byRank(read, selection)) ?? (await this.byCounting(read, selection, wish)),
    });
    return value;
  }

  /** Of ranges of one column that is indexed: exact, and in no time. */
  private async byRank(read: RowsRead, selection: RowSelection): Promise<RowTotal | null> {
    const question = read.advice.mustScan ? null : rankQuestion(selection);
    if (!question || read.upload.rows_table === SHARED_ROWS_TABLE) return null;
    const count = await this.lanes.byIndex(read.deadline, ({ ask }) => this.marks.count(ask, read.upload, question));
    return count === null ? null : { count, isEstimate: false };
  }

  private byCounting(read: RowsRead, selection: RowSelection, wish: CountWish): Promise<RowTotal> {
    return wish === 'exact' ? this.exactInTime(read, selection) : this.estimate(read, selection);
  }

  private async exactInTime(read: RowsRead, selection: RowSelection): Promise<RowTotal> {
    const { userId, advice } = read;
    const deadline = read.deadline.within(this.config.COUNT_TIMEOUT_MS);
    const query = this.reader.compilerFor(read).count(selection);
    const count = (session: ReadSession) => session.all<{ total: string }>(query);
    try {
      const [row] = await (advice.mustScan || (await this.holdsFrequentText(read, selection))
        ? this.lanes.scan(userId, deadline, count)
        : this.lanes.tryQuick(userId, deadline, count));
      return { count: Number(row?.total), isEstimate: false };
    } catch (error) {
      if (error instanceof QueryTimeout) return this.estimate(read, selection);
      throw error;
    }
  }

  private async holdsFrequentText(read: RowsRead, selection: RowSelection): Promise<boolean> {
    if (read.upload.rows_table === SHARED_ROWS_TABLE || !selection.conditions.some(isTextMatch)) return false;
    const { count } = await this.byPlanner(read, selection);
    return count > read.upload.processed_rows * FREQUENT_SHARE;
  }

  private estimate(read: RowsRead, selection: RowSelection): Promise<RowTotal> {
    return read.advice.mustScan ? this.bySample(read, selection) : this.byPlanner(read, selection);
  }

  /** An index brings statistics with it, and what the planner makes of them costs next to nothing. */
  private async byPlanner(read: RowsRead, selection: RowSelection): Promise<RowTotal> {
    const [sql, parameters] = this.reader.compilerFor(read).allRowNumbers(selection).getQueryAndParameters();
    const [row] = await this.lanes.atOnce(read.deadline, ({ ask }) =>
      ask<ExplainRow>(`EXPLAIN (FORMAT JSON) ${sql}`, parameters),
    );
    return estimated(row!['QUERY PLAN'][0]!.Plan['Plan Rows'], read);
  }

  /** Without one it would guess that half a percent fits, whatever is asked. */
  private async bySample(read: RowsRead, selection: RowSelection): Promise<RowTotal> {
    const rows = read.upload.processed_rows;
    const percent = Math.min(100, (100 * SAMPLED_ROWS) / rows);
    const query = this.reader.compilerFor(read).countSample(selection, percent);
    const [sample] = await this.lanes.atOnce(read.deadline, (session) =>
      session.all<{ seen: string; total: string }>(query),
    );
    const seen = Number(sample?.seen);
    return estimated(seen === 0 ? 0 : (Number(sample?.total) / seen) * rows, read);
  }
}

const estimated = (count: number, { upload }: RowsRead): RowTotal => ({
  count: Math.min(Math.round(count), upload.processed_rows),
  isEstimate: true,
});

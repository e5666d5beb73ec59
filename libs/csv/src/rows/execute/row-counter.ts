import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { type Deadline, sqlState } from '@app/database';
import { NotFound, QueryTimeout } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { uploadTags } from '../../uploads/upload-effects.js';
import { RankSamples } from '../indexes/rank-samples.js';
import { IndexPlanner } from '../plan/index-planner.js';
import type { CountPlan } from '../plan/rows-plan.js';
import { filterFingerprint, type RowsQuery } from '../request/rows-query.js';
import type { CountStatements } from '../sql/count-statements.js';
import { countInBlocks } from '../sql/text-blocks.js';
import type { ReadSession } from './guarded-reads.js';
import type { FoundPage } from './page-reader.js';
import { ReadScheduler } from './read-scheduler.js';

export interface RowTotal {
  count: number;
  isEstimate: boolean;
}

/** One request's count: of which upload, what is counted, and until when. */
interface CountRead {
  upload: CsvUpload;
  query: RowsQuery;
  statements: CountStatements;
  deadline: Deadline;
  /** Whether the cache is bypassed. */
  fresh: boolean;
}

type CountingPlan = Extract<CountPlan, { by: 'counting' }>;

/** How many rows a sample reads. */
const SAMPLED_ROWS = 20_000;

/**
 * Text expected in a greater share of the rows is counted by parallel processes at once: each row that the trigram index finds is checked
 * again, and one process would take more than the 150 ms after which a quick read begins anew.
 */
const FREQUENT_SHARE = 1 / 20;

const WRONG_OBJECT_TYPE = '42809';

/** The column was changed since the plan. Or a worker of the version before, which does not know blocks, has built an index of their name. */
const isNoView = (error: unknown): boolean => error instanceof NotFound || sqlState(error) === WRONG_OBJECT_TYPE;

interface CountedRow {
  total: string;
}

interface ExplainRow {
  'QUERY PLAN': { Plan: { 'Plan Rows': number } }[];
}

/** Executes the plan of a count: exactly while that is quick, otherwise by an estimate. */
@Injectable()
export class RowCounter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly cache: TagCache,
    private readonly scheduler: ReadScheduler,
    private readonly samples: RankSamples,
    private readonly indexes: IndexPlanner,
  ) {}

  /**
   * The number of selected rows; null where the client wants none. What the page shows is used first, and an estimate is never less
   * than the rows that the page has shown.
   * @throws QueryTimeout, ClientGone; NotFound when the rows are deleted meanwhile
   */
  async total(read: CountRead, plan: CountPlan, page: FoundPage): Promise<RowTotal | null> {
    if (plan.by === 'none') return null;
    if (page.total !== null) return exactly(page.total);
    const { position, pageSize } = read.query;
    const before = 'page' in position ? (position.page - 1) * pageSize : null;
    const seen = (before ?? 0) + page.rowNumbers.length + (page.hasNext ? 1 : 0);
    if (before !== null && !page.hasNext) return exactly(seen);
    if (plan.by === 'known') return exactly(plan.total);
    const total = await this.cached(read, plan);
    return total.isEstimate ? { ...total, count: Math.max(total.count, seen) } : total;
  }

  /** Rows of a completed upload never change, so a count is cached until the cache evicts it. */
  private async cached(read: CountRead, plan: CountingPlan): Promise<RowTotal> {
    const { upload, query, fresh } = read;
    const { value } = await this.cache.read<RowTotal>({
      key: `row-count:${upload.id}:${query.count}:${filterFingerprint(query)}`,
      tags: [uploadTags.one(upload.id)],
      bypass: fresh,
      load: () => this.count(read, plan),
    });
    return value;
  }

  private async count(read: CountRead, plan: CountingPlan): Promise<RowTotal> {
    const byRank = await this.byRank(read, plan);
    if (byRank) return byRank;
    if (plan.exact === null) return this.estimate(read, plan);
    try {
      return await this.exact(read, plan);
    } catch (error) {
      if (error instanceof QueryTimeout) return this.estimate(read, plan);
      throw error;
    }
  }

  private async byRank({ upload, deadline }: CountRead, { rank }: CountingPlan): Promise<RowTotal | null> {
    if (!rank) return null;
    const count = await this.scheduler.byIndex(upload, deadline, ({ sql }) =>
      this.samples.count((statement, parameters) => sql(statement, parameters, 'fixed'), upload, rank),
    );
    return count === null ? null : exactly(count);
  }

  private async exact(read: CountRead, plan: CountingPlan): Promise<RowTotal> {
    const deadline = read.deadline.within(this.config.COUNT_TIMEOUT_MS);
    const isHeavy = plan.exact === 'scan' || (plan.exact === 'quick-unless-frequent' && (await this.isFrequent(read)));
    const inBlocks = isHeavy ? await this.inBlocks(read, plan, deadline) : null;
    if (inBlocks) return inBlocks;
    const query = read.statements.exact();
    const [row] = await this.schedule(read, plan, isHeavy, deadline, (session) => session.all<CountedRow>(query));
    return exactly(Number(row?.total));
  }

  private schedule<T>(
    { upload }: CountRead,
    { exact }: CountingPlan,
    isHeavy: boolean,
    deadline: Deadline,
    count: (session: ReadSession) => Promise<T>,
  ): Promise<T> {
    if (exact === 'scan') return this.scheduler.scan(upload, deadline, count);
    return isHeavy ? this.scheduler.heavy(upload, deadline, count) : this.scheduler.quickFirst(upload, deadline, count);
  }

  /** @returns null without blocks, which are then requested, and where they were dropped meanwhile. */
  private async inBlocks(
    { upload }: CountRead,
    { blocks }: CountingPlan,
    deadline: Deadline,
  ): Promise<RowTotal | null> {
    if (blocks?.mayRequest) await this.indexes.requestBlocks(upload, blocks);
    if (!blocks?.view) return null;
    const { sql: statement, parameters } = countInBlocks(blocks.view, blocks.condition);
    try {
      const [row] = await this.scheduler.heavy(upload, deadline, ({ sql }) => sql<CountedRow>(statement, parameters));
      return exactly(Number(row?.total));
    } catch (error) {
      if (isNoView(error)) return null;
      throw error;
    }
  }

  private async isFrequent(read: CountRead): Promise<boolean> {
    const { count } = await this.byStatistics(read);
    return count > read.upload.processed_rows * FREQUENT_SHARE;
  }

  private estimate(read: CountRead, plan: CountingPlan): Promise<RowTotal> {
    return plan.estimate === 'sample' ? this.bySample(read) : this.byStatistics(read);
  }

  /** An index has statistics, and the planner's estimate from them costs next to nothing. */
  private async byStatistics({ upload, statements, deadline }: CountRead): Promise<RowTotal> {
    const { sql: statement, parameters } = statements.explain();
    const [row] = await this.scheduler.immediate(upload, deadline, ({ sql }) => sql<ExplainRow>(statement, parameters));
    return estimated(row!['QUERY PLAN'][0]!.Plan['Plan Rows'], upload);
  }

  /** Without an index the planner would assume half a percent for any condition. */
  private async bySample({ upload, statements, deadline }: CountRead): Promise<RowTotal> {
    const rows = upload.processed_rows;
    const query = statements.sample(Math.min(100, (100 * SAMPLED_ROWS) / rows));
    const [sample] = await this.scheduler.immediate(upload, deadline, (session) =>
      session.all<{ seen: string; total: string }>(query),
    );
    const seen = Number(sample?.seen);
    return estimated(seen === 0 ? 0 : (Number(sample?.total) / seen) * rows, upload);
  }
}

const exactly = (count: number): RowTotal => ({ count, isEstimate: false });

const estimated = (count: number, upload: CsvUpload): RowTotal => ({
  count: Math.min(Math.round(count), upload.processed_rows),
  isEstimate: true,
});

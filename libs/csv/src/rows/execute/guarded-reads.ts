import { CONFIG, type Config } from '@app/config';
import { sqlState } from '@app/database';
import { NotFound } from '@app/problems';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ClientBase, QueryResult } from 'pg';
import { DataSource, type QueryRunner, type SelectQueryBuilder } from 'typeorm';
import { QueryTimeout } from '../rows.problems.js';
import { ClientGone, type Deadline } from './deadline.js';

export interface ReadSession {
  all<Row>(query: SelectQueryBuilder<object>): Promise<Row[]>;
  /** For what the query builder has no words for; `$1`, `$2` … are parameters. */
  ask<Row>(sql: string, parameters: unknown[]): Promise<Row[]>;
}

/**
 * How the rows are to be found. `any` leaves it to the planner. `indexed` keeps to an index that is known to fit. `parallel` lets other processes help. `scan` looks at every row of
 * a big table, in parallel: where no index fits, the planner would rather walk along the primary key in the hope of an early end.
 */
export type Plan = 'any' | 'indexed' | 'parallel' | 'scan';

const QUERY_CANCELED = '57014';
const UNDEFINED_TABLE = '42P01';

/**
 * Reads that cannot run away: each has a connection and a read-only transaction of its own, is stopped at its deadline, and is
 * cancelled on the server when its asker has gone.
 */
@Injectable()
export class GuardedReads {
  private readonly log = new Logger(GuardedReads.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws QueryTimeout, ClientGone; NotFound when the rows were deleted meanwhile */
  async run<T>(deadline: Deadline, plan: Plan, read: (session: ReadSession) => Promise<T>): Promise<T> {
    deadline.check();
    const runner = this.dataSource.createQueryRunner();
    let cancelled: Promise<unknown> | undefined;
    let pid: number | undefined;
    const cancel = () => {
      if (pid !== undefined) cancelled = this.cancel(pid);
    };
    deadline.signal?.addEventListener('abort', cancel, { once: true });
    try {
      pid = await this.begin(runner, deadline, plan);
      deadline.check();
      const result = await read({
        all: (query) => query.setQueryRunner(runner).getRawMany(),
        ask: (sql, parameters) => runner.query(sql, parameters),
      });
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => {});
      throw explained(error, deadline);
    } finally {
      deadline.signal?.removeEventListener('abort', cancel);
      // The connection must not go back into the pool while a cancellation is on its way to it.
      await cancelled;
      await runner.release();
    }
  }

  /** One round trip, past TypeORM, which knows one statement at a time. */
  private async begin(runner: QueryRunner, deadline: Deadline, plan: Plan): Promise<number> {
    const client: ClientBase = await runner.connect();
    const workers = plan === 'parallel' || plan === 'scan' ? this.config.SCAN_WORKERS : 0;
    const results = (await client.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${deadline.leftMs()}; ${SETTINGS}
       SET LOCAL max_parallel_workers_per_gather = ${workers}; ${PLAN_SETTINGS[plan]} SELECT pg_backend_pid() AS pid`,
    )) as unknown as QueryResult<{ pid: number }>[];
    return results.at(-1)!.rows[0]!.pid;
  }

  private async cancel(pid: number): Promise<void> {
    await this.dataSource
      .query('SELECT pg_cancel_backend($1)', [pid])
      .catch((error) => this.log.warn({ err: error }, 'A query whose client has gone could not be cancelled'));
  }
}

/**
 * Taking a value out of a jsonb row and casting it costs some 0.2 us, as much as reading a tenth of a page from memory; PostgreSQL
 * reckons a four-hundredth, and would rather compute a million expressions than read a few thousand scattered pages. And those
 * are scattered over memory or an SSD, not over a turning disk. No query here is long enough to repay just-in-time compilation.
 */
const SETTINGS = 'SET LOCAL cpu_operator_cost = 0.05; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off;';

/** Whoever may have helpers should have them. */
const PARALLEL = 'SET LOCAL parallel_setup_cost = 10; SET LOCAL parallel_tuple_cost = 0.001;';

const PLAN_SETTINGS: Record<Plan, string> = {
  any: '',
  indexed: 'SET LOCAL enable_seqscan = off;',
  parallel: PARALLEL,
  scan: `${PARALLEL} SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off;`,
};

function explained(error: unknown, deadline: Deadline): unknown {
  if (deadline.signal?.aborted) return new ClientGone();
  switch (sqlState(error)) {
    case QUERY_CANCELED:
      return new QueryTimeout({}, { cause: error });
    case UNDEFINED_TABLE:
      return new NotFound({ what: 'upload' }, { cause: error });
    default:
      return error;
  }
}

import { CONFIG, type Config } from '@app/config';
import { sqlState } from '@app/database';
import { NotFound } from '@app/problems';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type QueryRunner, type SelectQueryBuilder } from 'typeorm';
import { QueryTimeout } from '../rows.problems.js';
import { ClientGone, type Deadline } from './deadline.js';

export interface ReadSession {
  all<Row>(query: SelectQueryBuilder<object>): Promise<Row[]>;
}

/**
 * How the rows are to be found. `any` leaves it to the planner. `parallel` lets other processes help. `scan` looks at every row of
 * a big table, in parallel: where no index fits, the planner would rather walk along the primary key in the hope of an early end.
 */
export type Plan = 'any' | 'parallel' | 'scan';

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
      const result = await read({ all: (query) => query.setQueryRunner(runner).getRawMany() });
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

  /** Two round trips. None of these queries runs long enough to repay just-in-time compilation. */
  private async begin(runner: QueryRunner, deadline: Deadline, plan: Plan): Promise<number> {
    const workers = plan === 'any' ? 0 : this.config.SCAN_WORKERS;
    await runner.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${deadline.leftMs()}; SET LOCAL jit = off; ${COSTS};
       SET LOCAL max_parallel_workers_per_gather = ${workers};${workers > 0 ? PARALLEL_COSTS : ''}${plan === 'scan' ? SCAN_ONLY : ''}`,
    );
    const [{ pid }] = await runner.query('SELECT pg_backend_pid() AS pid');
    return pid;
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
 * are scattered over memory or an SSD, not over a turning disk.
 */
const COSTS = 'SET LOCAL cpu_operator_cost = 0.05; SET LOCAL random_page_cost = 1.1';
/** Whoever may have helpers should have them. */
const PARALLEL_COSTS = 'SET LOCAL parallel_setup_cost = 10; SET LOCAL parallel_tuple_cost = 0.001;';
const SCAN_ONLY = 'SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off;';

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
